"""The `search` block to a space: paths to fields, domains to typed values, conditions to what can be evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from mlipilot.spec.diagnostics import Annotation, Applicability, Edit, Fix
from mlipilot.spec.resolve.conditions import Conditions
from mlipilot.spec.resolve.expressions import resolve_value
from mlipilot.spec.resolve.literals import exact
from mlipilot.spec.resolve.paths import Fields, Found
from mlipilot.spec.resolve.reason import check_reason
from mlipilot.spec.resolve.scope import Scope, did_you_mean
from mlipilot.spec.schema.domains import DOMAINS, DomainSchema
from mlipilot.spec.schema.types import FieldType, Integer, Real, describe
from mlipilot.spec.space import Condition, Domain, Draw, Requirement, SearchSpace, holds, paths
from mlipilot.spec.syntax.tree import Argument, Block, Broken, Call, Expression, Field, List, Operation, Rule
from mlipilot.spec.syntax.tree import Draw as DrawNode
from mlipilot.spec.values import Applied, BlockValue, Value, meaning


def resolve_space(scope: Scope, block: Block, blocks: Mapping[str, BlockValue]) -> SearchSpace:
    """The space of a `search` block; draws and requirements that could not be read are left out, and reported."""
    reader = Conditions(scope, Fields(scope, blocks))
    draws: dict[str, Draw] = {}
    requirements: list[Requirement] = []
    for statement in block.body:
        if isinstance(statement, DrawNode):
            draw = _draw(scope, reader, statement, draws)
            if draw is not None:
                draws[draw.path.text] = draw
        elif isinstance(statement, Rule):
            requirement = _requirement(scope, reader, statement)
            if requirement is not None:
                requirements.append(requirement)
    if not any(isinstance(statement, (DrawNode, Field, Broken)) for statement in block.body):
        scope.report(
            "MLP0404",
            "the search declares nothing that may change",
            block.head.span,
            "no domain",
            help="add such as `potential.channels ~ choice(8, 16)`, or remove the block",
        )
    for draw in list(draws.values()):
        if draw.path.argument is not None and not _in_every_choice(scope, draw, draws):
            del draws[draw.path.text]
    ordered = _ordered(scope, draws)
    space = SearchSpace(ordered, tuple(requirements), reader.baseline, block.head.span)
    _check_baseline(scope, space)
    return space


def _draw(scope: Scope, reader: Conditions, node: DrawNode, draws: Mapping[str, Draw]) -> Draw | None:
    found = reader.fields.find(node.path)
    when = reader.read(node.when) if node.when is not None else None
    if found is None or (node.when is not None and when is None):
        return None
    name = found.path.text
    if found.is_fixed:
        scope.report(
            "MLP0412",
            f"`{name}` is out of reach of a search",
            node.path.span,
            "data, seeds, dynamics, scorecard and budget stay as they are written",
            help="a search changes fields of `model`, `training` and `stage` blocks",
        )
        return None
    if name in draws:
        scope.report(
            "MLP0405",
            f"`{name}` is drawn twice",
            node.path.span,
            "again",
            secondary=(Annotation(draws[name].span, "first drawn here"),),
            help="keep one of them",
        )
        return None
    domain = _domain(scope, node.domain, found)
    if domain is None:
        return None
    reader.baseline[name] = found.value.data
    return Draw(found.path, found.type, domain, when, node.path.span, node.domain.span)


def _domain(scope: Scope, node: Expression, found: Found) -> Domain | None:
    name = found.path.text
    if isinstance(node, List):
        text = scope.source.slice(node.span)
        fix = Fix("make it a choice", (Edit(node.span, f"choice({text[1:-1].strip()})"),))
        scope.report("MLP0413", f"`{name}` is drawn from a domain, not a list", node.span, "a list", fix=fix)
        return None
    if not isinstance(node, Call):
        shapes = ", ".join(f"`{domain.shape}`" for domain in DOMAINS.values())
        scope.report(
            "MLP0413", f"`{name}` is drawn from a domain", node.span, "this is none", help=f"domains are {shapes}"
        )
        return None
    schema = DOMAINS.get(node.function.text)
    if schema is None:
        help_, near = did_you_mean(node.function.text, node.function.span, tuple(DOMAINS))
        scope.report(
            "MLP0413",
            f"there is no domain `{node.function.text}`",
            node.function.span,
            "unknown domain",
            help=help_,
            fix=near,
        )
        return None
    return _choice(scope, node, found) if schema.name == "choice" else _interval(scope, node, found, schema)


def _choice(scope: Scope, node: Call, found: Found) -> Domain | None:
    name = found.path.text
    if not node.arguments or any(argument.name is not None for argument in node.arguments):
        scope.report(
            "MLP0413", f"the choice of `{name}` lists its values", node.span, "expected such as `choice(a, b)`"
        )
        return None
    values = [resolve_value(scope, argument.value, found.type, f"`{name}`") for argument in node.arguments]
    good = tuple(value for value in values if value is not None)
    if len(good) < len(values):
        return None
    seen: set[object] = set()
    for value, argument in zip(good, node.arguments, strict=True):
        if meaning(value.data) in seen:
            scope.report("MLP0413", f"the choice of `{name}` lists a value twice", argument.span, "again")
            return None
        seen.add(meaning(value.data))
    return Domain("choice", good)


def _interval(scope: Scope, node: Call, found: Found, schema: DomainSchema) -> Domain | None:
    name, wanted = found.path.text, Integer if schema.name == "int" else Real
    if not isinstance(found.type, wanted):
        other = "`int`" if isinstance(found.type, Integer) else "`uniform`" if isinstance(found.type, Real) else ""
        scope.report(
            "MLP0413",
            f"`{schema.name}` is for {schema.fields}; `{name}` takes {describe(found.type)}",
            node.function.span,
            "the wrong domain",
            help=f"use {other or '`choice`'}" + (" or `choice`" if other else ""),
        )
        return None
    ends, step_node = _ends(scope, node, schema)
    if ends is None:
        return None
    before = len(scope.diagnostics)
    values = tuple(resolve_value(scope, end, found.type, f"`{name}`") for end in ends)
    _from_nothing(scope, before, ends, _low(found.value, values[1]))
    step = _step(scope, step_node, found.type, name) if step_node is not None else None
    low_end, high_end = values
    if low_end is None or high_end is None or (step_node is not None and step is None):
        return None
    low, high = _number(low_end), _number(high_end)
    span = ends[0].span.to(ends[1].span)
    if low >= high:
        written = [scope.source.slice(end.span) for end in ends]
        help_ = f"the smaller end stands first: `{written[1]}`, then `{written[0]}`"
        if low == high:
            help_ = (
                f"for this value alone write `{name.rpartition('.')[2]} = {written[0]}` in its block, without a domain"
            )
        scope.report(
            "MLP0413", f"the domain of `{name}` ends before it begins", span, "the first end is not smaller", help=help_
        )
        return None
    if schema.name == "log_uniform" and low <= 0:
        headline = f"the logarithm of `{name}` has no value at its lower end"
        scope.report(
            "MLP0413", headline, ends[0].span, "not above 0", help=_first_end(scope, ends, _low(found.value, high_end))
        )
        return None
    if schema.name == "int" and step is None:
        step = Fraction(1)
    if step is not None and (high - low) % step != 0:
        scope.report(
            "MLP0413", f"the steps of `{name}` do not reach its upper end", node.span, "not a whole number of steps"
        )
        return None
    return Domain(schema.name, (low_end, high_end), low, high, step)


def _low(own: Value, high: Value | None) -> Fraction | None:
    """What share of the upper end of a domain its lower end may be, with the spec's own value between them."""
    if high is None or not _number(high) > 0:
        return None
    share = Fraction(own.data) / _number(high) if isinstance(own.data, (int, Fraction)) else Fraction(1)
    return min(share, Fraction(1, 100)) if share > 0 else Fraction(1, 100)


def _from_nothing(scope: Scope, before: int, ends: tuple[Expression, Expression], share: Fraction | None) -> None:
    """Say of a lower end that must be above 0 what it may be, beside the upper one that is written."""
    for index, diagnostic in enumerate(scope.diagnostics[before:], before):
        low = diagnostic.primary is not None and diagnostic.primary.span == ends[0].span
        if low and diagnostic.code == "MLP0205" and "above 0" in diagnostic.headline:
            scope.diagnostics[index] = replace(diagnostic, help=_first_end(scope, ends, share))


def _first_end(scope: Scope, ends: tuple[Expression, Expression], share: Fraction | None) -> str:
    """A lower end above 0: a share of the upper one."""
    number, blank, unit = scope.source.slice(ends[1].span).partition(" ")
    value = exact(number) if number[:1].isdecimal() and number[-1:].isdecimal() else None
    if not value or share is None:
        return "begin above 0"
    return f"begin above 0, such as at `{float(value * share):.10g}{blank}{unit}`"


def _ends(
    scope: Scope, node: Call, schema: DomainSchema
) -> tuple[tuple[Expression, Expression] | None, Expression | None]:
    """The two ends of an interval, written as a range or as two arguments, and its step."""
    plain = [argument.value for argument in node.arguments if argument.name is None]
    named: list[Argument] = [argument for argument in node.arguments if argument.name is not None]
    step = next((a.value for a in named if a.name is not None and a.name.text == "step" and schema.has_step), None)
    is_range = len(plain) == 1 and isinstance(plain[0], Operation) and plain[0].operator == ".."
    if is_range and isinstance(plain[0], Operation):
        plain = list(plain[0].operands)
    if len(plain) == 2 and len(named) == (step is not None):
        if schema.ranged and not is_range:
            _listed(scope, node, schema, plain)
            return None, None
        return (plain[0], plain[1]), step
    scope.report("MLP0413", f"`{schema.name}` takes two ends", node.span, f"expected such as `{schema.shape}`")
    return None, None


def _listed(scope: Scope, node: Call, schema: DomainSchema, ends: list[Expression]) -> None:
    """Report ends that look like the two values of a choice."""
    low, high = (scope.source.slice(end.span) for end in ends)
    place = ends[0].span.to(ends[1].span)
    scope.report(
        "MLP0413",
        f"the ends of `{schema.name}` are a range",
        place,
        "looks like two values",
        help=f"write `{low} .. {high}`, or `choice({low}, {high})` for these two alone",
        fix=Fix(f"write `{low} .. {high}`", (Edit(place, f"{low} .. {high}"),), Applicability.UNSAFE),
    )


def _number(value: Value) -> Fraction:
    assert isinstance(value.data, (int, Fraction))
    return Fraction(value.data)


def _step(scope: Scope, node: Expression, type_: FieldType, name: str) -> Fraction | None:
    unbounded = Real(type_.dimension, example=type_.example) if isinstance(type_, Real) else Integer()
    value = resolve_value(scope, node, unbounded, f"the step of `{name}`")
    if value is None:
        return None
    if _number(value) <= 0:
        scope.report("MLP0413", f"the step of `{name}` must be above 0", node.span, "no step")
        return None
    return _number(value)


def _requirement(scope: Scope, reader: Conditions, node: Rule) -> Requirement | None:
    if node.verb.text != "require":
        scope.report(
            "MLP0406",
            f"`{node.verb.text}` cannot stand in a `search` block",
            node.verb.span,
            "misplaced",
            help="a search holds domains and `require`",
        )
        return None
    condition = reader.read(node.subject)
    when = reader.read(node.when) if node.when is not None else None
    check_reason(scope, node)
    if condition is None or (node.when is not None and when is None):
        return None
    written = scope.source.slice(node.subject.span)
    return Requirement(condition, when, node.because.text if node.because else "", node.span, written)


def _in_every_choice(scope: Scope, draw: Draw, draws: Mapping[str, Draw]) -> bool:
    """Whether an argument that is drawn is one of every call that its field may become."""
    field = draws.get(draw.path.whole.text)
    for value in field.domain.values if field is not None else ():
        if isinstance(value.data, Applied) and draw.path.argument not in value.data.arguments:
            scope.report(
                "MLP0413",
                f"`{draw.path.text}` is drawn, and `{value.data.name}` has no argument `{draw.path.argument}`",
                draw.span,
                "not in every choice",
                secondary=(Annotation(value.span or draw.span, "a choice without it"),),
                help="leave that choice out, or do not draw the argument",
            )
            return False
    return True


def _ordered(scope: Scope, draws: Mapping[str, Draw]) -> tuple[Draw, ...]:
    """Draws, each after those that its condition speaks of; a circle is reported and its draws are left out."""
    ordered: dict[str, Draw] = {}
    waiting = dict(draws)
    while waiting:
        ready = [name for name, draw in waiting.items() if not _needs(draw) & waiting.keys()]
        if not ready:
            circle = [name for name in waiting if name in _before(name, waiting)]
            names = " and ".join(f"`{name}`" for name in circle)
            headline = f"the conditions of {names} wait for each other"
            if len(circle) == 1:
                headline = f"the condition of {names} waits for its own value"
            scope.report(
                "MLP0419", headline, waiting[circle[0]].span, "drawn after itself", help="leave one of them out"
            )
            break
        for name in ready:
            ordered[name] = waiting.pop(name)
    return tuple(ordered.values())


def _before(name: str, draws: Mapping[str, Draw]) -> set[str]:
    """The paths that are drawn before one, and before those, among the draws."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = (_needs(draws[waiting.pop()]) & draws.keys()) - found
        found |= new
        waiting += new
    return found


def _needs(draw: Draw) -> frozenset[str]:
    """The paths that are drawn before one: those of its condition, and the call whose argument it is."""
    call = {draw.path.whole.text} if draw.path.argument is not None else set()
    return (paths(draw.when) if draw.when is not None else frozenset()) | call


def _check_baseline(scope: Scope, space: SearchSpace) -> None:
    for draw in space.draws:
        name = draw.path.text
        if not _applies(draw.when, space) or space.admits(draw, space.baseline[name]):
            continue
        scope.report(
            "MLP0414",
            f"the spec's own `{name}` is not in its domain",
            draw.domain_span,
            "the baseline must be one of its points",
            help="add it to the domain, or change the field",
        )
    for requirement in space.requirements:
        if not requirement.met(space.baseline):
            scope.report(
                "MLP0414",
                "the spec itself does not satisfy this requirement of its search",
                requirement.span,
                f"because {requirement.because!r}" if requirement.because else "not satisfied",
                help="change the spec's own values, or the requirement",
            )


def _applies(when: Condition | None, space: SearchSpace) -> bool:
    return when is None or holds(when, space.baseline)


__all__ = ["resolve_space"]
