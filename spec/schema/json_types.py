"""The types of the schema in JSON Schema's words.

A value stands in JSON as it is written in a spec: numbers without a unit, `true` and `false` as themselves, lists as
arrays, calls as objects, everything else as a string.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, assert_never

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
)
from mlipilot.spec.units import BASE_UNITS, NAMED, PLAIN, UNITS, usual_units

_NUMBER = r"[+-]?[0-9][0-9_]*(\.[0-9][0-9_]*)?([eE][+-]?[0-9]+)?"
_UNIT = r"[^\s0-9]\S*"
_MARKS = r"\s!-/:-@\[-^`{-~"
NAME = rf"[^0-9{_MARKS}][^{_MARKS}]*"
"""A name of a block: what `\\w` means differs between the readers of JSON Schema, so all else is left out by name."""
PATH = rf"{NAME}(\.{NAME})*"
ELEMENT = {"$ref": "#/$defs/element"}

JsonSchema = dict[str, Any]


def type_schema(type_: FieldType) -> JsonSchema:
    """What JSON a value of a type can be."""
    match type_:
        case Integer(low, high):
            return {"type": "integer", **_given(minimum=low, maximum=high)}
        case Real():
            return _real(type_)
        case Boolean():
            return {"type": "boolean"}
        case Text():
            return {"type": "string"}
        case Choice(words):
            return {"enum": list(words)}
        case Element(only=only):
            return {"enum": list(only)} if only else dict(ELEMENT)
        case UnitOf(dimension):
            about = {"x-dimension": dimension, "examples": list(usual_units(dimension))}
            return {"type": "string", "pattern": f"^{_UNIT}$", **about}
        case RangeOf(item):
            bound = f"{_NUMBER}([ \\t]*[%×])?" if _is_plain(item) else f"{_NUMBER} {_UNIT}"
            return {"type": "string", "pattern": f"^{bound} \\.\\. {bound}$", **_quantity(item)}
        case ListOf(item, shortest, longest):
            return {"type": "array", "items": type_schema(item), **_given(minItems=shortest, maxItems=longest)}
        case ReferenceTo(kind, members):
            member = rf"\.({'|'.join(members)})" if members else ""
            return {"type": "string", "pattern": f"^{PATH}{member}$", "x-references": kind}
        case CallOf(signatures):
            return {"oneOf": [shape for signature in signatures for shape in _call(signature)]}
        case AnyOf(types):
            return {"anyOf": [type_schema(other) for other in types]}
        case _ as never:
            assert_never(never)


def element_schema() -> JsonSchema:
    """A chemical element, by symbol."""
    return {"description": "a chemical element, by symbol", "enum": list(ELEMENTS)}


def default_of(type_: FieldType, text: str) -> JsonSchema:
    """A default as an annotation: as JSON where that is the text itself, else as a spec writes it."""
    match type_:
        case Integer():
            return {"default": int(text)}
        case Boolean():
            return {"default": text == "true"}
        case Text() | AnyOf() if text.startswith('"'):
            return {"default": text[1:-1]}
        case Real() if re.fullmatch(_NUMBER, text):
            return {"default": float(text)}
        case ListOf() | CallOf() if not re.fullmatch(NAME, text):
            return {"x-default": text}
        case _:
            return {"default": text}


def _given(**limits: int | None) -> dict[str, int]:
    return {name: limit for name, limit in limits.items() if limit is not None}


def _is_plain(type_: Real) -> bool:
    return NAMED[type_.dimension] == PLAIN


def _real(type_: Real) -> JsonSchema:
    if not _is_plain(type_):
        return {"type": "string", "pattern": f"^{_NUMBER} {_UNIT}$", **_quantity(type_)}
    limits = {
        "minimum": type_.minimum,
        "maximum": type_.maximum,
        "exclusiveMinimum": type_.above,
        "exclusiveMaximum": type_.below,
    }
    number = {"type": "number", **{word: float(bound) for word, bound in limits.items() if bound is not None}}
    return {"anyOf": [number, {"type": "string", "pattern": f"^{_NUMBER}[ \\t]*[%×]$"}], **_quantity(type_)}


def _quantity(type_: Real) -> JsonSchema:
    """What a pattern cannot say of a quantity: what it measures, in which units, and its bounds in base units."""
    found: JsonSchema = {"x-dimension": type_.dimension}
    dimension = NAMED[type_.dimension]
    if dimension != PLAIN:
        simple = [word for word, unit in UNITS.items() if unit.dimension == dimension]
        found["x-units"] = simple or [dimension.example]
        found["x-base-unit"] = BASE_UNITS.get(type_.dimension, "")
    bounds = {"minimum": type_.minimum, "maximum": type_.maximum, "above": type_.above, "below": type_.below}
    found |= {f"x-{word}": bound for word, bound in bounds.items() if bound is not None}
    if type_.plausible is not None:
        low, high, reason = type_.plausible.low, type_.plausible.high, type_.plausible.reason
        ends = {word: end for word, end in (("low", low), ("high", high)) if end is not None}
        found["x-plausible"] = {**ends, "reason": reason}
    return found | ({"examples": [type_.example]} if type_.example and dimension != PLAIN else {})


def _call(signature: Signature) -> Sequence[JsonSchema]:
    """A call as an object, and, where it needs no argument, as its name alone."""
    about = {"description": signature.doc} if signature.doc else {}
    shapes: list[JsonSchema] = []
    if signature.element_values is None and not any(p.is_needed for p in signature.parameters):
        shapes.append({"const": signature.name, **about})
    if signature.parameters or signature.element_values is not None:
        properties = {"call": {"const": signature.name}, "arguments": arguments_schema(signature)}
        shapes.append({**closed(properties, tuple(properties)), **about})
    return shapes


def arguments_schema(signature: Signature) -> JsonSchema:
    """The arguments of a call, by name."""
    if signature.element_values is not None:
        values = type_schema(signature.element_values)
        return {"type": "object", "propertyNames": ELEMENT, "additionalProperties": values, "minProperties": 1}
    properties = {parameter.name: _parameter(parameter) for parameter in signature.parameters}
    return closed(properties, tuple(p.name for p in signature.parameters if p.is_needed))


def _parameter(parameter: Parameter) -> JsonSchema:
    about = {"description": parameter.doc} if parameter.doc else {}
    default = {} if parameter.default is None else default_of(parameter.type, parameter.default)
    return {**type_schema(parameter.type), **about, **default}


def closed(properties: JsonSchema, required: Sequence[str]) -> JsonSchema:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        **({"required": list(required)} if required else {}),
        "additionalProperties": False,
    }
