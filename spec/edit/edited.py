"""A spec with changes made: each names a path of its search and a value of the domain; nothing else can be said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mlipilot.spec.diagnostics import Annotation, Diagnostic, Edit, has_errors, with_edits
from mlipilot.spec.document import Spec
from mlipilot.spec.edit.change import Change
from mlipilot.spec.edit.splice import edit_for, value_at
from mlipilot.spec.resolve import Resolved, resolve
from mlipilot.spec.resolve.expressions import resolve_value
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.source import SourceFile
from mlipilot.spec.space import Draw, FieldPath, SearchSpace, holds
from mlipilot.spec.suggest import nearest
from mlipilot.spec.syntax.parser import read_expression
from mlipilot.spec.values import Applied, Data, meaning


class Edited(NamedTuple):
    """The changed spec; without it the faults say why a change was refused."""

    spec: Spec | None
    diagnostics: list[Diagnostic]

    @property
    def source(self) -> SourceFile | None:
        """The changed file."""
        return self.spec.source if self.spec is not None else None


class _Step(NamedTuple):
    """A change that is allowed, and what it does to the text."""

    path: FieldPath
    data: Data
    edit: Edit
    adds: bool
    """The field stood on its default, so that a statement comes to its block."""

    def touches(self, other: _Step) -> bool:
        """Whether one of two changes may read what the other writes."""
        if self.path.block != other.path.block:
            return False
        return self.adds or other.adds or self.path.whole == other.path.whole


def apply(source: SourceFile, changes: Sequence[Change]) -> Edited:
    """Make changes, one after the other, and read the result again."""
    return apply_to(resolve(source), changes)


def apply_to(resolved: Resolved, changes: Sequence[Change]) -> Edited:
    """Make changes in a file that was read already.

    Refused is what is no path of the search, no value of its domain, without effect because its condition does not
    hold, or what leaves a spec that does not resolve. What the checker says of the result is the caller's business.
    A point between two changes need not satisfy the search: the whole of them must.
    """
    wanted: dict[str, Data] = {}
    waiting = tuple(changes)
    while waiting:
        if has_errors([d for d in resolved.diagnostics if not wanted or d.code != "MLP0414"]):
            return Edited(None, resolved.diagnostics)
        steps = _independent(resolved, waiting)
        if isinstance(steps, Diagnostic):
            return Edited(None, [steps])
        wanted |= {step.path.text: step.data for step in steps}
        source = resolved.spec.source
        resolved = resolve(source.with_text(with_edits(source.text, [step.edit for step in steps])))
        waiting = waiting[len(steps) :]
    if has_errors(resolved.diagnostics):
        return Edited(None, resolved.diagnostics)
    assert resolved.spec.space is not None
    idle = _without_effect(resolved.spec.space, wanted)
    return Edited(None, idle) if idle else Edited(resolved.spec, resolved.diagnostics)


def _independent(resolved: Resolved, changes: Sequence[Change]) -> list[_Step] | Diagnostic:
    """The first changes that mean the same whether they are made at once or one after the other.

    To read a file is what an edit costs, so it is read again only where a change may depend on those before it.
    """
    steps: list[_Step] = []
    for change in changes:
        if steps and isinstance(steps[-1].data, Applied):
            break  # another call has other arguments, so that paths may mean something else after it
        step = _step(resolved, change)
        if isinstance(step, Diagnostic):
            return step
        if any(before.touches(step) for before in steps):
            break
        steps.append(step)
    return steps


def _step(resolved: Resolved, change: Change) -> _Step | Diagnostic:
    spec = resolved.spec
    draw = _draw(spec, change)
    if isinstance(draw, Diagnostic):
        return draw
    data = _data(spec, draw, change)
    if isinstance(data, Diagnostic):
        return data
    edit = edit_for(resolved, draw.path, change.value.strip())
    return _Step(draw.path, data, edit, adds=value_at(spec, draw.path).span is None)


def _draw(spec: Spec, change: Change) -> Draw | Diagnostic:
    if spec.space is None:
        return Diagnostic(
            "MLP0711",
            f"`{change.path}` cannot be edited: the spec has no `search` block",
            spec.source,
            help="declare what may change: `search { potential.channels ~ choice(8, 16) }`",
        )
    draw = spec.space.draw(change.path)
    if draw is not None:
        return draw
    paths = [draw.path.text for draw in spec.space.draws]
    near = nearest(change.path, paths)
    return Diagnostic(
        "MLP0711",
        f"`{change.path}` cannot be edited: the search does not declare it",
        spec.source,
        Annotation(spec.space.span, "nothing else may change"),
        help=f"did you mean `{near}`?" if near else "it declares " + ", ".join(f"`{path}`" for path in paths),
    )


def _data(spec: Spec, draw: Draw, change: Change) -> Data | Diagnostic:
    if draw.domain.kind == "choice":
        for listed in draw.domain.values:
            if listed.written == change.value.strip():
                return listed.data  # also what takes the names of other blocks, or several lines
    scope = Scope(SourceFile("<edit>", change.value))
    node = read_expression(scope.source)
    value = None
    if node is not None:
        value = resolve_value(scope, node, draw.type, f"`{change.path}`")
    if value is None:
        why = scope.diagnostics[0].headline if scope.diagnostics else "it is no value of the language"
        return _outside(spec, draw, f"`{change.value}` is no value of `{change.path}`: {why}")
    assert spec.space is not None
    if not spec.space.admits(draw, value.data):
        return _outside(spec, draw, f"`{change.value}` is not in the domain of `{change.path}`")
    return value.data


def _outside(spec: Spec, draw: Draw, headline: str) -> Diagnostic:
    return Diagnostic("MLP0712", headline, spec.source, Annotation(draw.domain_span, "the domain"))


def _without_effect(space: SearchSpace, wanted: dict[str, Data]) -> list[Diagnostic]:
    """Changes of paths that are not drawn at the new point, and of arguments whose call was changed after them."""
    found: list[Diagnostic] = []
    for path, data in wanted.items():
        draw = space.draw(path)
        assert draw is not None
        made = space.own_part(draw.path, space.baseline[path])
        if meaning(made) != meaning(space.own_part(draw.path, data)):
            call = draw.path.whole.text
            assert draw.path.argument is not None, path  # nothing else undoes a change: a proof of the splices
            assert call in wanted, path
            found.append(
                Diagnostic(
                    "MLP0713",
                    f"editing `{path}` has no effect: the edit of `{call}` after it replaces it",
                    help=f"edit `{call}` first",
                )
            )
        elif draw.when is not None and not holds(draw.when, space.baseline):
            found.append(
                Diagnostic("MLP0713", f"editing `{path}` has no effect: its condition does not hold", help="see `when`")
            )
    return found
