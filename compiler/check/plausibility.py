"""Numbers that may stand where they do, and are hardly meant: outside the ranges of `spec/schema/plausible.py`."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from mlipilot.compiler.faults import about
from mlipilot.spec.diagnostics import Annotation, Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.schema import METRICS, block_schema
from mlipilot.spec.schema.plausible import Plausible
from mlipilot.spec.schema.types import AnyOf, CallOf, FieldType, ListOf, RangeOf, Real
from mlipilot.spec.units import NAMED, PLAIN, USUAL, Unit, unit
from mlipilot.spec.values import Applied, BlockValue, Constraint, Interval, Value

_DISTINGUISHED = ("%", "")
"""How a plain number may have been meant: as a percentage, or as a share."""


class Doubt(NamedTuple):
    """A number outside of its range."""

    value: Value
    number: Fraction
    type: Real
    plausible: Plausible
    name: str
    """Of the field or argument."""

    @property
    def where(self) -> str:
        """`below` or `above`."""
        return self.plausible.beyond(self.number)


def check(spec: Spec) -> list[Diagnostic]:
    """Numbers of fields, of thresholds and of domains that are hardly meant."""
    found: list[Diagnostic] = []
    for block in spec.blocks:
        for part in (block, *block.children):
            found += _fields(part)
            found += _thresholds(part)
    return list(dict.fromkeys([*found, *_domains(spec)]))


def _fields(block: BlockValue) -> list[Diagnostic]:
    schema = block_schema(block.kind, block.tag)
    return [
        _said(block, doubt)
        for field in (schema.fields if schema is not None else ())
        if field.name in block.fields
        for doubt in doubts(field.type, block.fields[field.name], field.name)
    ]


def _thresholds(block: BlockValue) -> list[Diagnostic]:
    return [
        _said(constraint, doubt)
        for constraint in block.constraints
        if constraint.threshold is not None
        for doubt in doubts(METRICS[constraint.metric.metric].threshold, constraint.threshold, constraint.metric.metric)
    ]


def _domains(spec: Spec) -> list[Diagnostic]:
    """Domains that reach outside, each once: a pilot draws what nobody would write."""
    found: list[Diagnostic] = []
    for draw in spec.space.draws if spec.space is not None else ():
        doubt = next((d for value in draw.domain.values for d in doubts(draw.type, value, draw.path.text)), None)
        if doubt is not None:
            found.append(
                Diagnostic(
                    doubt.plausible.too_high if doubt.where == "above" else "MLP0522",
                    f"the domain of `{draw.path.text}` reaches to {doubt.value.written}, {doubt.where} what is usual",
                    spec.source,
                    Annotation(doubt.value.span or draw.domain_span, f"usual: {doubt.plausible.words}"),
                    notes=(doubt.plausible.reason,),
                    help="narrow the domain: each draw outside costs a training that hardly teaches anything",
                )
            )
    return found


def doubts(type_: FieldType, value: Value, name: str) -> Iterator[Doubt]:
    """The numbers of a written value that lie outside their ranges; of a list, a range and a call the first."""
    if value.is_default:
        return
    match type_, value.data:
        case (Real(plausible=Plausible()), int() | Fraction()):
            yield from _doubt(type_, value, Fraction(value.data), name)
        case (RangeOf(item), Interval(low, high)):
            yield from [*_doubt(item, value, low, name), *_doubt(item, value, high, name)][:1]
        case (ListOf(item), tuple()):
            yield from [doubt for part in value.data for doubt in doubts(item, part, name)][:1]
        case (AnyOf(forms), int() | Fraction()):
            found = unit(value.unit) if value.unit else None
            dimension = found.dimension if isinstance(found, Unit) else PLAIN
            fitting = (other for other in forms if isinstance(other, Real) and NAMED[other.dimension] == dimension)
            yield from [doubt for other in fitting for doubt in doubts(other, value, name)]
        case (CallOf(signatures), Applied(called, arguments)):
            signature = next(known for known in signatures if known.name == called)
            types = {parameter.name: parameter.type for parameter in signature.parameters}
            for word, argument in arguments.items():
                wanted = types.get(word, signature.element_values)
                if wanted is not None:
                    yield from doubts(wanted, argument, word)
        case _:
            return


def _doubt(type_: Real, value: Value, number: Fraction, name: str) -> Iterator[Doubt]:
    if type_.plausible is not None and type_.plausible.beyond(number):
        yield Doubt(value, number, type_, type_.plausible, name)


def _said(owner: BlockValue | Constraint, doubt: Doubt) -> Diagnostic:
    above = doubt.where == "above"
    assert doubt.value.span is not None
    meant = _meant(doubt)
    return about(
        owner,
        doubt.plausible.too_high if above else "MLP0522",
        f"`{doubt.name}` of {doubt.value.written} is {doubt.where} what is usual",
        doubt.value.span,
        f"usual: {doubt.plausible.words}",
        notes=(doubt.plausible.reason,),
        help=f"write `{meant}` if that is meant" if meant else "",
    )


def _meant(doubt: Doubt) -> str:
    """The same number in another unit, with which it lies within the range; empty where there is none, or many."""
    number, _, word = doubt.value.written.removesuffix("%").strip().partition(" ")
    if not number or isinstance(doubt.value.data, Interval):
        return ""
    is_plain = doubt.type.dimension == "a plain number"
    written = ("%" if doubt.value.written.endswith("%") else "") if is_plain else word
    factor = _factor(written)
    choices = _DISTINGUISHED if is_plain else USUAL.get(doubt.type.dimension, ())
    plausible = [
        choice
        for choice in choices
        if choice != written and not doubt.plausible.beyond(doubt.number / factor * _factor(choice))
    ]
    kept = [f"{number} {choice}".strip() for choice in plausible if _is_allowed(doubt, factor, choice)]
    return kept[0] if kept else ""


def _is_allowed(doubt: Doubt, factor: Fraction, choice: str) -> bool:
    """Whether the type takes the number in that unit."""
    value, type_ = doubt.number / factor * _factor(choice), doubt.type
    return not (
        (type_.minimum is not None and value < Fraction(type_.minimum))
        or (type_.maximum is not None and value > Fraction(type_.maximum))
        or (type_.above is not None and value <= Fraction(type_.above))
        or (type_.below is not None and value >= Fraction(type_.below))
    )


def _factor(word: str) -> Fraction:
    found = unit(word) if word else None
    return found.factor if isinstance(found, Unit) else Fraction(1)
