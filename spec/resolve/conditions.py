"""Conditions of a search to typed ones: a literal has the type of the path that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlipilot.spec.resolve.expressions import resolve_value
from mlipilot.spec.resolve.paths import Fields, Found
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.schema.types import Boolean, FieldType, Integer, Real, describe
from mlipilot.spec.space import (
    Comparison,
    Condition,
    Junction,
    Literal,
    Membership,
    Negation,
    Operand,
    PathOperand,
    Sum,
)
from mlipilot.spec.syntax.tree import Expression, List, Operation, Path
from mlipilot.spec.values import Data

_COMPARISONS = ("<=", ">=", "<", ">", "==", "!=")


@dataclass
class Conditions:
    """Reads conditions, and remembers the spec's own value of each path that they speak of."""

    scope: Scope
    fields: Fields
    baseline: dict[str, Data] = field(default_factory=dict)

    def read(self, node: Expression) -> Condition | None:
        """A condition; None after a fault."""
        if isinstance(node, Operation):
            if node.operator in ("and", "or"):
                parts = [self.read(operand) for operand in node.operands]
                good = tuple(part for part in parts if part is not None)
                return Junction(node.operator, good) if len(good) == len(parts) else None
            if node.operator == "not":
                inner = self.read(node.operands[0])
                return None if inner is None else Negation(inner)
            if node.operator in _COMPARISONS:
                return self._comparison(node)
            if node.operator == "in":
                return self._membership(node)
        if isinstance(node, Path):
            found = self._found(node)
            if found is None:
                return None
            if isinstance(found.type, Boolean):
                return PathOperand(found.path.text)
            self._fault(node, f"`{node.text}` takes {describe(found.type)}; alone it is no condition")
            return None
        self._fault(node, "expected a condition, such as `potential.channels <= 16`")
        return None

    def _fault(self, node: Expression, headline: str) -> None:
        self.scope.report("MLP0415", headline, node.span, "no condition")

    def _found(self, node: Path) -> Found | None:
        found = self.fields.find(node)
        if found is not None:
            self.baseline[found.path.text] = found.value.data
        return found

    def _is_path(self, node: Expression) -> bool:
        """Whether it names a field; a bare word such as `none` is a value."""
        return isinstance(node, Path) and len(node.words) > 1

    def _type(self, node: Expression) -> FieldType | None:
        """The type of the first path in an operand."""
        if isinstance(node, Path) and self._is_path(node):
            found = self.fields.find(node)
            return found.type if found is not None else None
        if isinstance(node, Operation) and node.operator in ("+", "-"):
            return next((t for t in map(self._type, node.operands) if t is not None), None)
        return None

    def _has_path(self, node: Expression) -> bool:
        if isinstance(node, Operation):
            return any(self._has_path(operand) for operand in node.operands)
        return self._is_path(node)

    def _comparison(self, node: Operation) -> Condition | None:
        if not any(self._has_path(operand) for operand in node.operands):
            self._fault(node, "nothing is compared: neither side names a field")
            return None
        before = len(self.scope.diagnostics)
        type_ = next((t for t in map(self._type, node.operands) if t is not None), None)
        if type_ is None or len(self.scope.diagnostics) > before:
            return None
        if node.operator not in ("==", "!=") and not isinstance(type_, (Integer, Real)):
            self._fault(node, f"`{node.operator}` compares numbers, and this is {describe(type_)}")
            return None
        left, right = (self._operand(operand, type_) for operand in node.operands)
        return None if left is None or right is None else Comparison(node.operator, left, right)

    def _membership(self, node: Operation) -> Condition | None:
        item, listed = node.operands
        before = len(self.scope.diagnostics)
        type_ = self._type(item)
        if type_ is None or not isinstance(listed, List):
            if len(self.scope.diagnostics) == before:
                self._fault(node, "expected such as `potential.scaling in [none, rms_forces]`")
            return None
        operand = self._operand(item, type_)
        values = [resolve_value(self.scope, value, _unbounded(type_), "an item of the list") for value in listed.items]
        good = tuple(value.data for value in values if value is not None)
        return Membership(operand, good) if operand is not None and len(good) == len(values) else None

    def _operand(self, node: Expression, type_: FieldType) -> Operand | None:
        if isinstance(node, Path) and self._is_path(node):
            found = self._found(node)
            if found is None:
                return None
            if not _comparable(found.type, type_):
                self._fault(node, f"`{node.text}` takes {describe(found.type)}, and it is compared with another type")
                return None
            return PathOperand(found.path.text)
        if isinstance(node, Operation) and node.operator in ("+", "-") and len(node.operands) == 2:
            terms = [self._operand(operand, type_) for operand in node.operands]
            good = [term for term in terms if term is not None]
            return Sum(((1, good[0]), (1 if node.operator == "+" else -1, good[1]))) if len(good) == 2 else None
        value = resolve_value(self.scope, node, _unbounded(type_), "what it is compared with")
        return None if value is None else Literal(value.data)


def _comparable(one: FieldType, other: FieldType) -> bool:
    if isinstance(one, (Integer, Real)) and isinstance(other, (Integer, Real)):
        return _dimension(one) == _dimension(other)
    return type(one) is type(other)


def _dimension(type_: Integer | Real) -> str:
    return type_.dimension if isinstance(type_, Real) else Real().dimension


def _unbounded(type_: FieldType) -> FieldType:
    """The type without its bounds: a threshold may lie outside what the field can be."""
    if isinstance(type_, Integer):
        return Real()
    return Real(type_.dimension, example=type_.example) if isinstance(type_, Real) else type_


__all__ = ["Conditions"]
