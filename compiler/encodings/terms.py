"""The calls of an `encoding` block as a plan has them: a kind, plain arguments, and a name that tells them apart."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from mlipilot.spec.resolve.expressions import default_value
from mlipilot.spec.schema.types import CallOf
from mlipilot.spec.values import Applied, Interval, Name, Reference, UnitWord, Value, meaning


class Term(NamedTuple):
    """A call."""

    kind: str
    arguments: Mapping[str, Any]
    """All of them, defaults filled in, as JSON."""
    name: str
    """As the language writes it, without what is a default: `angle(axis = z)`."""

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"kind": self.kind, "arguments": dict(self.arguments), "name": self.name}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Term:
        """From JSON."""
        return cls(document["kind"], document["arguments"], document["name"])


def call_of(value: Value) -> Applied:
    """The call that a value is; the schema says that it is one."""
    assert isinstance(value.data, Applied)
    return value.data


def term(call: Applied, calls: CallOf) -> Term:
    """A call of one of the signatures of a field."""
    signature = next(known for known in calls.signatures if known.name == call.name)
    defaults = {
        parameter.name: default_value(parameter.default, parameter.type)
        for parameter in signature.parameters
        if parameter.default is not None
    }
    given = [
        f"{name} = {shown(value)}"
        for name, value in call.arguments.items()
        if name not in defaults or meaning(value.data) != meaning(defaults[name].data)
    ]
    order = [parameter.name for parameter in signature.parameters]
    given.sort(key=lambda text: order.index(text.partition(" = ")[0]))
    name = f"{call.name}({', '.join(given)})" if given else call.name
    return Term(call.name, {key: plain(value) for key, value in call.arguments.items()}, name)


def whole(found: Term) -> str:
    """A call with all its arguments, defaults too: what leaves no doubt which one is meant."""
    arguments = ", ".join(f"{name} = {_word(value)}" for name, value in found.arguments.items())
    return f"{found.kind}({arguments})" if arguments else found.kind


def _word(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_word, value))}]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def plain(value: Value) -> Any:
    """A value as JSON, numbers in base units."""
    match value.data:
        case Fraction():
            return float(value.data)
        case Name() | Reference() | UnitWord():
            return value.data.text
        case tuple():
            return [plain(item) for item in value.data]
        case Applied() | Interval():
            raise TypeError(f"{value.written} is no plain value")
        case _:
            return value.data


def shown(value: Value) -> str:
    """A value as the language writes it, the same text for the same meaning; a quantity as it was written."""
    if isinstance(value.data, tuple):
        return f"[{', '.join(map(shown, value.data))}]"
    if isinstance(value.data, str):
        return f'"{value.data}"'
    if isinstance(value.data, Fraction):
        return value.written if value.unit else f"{float(value.data):.10g}"
    return str(plain(value)) if not isinstance(value.data, bool) else str(value.data).lower()


__all__ = ["Term", "call_of", "plain", "shown", "term", "whole"]
