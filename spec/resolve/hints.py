"""What was probably meant by a value of another kind: a number in quotes, `None`, arithmetic, two ends in a list.

A fix is offered where what it writes is a value of the type; it is always to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import NamedTuple, TypeVar

from mlipilot.spec.diagnostics import Applicability, Edit, Fix
from mlipilot.spec.resolve.literals import plain_number
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.schema.types import (
    Boolean,
    CallOf,
    Choice,
    Element,
    FieldType,
    Integer,
    Parameter,
    RangeOf,
    Real,
    Signature,
    describe,
)
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.parser import read_expression
from mlipilot.spec.syntax.tree import Call, Expression, List, Number, Operation, Path, Quantity, String, UnitName
from mlipilot.spec.units import NAMED, PLAIN, Unit, unit

_NOTHING = {"none", "null", "nil", "undefined", "na"}
_ENDLESS = {"inf", "infinity", "infinite", "unlimited", "nan", "nolimit", "no_limit"}
_TRUTH = {
    "yes": "true",
    "on": "true",
    "y": "true",
    "1": "true",
    "no": "false",
    "off": "false",
    "n": "false",
    "0": "false",
}
_READERS = {"env", "getenv", "environ", "os.environ", "os.getenv", "input", "read", "open"}
_DRAWS = {"choice", "uniform", "log_uniform", "int", "loguniform"}
_CONVERTERS = {"int", "float", "str", "bool", "double", "Decimal", "Fraction", "array", "tensor", "abs", "round"}
_DIGITS = 10
_Type = TypeVar("_Type", bound=FieldType)


class Hint(NamedTuple):
    """How a value is mended, in words, and the text that stands in its place where that can be told."""

    help: str
    meant: str | None = None


def likely_meant(scope: Scope, node: Expression, type_: FieldType) -> tuple[str, Fix | None]:
    """The help and fix for an expression of a kind that a type does not take; empty where nothing is known."""
    return first_offered(
        scope, node, type_, (_quoted, _unit_alone, _word, _wrapped, _ends, _sum, _one_of_many, _choice, _call)
    )


def first_offered(
    scope: Scope, node: Expression, type_: _Type, finders: Iterable[Callable[[Scope, Expression, _Type], Hint | None]]
) -> tuple[str, Fix | None]:
    """The help and fix of the first hint that is found and leads to a value of the type; empty where none does."""
    for find in finders:
        found = find(scope, node, type_)
        help_, fix = offered(scope, node.span, found, type_) if found is not None else ("", None)
        if help_:
            return help_, fix
    return "", None


def offered(scope: Scope, span: Span, hint: Hint, type_: FieldType) -> tuple[str, Fix | None]:
    """The help and fix of a hint that gives a text in place of a span; empty where that is no value of the type."""
    if hint.meant is None:
        return hint.help, None
    written = SourceFile("<meant>", hint.meant)
    meant = read_expression(written)
    if meant is None or not scope.fits(Scope(written, blocks=scope.blocks, aliases=scope.aliases), meant, type_):
        return "", None
    fix = Fix(f"write `{hint.meant}`", (Edit(span, hint.meant),), Applicability.UNSAFE)
    return f"{hint.help}: write `{hint.meant}`", fix


def _quoted(scope: Scope, node: Expression, type_: FieldType) -> Hint | None:
    """`"8"`, `"2 fs"`."""
    return (
        Hint("only texts stand in quotes", node.text.strip())
        if isinstance(node, String) and node.text.strip()
        else None
    )


def _unit_alone(scope: Scope, node: Expression, type_: FieldType) -> Hint | None:
    """`Å`, `eV/Å`: a unit where a number belongs; `a*b`."""
    if not isinstance(node, (Path, UnitName)) or not isinstance(type_, (Real, Integer)):
        return None
    found, dimension = unit(node.text), NAMED[type_.dimension] if isinstance(type_, Real) else PLAIN
    if not isinstance(found, Unit):
        return Hint("values are not calculated") if isinstance(node, UnitName) else None
    if found.dimension == dimension:
        return Hint(f"a number is missing before `{node.text}`")
    is_word = isinstance(node, Path)
    return None if is_word else Hint(f"`{node.text}` is a unit without a number, and measures {found.dimension.name}")


def _word(scope: Scope, node: Expression, type_: FieldType) -> Hint | None:
    if isinstance(type_, Boolean):
        meant = _TRUTH.get(scope.source.slice(node.span).lower())
        return Hint("it is `true` or `false`", meant) if meant is not None else None
    if not isinstance(node, Path):
        return None
    word = node.text.lower()
    if word in _NOTHING:
        return Hint("there is no value for nothing; leave the field out, and its default holds")
    if word in _ENDLESS:
        return Hint("a number is finite; leave the field out where nothing limits it")
    if len(node.words) > 1:
        return Hint("no field is copied from another block; write the value itself")
    return None


def _wrapped(scope: Scope, node: Expression, type_: FieldType) -> Hint | None:
    """`int(8)`, `env("X")`, `choice(8, 16)` outside a search."""
    if not isinstance(node, Call):
        return None
    name = node.function.text
    if name in _READERS:
        return Hint("a spec reads no environment and no files; write the value itself")
    if len(node.arguments) == 1 and node.arguments[0].name is None:
        inner = scope.source.slice(node.arguments[0].value.span)
        if node.function.words[-1].text in _CONVERTERS:
            return Hint("values are not converted", inner)
        if isinstance(unit(name), Unit):
            return Hint("a unit follows its number", f"{inner} {name}")
    if name in _DRAWS and not isinstance(type_, RangeOf):
        return Hint(f"values are drawn in a `search` block: `search {{ block.field ~ {name}(…) }}`")
    return None


def _ends(scope: Scope, node: Expression, type_: FieldType) -> Hint | None:
    """`[-4 %, 4 %]`, `range(-4 %, 4 %)` and `4 %` for a range."""
    if not isinstance(type_, RangeOf):
        return None
    ends = node.items if isinstance(node, List) else ()
    if isinstance(node, Call):
        ends = tuple(argument.value for argument in node.arguments if argument.name is None)
    if len(ends) == 2:
        return Hint("a range is `low .. high`", " .. ".join(scope.source.slice(end.span) for end in ends))
    if isinstance(node, Operation) and node.operator == "-":
        low, high = (scope.source.slice(operand.span) for operand in node.operands)
        return Hint("a range is `low .. high`", f"{low} .. {high}")
    if isinstance(node, (Number, Quantity)):
        size = scope.source.slice(node.span)
        alone = f"`{size} .. {size}`"
        takes_less = type_.item.minimum is None and type_.item.above is None
        return Hint(f"a range has two ends, such as {f'`-{size} .. {size}` or {alone}' if takes_less else alone}")
    return None


def _sum(scope: Scope, node: Expression, type_: FieldType) -> Hint | None:
    """`4 + 4`, `8 -- few`."""
    if not isinstance(node, Operation) or node.operator not in ("+", "-"):
        return None
    value = _total(node)
    shown = None if value is None else f"{float(value):.{_DIGITS}g}"
    return Hint("values are not calculated", shown) if shown is not None else Hint("values are not calculated")


def _total(node: Expression) -> Fraction | None:
    if isinstance(node, Operation) and node.operator in ("+", "-"):
        left, right = (_total(operand) for operand in node.operands)
        if left is None or right is None:
            return None
        return left + right if node.operator == "+" else left - right
    return plain_number(node)


def _one_of_many(scope: Scope, node: Expression, type_: FieldType) -> Hint | None:
    """`8 .. 16`, `8 or 16`, `[8]` for one value."""
    if not isinstance(type_, (Integer, Real)):
        return None
    if isinstance(type_, Integer) and isinstance(node, Quantity):
        return Hint("it is a number without a unit", node.number)
    if isinstance(node, List) and len(node.items) == 1:
        return Hint("it is one value, not a list", scope.source.slice(node.items[0].span))
    is_several = isinstance(node, Operation) and node.operator in ("..", "or", "and")
    if is_several or isinstance(node, List):
        return Hint(f"it is one value: {describe(type_)}; several are tried by a `search` block")
    return None


def _choice(scope: Scope, node: Expression, type_: FieldType) -> Hint | None:
    """A number or a text for one word of a few."""
    if isinstance(type_, Element):
        return Hint(f"an element is written by its symbol, such as `{type_.only[0] if type_.only else 'Cu'}`")
    if not isinstance(type_, Choice):
        return None
    if len(type_.words) == 1:
        return Hint("there is one choice", type_.words[0])
    return Hint(f"write one of these words without quotes, such as `{type_.words[0]}`")


def _call(scope: Scope, node: Expression, type_: FieldType) -> Hint | None:
    """`100 fs` for `langevin(relaxation = 100 fs)`; of `0.4` for two prices nobody knows which it is."""
    if not isinstance(type_, CallOf):
        return None
    calls = [call for signature in type_.signatures if (call := _with(scope, node, signature)) is not None]
    if len(calls) == 1:
        return Hint("a value alone does not say what it is", calls[0])
    if calls:
        return Hint("a value alone does not say what it is: write such as " + " or ".join(f"`{c}`" for c in calls[:2]))
    bare = next((s.name for s in type_.signatures if not any(p.is_needed for p in s.parameters)), None)
    several = next((s for s in type_.signatures if len(_wanted(s)) > 1 and _fits_all(scope, node, _wanted(s))), None)
    if several is not None:
        named = ", ".join(f"{parameter.name} = …" for parameter in several.parameters)
        other = f", or `{bare}`" if bare is not None else ""
        return Hint(f"one value does not say them all: write `{several.name}({named})`{other}")
    return Hint(f"write one of these by its name, such as `{bare}`") if bare is not None else None


def _with(scope: Scope, node: Expression, signature: Signature) -> str | None:
    """The call with a value as its first argument, where it must have no other."""
    wanted = _wanted(signature)
    if len(wanted) != 1 or not _fits_all(scope, node, wanted):
        return None
    return f"{signature.name}({wanted[0].name} = {scope.source.slice(node.span)})"


def _wanted(signature: Signature) -> tuple[Parameter, ...]:
    """The first argument, and the others that must be given."""
    first, others = signature.parameters[:1], signature.parameters[1:]
    return (*first, *(parameter for parameter in others if parameter.is_needed))


def _fits_all(scope: Scope, node: Expression, parameters: tuple[Parameter, ...]) -> bool:
    """Whether a value could be each of the arguments."""
    return all(scope.fits(scope, node, parameter.type) for parameter in parameters)


__all__ = ["Hint", "first_offered", "likely_meant", "offered"]
