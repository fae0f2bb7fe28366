"""Items of a list that stand in a call of their own, such as controls in their tier: all of them are one slip."""

from __future__ import annotations

from itertools import groupby

from mlipilot.spec.diagnostics import Annotation, Edit, Fix
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.schema.types import CallOf
from mlipilot.spec.syntax.tree import Call, Expression, Path


def without_strays(scope: Scope, items: tuple[Expression, ...], type_: CallOf, what: str) -> list[Expression]:
    """The items that are none, after one report of the others; where their calls could stand here, these are put in."""
    homes = dict(type_.elsewhere)
    known = {signature.name for signature in type_.signatures}
    home_of = {item.span: homes[_name(item)] for item in items if _name(item) in homes and _name(item) not in known}
    strays = [item for item in items if item.span in home_of]
    if strays:
        edits = []
        for home, run in groupby(items, lambda item: home_of.get(item.span)):
            together = [*run]
            if home is not None:
                span = together[0].span.to(together[-1].span)
                edits.append(Edit(span, f"{home}({scope.source.slice(span)})"))
        is_here = known.issuperset(home_of.values())
        texts = [edit.text if is_here else f"{edit.text.partition('(')[0]}(…)" for edit in edits]
        listed = ", ".join(f"`{text}`" for text in dict.fromkeys(texts))
        verb = "write" if is_here else "it stands in" if len(strays) == 1 else "they stand in"
        scope.report(
            "MLP0206",
            f"{what} cannot be `{_name(strays[0])}`",
            strays[0].span,
            f"it is of `{home_of[strays[0].span]}`",
            secondary=tuple(Annotation(item.span, f"of `{home_of[item.span]}`") for item in strays[1:]),
            help=f"{verb} {listed}",
            fix=Fix(f"write {listed}", tuple(edits)) if is_here else None,
        )
    return [item for item in items if item.span not in home_of]


def _name(item: Expression) -> str:
    return item.function.text if isinstance(item, Call) else item.text if isinstance(item, Path) else ""


__all__ = ["without_strays"]
