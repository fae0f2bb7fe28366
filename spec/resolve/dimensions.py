"""Quantities of another dimension than a field takes, and what they say: steps or a rate for a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from mlipilot.spec.diagnostics import Fix
from mlipilot.spec.resolve.hints import Hint, offered
from mlipilot.spec.resolve.literals import exact
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.schema.types import Real
from mlipilot.spec.syntax.tree import Quantity
from mlipilot.spec.units import Unit, time_in_words, unit

_LONGEST = 10**30
"""fs: of times that are computed for the author."""


def as_said(scope: Scope, node: Quantity, found: Unit, type_: Real) -> tuple[str, Fix | None]:
    """The help and fix for a quantity whose unit measures something else; empty where nothing is known of it."""
    turn = _TURNS.get((found.dimension.name, type_.dimension))
    value = exact(node.number)
    hint = turn(scope, value * found.factor, node) if turn is not None and value else None
    return offered(scope, node.span, hint, type_) if hint is not None else ("", None)


def _steps(scope: Scope, number: Fraction, node: Quantity) -> Hint:
    """So many steps, each of the block's `timestep`."""
    step = scope.sibling("timestep")
    word = unit(step.unit) if isinstance(step, Quantity) else ""
    size = exact(step.number) if isinstance(step, Quantity) else None
    if not isinstance(step, Quantity) or not isinstance(word, Unit) or not size or word.dimension.name != "time":
        return Hint("it is the number of steps times the `timestep`")
    time = number * size * word.factor
    if time > _LONGEST:
        return Hint("it is the number of steps times the `timestep`")
    meant = time_in_words(time)
    return Hint(f"{node.number} steps of {step.number} {step.unit} are `{meant}`", meant)


def _inverse(scope: Scope, rate: Fraction, node: Quantity) -> Hint:
    """A friction is the inverse of a relaxation time."""
    if 1 / rate > _LONGEST:
        return Hint("a time is the inverse of a rate")
    meant = time_in_words(1 / rate)
    return Hint(f"the inverse of this rate, such as of a friction, is a time of `{meant}`", meant)


_TURNS: Mapping[tuple[str, str], Callable[[Scope, Fraction, Quantity], Hint]] = {
    ("a number of steps", "time"): _steps,
    ("rate", "time"): _inverse,
}
"""By the dimension that is written and the one that is taken."""

__all__ = ["as_said"]
