"""Values that are a word of a few, and what is said of an expression of another kind."""

from __future__ import annotations

from mlipilot.spec.diagnostics import Applicability, Edit, Fix
from mlipilot.spec.resolve.scope import Scope, did_you_mean
from mlipilot.spec.schema import ELEMENTS
from mlipilot.spec.schema.types import Choice, Element, FieldType, describe
from mlipilot.spec.syntax.tree import Boolean as BooleanNode
from mlipilot.spec.syntax.tree import Call, Expression, List, Number, Operation, Path, Quantity, String, UnitName
from mlipilot.spec.units import Unit, unit
from mlipilot.spec.values import Name

_NOUNS = {
    Number: "a plain number",
    Quantity: "a quantity",
    UnitName: "a word",
    String: "a string",
    BooleanNode: "`true` or `false`",
    Path: "a word",
    Call: "a call",
    List: "a list",
    Operation: "an expression",
}
_OPERATIONS = {"..": "a range", "+": "a sum", "-": "a difference"}
_FEW = 20
"""Words that are listed where one of them is meant."""


def noun(node: Expression) -> str:
    """What an expression is called in messages."""
    own = _OPERATIONS.get(node.operator) if isinstance(node, Operation) else None
    if isinstance(node, UnitName) and isinstance(unit(node.text), Unit):
        own = "a unit"
    return own or _NOUNS[type(node)]


def mismatch(
    scope: Scope, node: Expression, type_: FieldType, what: str, fix: Fix | None = None, help_: str = ""
) -> None:
    """Report an expression of a kind that a type does not take."""
    if fix is None and not help_:
        from mlipilot.spec.resolve.hints import likely_meant  # most values are of their kind

        help_, fix = likely_meant(scope, node, type_)
    headline = f"{what} takes {describe(type_)}, not {noun(node)}"
    scope.report("MLP0201", headline, node.span, f"this is {noun(node)}", help=help_, fix=fix)


def word(
    scope: Scope, node: Expression, type_: Choice | Element, what: str, known: tuple[str, ...], code: str
) -> Name | None:
    """One of the known words; None after a fault."""
    if not isinstance(node, Path) or len(node.words) != 1:
        quoted(scope, node, type_, what, known)
        return None
    text = node.words[0].text
    if text in known:
        return Name(text)
    is_long = len(known) > _FEW
    help_, fix = did_you_mean(text, node.span, known)
    if is_long and fix is not None:  # any two letters are like one of a hundred symbols
        fix = fix._replace(applicability=Applicability.UNSAFE)
    elif is_long:
        help_ = "elements are written by symbol, such as `Cu`"
    if code == "MLP0207" and text in ELEMENTS:
        help_ = type_.otherwise.format(element=text) if isinstance(type_, Element) else ""
        scope.report(code, f"{what} cannot be `{text}`", node.span, f"expected {describe(type_)}", help=help_)
        return None
    headline = f"`{text}` is no chemical element" if code == "MLP0207" else f"{what} cannot be `{text}`"
    scope.report(code, headline, node.span, "unknown", help=help_, fix=fix)
    return None


def unquoted(scope: Scope, node: Expression) -> Fix | None:
    """The fix of a text without its quotes, such as `6-31g(d)`; none where it is no single word."""
    written = scope.source.slice(node.span)
    if not isinstance(node, (Path, Operation, UnitName)) or len(written.split()) != 1:
        return None
    return Fix("put it in quotes", (Edit(node.span, f'"{written}"'),), Applicability.UNSAFE)


def quoted(scope: Scope, node: Expression, type_: FieldType, what: str, known: tuple[str, ...]) -> None:
    """Report what is no word: a known one in quotes needs only to lose them."""
    if not isinstance(node, String) or node.text not in known:
        mismatch(scope, node, type_, what)
        return
    scope.report(
        "MLP0201",
        f"{what} takes a bare word, not a string",
        node.span,
        f"write `{node.text}`",
        fix=Fix("remove the quotes", (Edit(node.span, node.text),)),
    )


__all__ = ["mismatch", "noun", "quoted", "unquoted", "word"]
