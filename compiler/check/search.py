"""Rules of searches: a space with points in it, whose values are values the spec could have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from mlipilot.compiler.check.feasibility import conflict, feasibility
from mlipilot.spec.diagnostics import Annotation, Diagnostic, has_errors
from mlipilot.spec.document import Spec
from mlipilot.spec.space import Comparison, FieldPath, Literal, PathOperand, Requirement, SearchSpace
from mlipilot.spec.values import Applied, BlockValue, Data, Value

SCARCE = 0.05
"""Of a space with fewer feasible points a random search wastes most of its draws."""


def check(spec: Spec, space: SearchSpace) -> list[Diagnostic]:
    """Faults of the `search` block."""
    if not space.draws:
        return []
    return [*_single(spec, space), *_feasible(spec, space)]


def _single(spec: Spec, space: SearchSpace) -> list[Diagnostic]:
    """Domains that leave nothing to change."""
    return [
        Diagnostic(
            "MLP0431",
            f"`{draw.path.text}` is drawn, and has one value",
            spec.source,
            Annotation(draw.domain_span, "nothing to choose from"),
            help="add values, or leave it out: the field keeps what it has",
        )
        for draw in space.draws
        if draw.domain.size == 1 and not spec.incomplete
    ]


def _feasible(spec: Spec, space: SearchSpace) -> list[Diagnostic]:
    result = feasibility(space)
    if result.is_empty:
        first, *others = conflict(space)
        how = "no point of it" if result.is_proven else "none of many points drawn from it"
        return [
            Diagnostic(
                "MLP0416",
                f"the search is empty: {how} satisfies "
                + ("this requirement" if not others else f"these {len(others) + 1} requirements together"),
                spec.source,
                Annotation(first.span, "excludes every point" if not others else "with the others"),
                tuple(Annotation(other.span, "and this one") for other in others),
                help=_loosened(spec, space, first) if not others else "loosen one of them, or leave it out",
            )
        ]
    if result.fraction < SCARCE:
        return [
            Diagnostic(
                "MLP0417",
                f"about {100 * result.fraction:.2g} % of the search satisfies its requirements",
                spec.source,
                Annotation(space.span, "most draws are wasted"),
                help="put the requirements into the domains, by `when` or narrower ends",
            )
        ]
    return []


def _loosened(spec: Spec, space: SearchSpace, requirement: Requirement) -> str:
    """What a requirement that no point meets could ask for: what the spec itself has."""
    drawn = [draw for draw in space.draws if draw.path.text in requirement.paths]
    found = [(draw, written) for draw in drawn if (written := _own(spec, draw.path))]
    condition = requirement.condition
    if len(found) == len(drawn) == 1 and isinstance(condition, Comparison) and condition.operator in _WIDER:
        (draw, own), domain = found[0], spec.source.slice(drawn[0].domain_span)
        if condition.left == PathOperand(draw.path.text) and isinstance(condition.right, Literal):
            first, other = _WIDER[condition.operator]
            return (
                f"`{draw.path.text}` is one of `{domain}`, and {own} in the spec itself: write `{first} {own}`, or "
                f"`{other} {own}` if that is meant"
            )
    own_values = " and ".join(f"`{draw.path.text} = {own}`" for draw, own in found)
    meets = f": ask for what the spec itself has, {own_values}" if own_values else ""
    return f"loosen it, or leave it out{meets}"


_WIDER = {"<=": ("<=", ">="), "<": ("<=", ">="), ">=": (">=", "<="), ">": (">=", "<="), "==": ("==", "<=")}
"""Comparisons that a value itself satisfies, in place of one that it does not: the nearest, and its opposite."""


def _own(spec: Spec, path: FieldPath) -> str:
    """The spec's own value at a path, as it is written; empty where it cannot be read."""
    block = spec.block(path.block)
    if block is not None and path.stage is not None:
        block = next((child for child in block.children if child.name == path.stage), None)
    value = block.fields.get(path.field) if block is not None else None
    if value is not None and path.argument is not None:
        value = value.data.arguments.get(path.argument) if isinstance(value.data, Applied) else None
    return value.written if value is not None else ""


def check_values(spec: Spec, space: SearchSpace, rules: Callable[[Spec], list[Diagnostic]]) -> list[Diagnostic]:
    """Values of domains with which, everything else as it stands, the spec would not check."""
    known = {d.code for d in rules(spec) if d.is_error}
    found: list[Diagnostic] = []
    for draw in space.draws:
        for value in draw.domain.values:
            changed = with_value(spec, draw.path, value.data)
            fault = next((d for d in rules(changed) if d.is_error and d.code not in known), None)
            if fault is not None:
                found.append(
                    Diagnostic(
                        "MLP0418",
                        f"with `{draw.path.text} = {value.written}` the spec does not check: {fault.headline}",
                        spec.source,
                        Annotation(value.span or draw.domain_span, f"{fault.code} {fault.name}"),
                        notes=("points that do not check are never run, and cost a draw",),
                        help="leave it out of the domain, or say by `when` or `require` what must go with it",
                    )
                )
    return found


def checker(
    spec: Spec, space: SearchSpace, rules: Callable[[Spec], list[Diagnostic]]
) -> Callable[[Mapping[str, Data]], bool]:
    """What says of a point whether the spec with its values checks."""
    paths = {draw.path.text: draw.path for draw in space.draws}

    def checks(point: Mapping[str, Data]) -> bool:
        changed = spec
        for name, path in paths.items():
            if point[name] != space.baseline[name]:
                changed = with_value(changed, path, point[name])
        return not has_errors(rules(changed))

    return checks


def with_value(spec: Spec, path: FieldPath, data: Data) -> Spec:
    """The spec with another value at a path."""

    def in_block(block: BlockValue) -> BlockValue:
        old = block.fields[path.field]
        if path.argument is None:
            new = replace(old, data=data)
        else:
            assert isinstance(old.data, Applied)
            arguments: dict[str, Value] = dict(old.data.arguments)
            arguments[path.argument] = replace(arguments[path.argument], data=data)
            new = replace(old, data=Applied(old.data.name, arguments))
        return replace(block, fields={**block.fields, path.field: new})

    def changed(block: BlockValue) -> BlockValue:
        if block.name != path.block or block.kind not in ("model", "training"):
            return block
        if path.stage is None:
            return in_block(block)
        children = tuple(in_block(c) if c.name == path.stage else c for c in block.children)
        return replace(block, children=children)

    return replace(spec, blocks=tuple(changed(block) for block in spec.blocks))
