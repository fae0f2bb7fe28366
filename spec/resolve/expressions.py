"""Expressions to typed values: the type of the field decides what an expression means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import assert_never

from mlipilot.spec.diagnostics import Annotation, Applicability, Edit, Fix
from mlipilot.spec.numerals import count
from mlipilot.spec.resolve.alternatives import any_of
from mlipilot.spec.resolve.literals import plain_number, signed, unit_of
from mlipilot.spec.resolve.measures import with_meaning
from mlipilot.spec.resolve.numbers import real
from mlipilot.spec.resolve.references import reference
from mlipilot.spec.resolve.scope import Scope, certain, did_you_mean
from mlipilot.spec.resolve.unit_words import unit_word
from mlipilot.spec.resolve.words import mismatch, noun, quoted, unquoted, word
from mlipilot.spec.schema.elements import ELEMENTS
from mlipilot.spec.schema.types import (
    AnyOf,
    Boolean,
    CallOf,
    Choice,
    Element,
    FieldType,
    Integer,
    ListOf,
    Parameter,
    RangeOf,
    Real,
    ReferenceTo,
    Signature,
    Text,
    UnitOf,
    describe,
)
from mlipilot.spec.source import SourceFile, Span
from mlipilot.spec.syntax.parser import parse_expression
from mlipilot.spec.syntax.tree import Argument, Call, Expression, List, Number, Operation, Path, String, Word
from mlipilot.spec.syntax.tree import Boolean as BooleanNode
from mlipilot.spec.values import Applied, Data, Interval, Value


def resolve_value(scope: Scope, node: Expression, type_: FieldType, what: str, doc: str = "") -> Value | None:
    """The value of an expression as a type; `what` names its place in messages, `doc` says it. None after a fault."""
    scope.fits = fits
    before = len(scope.diagnostics)
    data = _data(scope, node, type_, what)
    with_meaning(scope.diagnostics, before, type_, doc)
    return None if data is None else Value(data, node.span, scope.source.slice(node.span), unit_of(node))


@cache
def default_value(text: str, type_: FieldType) -> Value:
    """The value of a default as the schema writes it."""
    scope = Scope(SourceFile("<schema>", text))
    value = resolve_value(scope, parse_expression(text), type_, "a default")
    assert value is not None, (text, scope.diagnostics)
    return replace(value, span=None, written=text)


def _data(scope: Scope, node: Expression, type_: FieldType, what: str) -> Data | None:
    match type_:
        case Integer():
            return _integer(scope, node, type_, what)
        case Real():
            return real(scope, node, type_, what)
        case Boolean():
            if isinstance(node, BooleanNode):
                return node.value
            if isinstance(node, Path) and node.text.lower() in ("true", "false"):
                fix = Fix(f"write `{node.text.lower()}`", (Edit(node.span, node.text.lower()),))
                mismatch(scope, node, type_, what, fix)
                return None
        case Text():
            if isinstance(node, String):
                return node.text
            mismatch(scope, node, type_, what, unquoted(scope, node))
            return None
        case Choice():
            return word(scope, node, type_, what, type_.words, "MLP0206")
        case Element():
            return word(scope, node, type_, what, type_.only or tuple(ELEMENTS), "MLP0207")
        case UnitOf():
            return unit_word(scope, node, type_, what)
        case RangeOf():
            return _range(scope, node, type_, what)
        case ListOf():
            return _list(scope, node, type_, what)
        case ReferenceTo():
            return reference(scope, node, type_, what)
        case CallOf():
            return _call(scope, node, type_, what)
        case AnyOf():
            return any_of(scope, node, type_, what)
        case _ as never:
            assert_never(never)
    mismatch(scope, node, type_, what)
    return None


def _integer(scope: Scope, node: Expression, type_: Integer, what: str) -> int | None:
    number = plain_number(node)
    if number is None and isinstance(signed(node)[1], Number):
        scope.report("MLP0205", f"{what} is too large or too long a number", node.span, "no number needs this")
        return None
    if number is None:
        mismatch(scope, node, type_, what)
        return None
    if number.denominator != 1:
        help_ = "it counts, and is no share" if 0 < number < 1 else ""
        label = f"expected such as `{type_.example}`"
        scope.report("MLP0201", f"{what} takes a whole number", node.span, label, help=help_)
        return None
    value = int(number)
    low, high = type_.minimum, type_.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = f"at least {low}" if high is None else f"at most {high}" if low is None else f"from {low} to {high}"
        help_ = f"write `{low}` or more" if low is not None and value < low else f"write `{high}` or less"
        scope.report("MLP0205", f"{what} must be {bounds}", node.span, f"{value} is outside", help=help_)
        return None
    return value


def _range(scope: Scope, node: Expression, type_: RangeOf, what: str) -> Interval | None:
    if not isinstance(node, Operation) or node.operator != "..":
        mismatch(scope, node, type_, what)
        return None
    before = len(scope.diagnostics)
    low, high = (real(scope, operand, type_.item, what) for operand in node.operands)
    if low is None or high is None:
        _of_percent(scope, node, before)
        return None
    if low > high:
        text = " .. ".join(scope.source.slice(operand.span) for operand in reversed(node.operands))
        scope.report(
            "MLP0208",
            f"the range of {what} ends before it begins",
            node.span,
            "the first bound is the larger",
            fix=Fix(f"write `{text}`", (Edit(node.span, text),), Applicability.UNSAFE),
        )
        return None
    return Interval(low, high)


def _of_percent(scope: Scope, node: Operation, before: int) -> None:
    """Put the faults of a range whose ends lack their `%` together."""
    found = scope.diagnostics[before:]
    if not all(diagnostic.code == "MLP0205" and "if that is meant" in diagnostic.help for diagnostic in found):
        return
    ends = [scope.source.slice(operand.span) for operand in node.operands]
    text = " .. ".join(end if "%" in end else f"{end} %" for end in ends)
    scope.diagnostics[before:] = [
        replace(
            found[0],
            secondary=tuple(Annotation(d.primary.span, "here too") for d in found[1:] if d.primary is not None),
            help=f"write `{text}` if that is meant",
            fix=Fix(f"write `{text}`", (Edit(node.span, text),), Applicability.UNSAFE),
        )
    ]


def _list(scope: Scope, node: Expression, type_: ListOf, what: str) -> tuple[Value, ...] | None:
    if not isinstance(node, List):
        from mlipilot.spec.resolve.lists import list_meant  # most lists are such

        help_, fix = list_meant(scope, node, type_)
        scope.report(
            "MLP0201",
            f"{what} takes {describe(type_)}, not {noun(node)}",
            node.span,
            "expected a list in `[ ]`",
            help=help_,
            fix=fix,
        )
        return None
    count, low, high = len(node.items), type_.shortest, type_.longest
    if count < low or (high is not None and count > high):
        wanted = f"{low} items" if low == high else f"at least {low} item{'s' if low > 1 else ''}"
        scope.report("MLP0205", f"{what} takes {wanted}", node.span, f"{count} given")
        return None
    items: Sequence[Expression] = node.items
    if isinstance(type_.item, CallOf) and type_.item.elsewhere:
        from mlipilot.spec.resolve.strays import without_strays  # few lists have such

        items = without_strays(scope, node.items, type_.item, f"an item of {what}")
    values = [resolve_value(scope, item, type_.item, f"an item of {what}") for item in items]
    good = tuple(value for value in values if value is not None)
    return good if len(good) == len(node.items) else None


def fits(scope: Scope, node: Expression, type_: FieldType) -> bool:
    """Whether an expression is a value of a type; nothing is reported."""
    before = len(scope.diagnostics)
    value = resolve_value(scope, node, type_, "")
    del scope.diagnostics[before:]
    return value is not None


def _call(scope: Scope, node: Expression, type_: CallOf, what: str) -> Applied | None:
    arguments: tuple[Argument, ...] = ()
    if isinstance(node, Call):
        function, arguments = node.function, node.arguments
    elif isinstance(node, Path):
        function = node
    else:
        quoted(scope, node, type_, what, tuple(s.name for s in type_.signatures))
        return None
    signature = next((s for s in type_.signatures if s.name == function.text), None)
    if signature is None:
        help_, fix = did_you_mean(function.text, function.span, [s.name for s in type_.signatures])
        if fix is None and node is function:
            from mlipilot.spec.resolve.hints import likely_meant  # most calls are known

            argument, with_call = likely_meant(scope, node, type_)
            help_, fix = (argument, with_call) if with_call is not None else (help_, fix)
        scope.report("MLP0206", f"{what} cannot be `{function.text}`", function.span, "unknown", help=help_, fix=fix)
        return None
    if signature.gathers:
        values = _gathered(scope, signature, arguments, node.span)
    else:
        values = resolve_arguments(scope, signature, arguments, node.span)
    return None if values is None else Applied(signature.name, values)


def _gathered(
    scope: Scope, signature: Signature, arguments: tuple[Argument, ...], span: Span
) -> dict[str, Value] | None:
    """What stands in the brackets of a call, as the items of its one parameter."""
    (parameter,) = signature.parameters
    assert isinstance(parameter.type, ListOf)
    for argument in arguments:
        if argument.name is not None:
            scope.report(
                "MLP0209", f"`{signature.name}` takes its items without names", argument.name.span, "no name is needed"
            )
            return None
    inside = List(tuple(argument.value for argument in arguments), span)
    value = resolve_value(scope, inside, parameter.type, f"`{signature.name}`", parameter.doc)
    return None if value is None else {parameter.name: value}


def resolve_arguments(
    scope: Scope, signature: Signature, arguments: tuple[Argument, ...], span: Span
) -> dict[str, Value] | None:
    """The arguments of a call by name, defaults filled in; positional ones come in the signature's order."""
    parameters = {parameter.name: parameter for parameter in signature.parameters}
    docs = {name: parameter.doc for name, parameter in parameters.items()}
    values: dict[str, Value] = {}
    seen: dict[str, Span] = {}
    strangers: list[Word] = []
    before = len(scope.diagnostics)
    for position, argument in enumerate(arguments):
        if argument.name is None and any(other.name is not None for other in arguments[:position]):
            _after_named(scope, signature, arguments[position - 1], argument)
            continue
        if argument.name is None:
            if position >= len(parameters):
                most = count(len(parameters), "argument") if parameters else "no argument without a name"
                scope.report("MLP0209", f"`{signature.name}` takes {most}", argument.span, "one too many")
                continue
            name = list(parameters)[position]
        else:
            name = argument.name.text
        if name in seen:
            scope.report(
                "MLP0209",
                f"`{signature.name}` is given `{name}` twice",
                argument.span,
                "again",
                secondary=(Annotation(seen[name], "first given here"),),
            )
            continue
        if argument.name is not None and name not in parameters and not _is_element(signature, name):
            found = _misspelt_argument(scope, signature, argument.name, arguments)
            if found is None:
                strangers.append(argument.name)
                continue
            name = found
            if certain(scope.diagnostics[-1].fix) is None:
                seen[name] = argument.span
                continue  # a guess: nothing is said of its value
        seen[name] = argument.span
        type_ = signature.element_values if _is_element(signature, name) else parameters[name].type
        assert type_ is not None
        value = resolve_value(scope, argument.value, type_, f"`{name}`", docs.get(name, ""))
        if value is not None:
            values[name] = value
    missing = [p for p in signature.parameters if p.is_needed and p.name not in seen]
    if len(missing) == len(strangers) == 1:
        _unknown_argument(scope, signature, strangers[0], meant=missing.pop())
    else:
        for word in strangers:
            _unknown_argument(scope, signature, word)
    for parameter in missing:
        scope.report(
            "MLP0209",
            f"`{signature.name}` lacks the argument `{parameter.name}`",
            span,
            f"expected `{parameter.name} = …`, {describe(parameter.type)}",
        )
    if len(scope.diagnostics) > before:
        if signature.divides:
            from mlipilot.spec.resolve.shares import counted_out  # most are numbers

            counted_out(scope, signature, arguments, before)
        return None
    if not seen.keys() <= values.keys():
        return None  # a name of a block that could not be read, which was reported there
    if signature.element_values is not None and not values:
        scope.report("MLP0209", f"`{signature.name}` needs a value for each element", span, "such as `Cu = …`")
        return None
    for name, parameter in parameters.items():
        if name not in seen and parameter.default is not None:
            values[name] = default_value(parameter.default, parameter.type)
    return values


def _after_named(scope: Scope, signature: Signature, previous: Argument, argument: Argument) -> None:
    """Report an argument without a name after one with a name; digits on both sides of the comma are one number."""
    between = scope.source.slice(Span(previous.span.end - 1, argument.span.start + 1))
    help_, fix = "give it its name", None
    if len(between) == 3 and between[0].isdecimal() and between[2].isdecimal():
        meant = f"{scope.source.slice(previous.value.span)}.{scope.source.slice(argument.span)}"
        comma = Span(previous.span.end, argument.span.start)
        help_, fix = (
            f"is `{meant}` meant? a decimal point is `.`",
            Fix("write `.`", (Edit(comma, "."),), Applicability.UNSAFE),
        )
    scope.report(
        "MLP0209",
        f"`{signature.name}` has an argument without a name after one with a name",
        argument.span,
        "which one is it?",
        help=help_,
        fix=fix,
    )


def _is_element(signature: Signature, name: str) -> bool:
    return signature.element_values is not None and name in ELEMENTS


def _misspelt_argument(scope: Scope, signature: Signature, word: Word, arguments: tuple[Argument, ...]) -> str | None:
    """Report an argument whose name is like one that is not given, and return that one."""
    given = {argument.name.text for argument in arguments if argument.name is not None}
    known = [parameter.name for parameter in signature.parameters if parameter.name not in given]
    if signature.element_values is not None:
        known = [symbol for symbol in ELEMENTS if symbol.lower() == word.text.lower() and symbol not in given]
    help_, fix = did_you_mean(word.text, word.span, known)
    if fix is None:
        return None
    scope.report(
        "MLP0209",
        f"`{signature.name}` has no argument `{word.text}`",
        word.span,
        "unknown argument",
        help=help_,
        fix=fix,
    )
    return fix.edits[0].text


def _unknown_argument(scope: Scope, signature: Signature, word: Word, meant: Parameter | None = None) -> None:
    fix = None
    if meant is not None:
        help_ = f"`{meant.name}` is missing; is it meant?"
        fix = Fix(f"write `{meant.name}`", (Edit(word.span, meant.name),), Applicability.UNSAFE)
    elif signature.element_values is not None:
        help_ = "arguments are chemical elements, such as `Cu = …`"
    elif signature.parameters:
        help_ = "known: " + ", ".join(f"`{parameter.name}`" for parameter in signature.parameters)
    else:
        help_ = f"write `{signature.name}` alone"
    scope.report(
        "MLP0209",
        f"`{signature.name}` has no argument `{word.text}`",
        word.span,
        "unknown argument",
        help=help_,
        fix=fix,
    )


__all__ = ["default_value", "resolve_arguments", "resolve_value"]
