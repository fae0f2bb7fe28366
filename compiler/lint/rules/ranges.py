"""Numbers that lie where an option can mean nothing, or where hardly anybody means it."""

from __future__ import annotations

import math
import operator
from fractions import Fraction

from mlipilot.compiler.backends.mace.knowledge import BOUNDS
from mlipilot.compiler.lint.rules.rule import Rule
from mlipilot.compiler.lint.settings import Settings
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.schema.options import OPTION_TYPES
from mlipilot.spec.schema.types import Integer, Real


def _range(settings: Settings) -> list[Diagnostic]:
    found: list[Diagnostic] = []
    for name, setting in settings.given.items():
        value = setting.value
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            continue
        bounds = BOUNDS.get(name)
        if math.isfinite(value) and (bounds is None or bounds.hold(value)):
            continue
        wanted = bounds.words if bounds is not None and math.isfinite(value) else "finite"
        found.append(
            settings.report(
                "MLP1109",
                f"{settings.written(name)} is out of range",
                name,
                label=f"must be {wanted}",
                consequence=bounds.consequence if bounds is not None else "MACE computes with it",
            )
        )
    return found


def _fraction(settings: Settings) -> list[Diagnostic]:
    fraction = settings.value("valid_fraction")
    if settings.value("valid_file") is not None or 0 < fraction < 1:
        return []
    return [
        settings.report(
            "MLP1109",
            f"{settings.written('valid_fraction')} leaves nothing to train on, or nothing to validate with",
            "valid_fraction",
            label="must lie between 0 and 1",
            consequence="MACE stops with a bare `AssertionError` after it has loaded the data",
        )
    ]


def _doubtful(settings: Settings) -> list[Diagnostic]:
    """Numbers that MACE takes, outside of what the language takes, or of what is plausible in it."""
    found: list[Diagnostic] = []
    for name, setting in settings.given.items():
        type_, value = OPTION_TYPES.get(name), setting.value
        if type_ is None or not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
            continue
        bounds = BOUNDS.get(name)
        if bounds is not None and not bounds.hold(value):
            continue
        likely = type_.plausible if isinstance(type_, Real) else None
        if likely is not None and likely.beyond(Fraction(str(value))):
            label, reason = f"usual: {likely.words}", likely.reason
        elif _limit(type_, value):
            label, reason = f"usual: {_limit(type_, value)}", "MACE takes it; a spec does not, for want of a use"
        else:
            continue
        found.append(
            settings.report(
                "MLP1115", f"{settings.written(name)} is hardly meant", name, label=label, consequence=reason
            )
        )
    return found


def _limit(type_: Integer | Real, value: float) -> str:
    """The bound of the language that a number is beyond, in words; empty for one within."""
    exclusive = (type_.above, type_.below) if isinstance(type_, Real) else (None, None)
    for bound, outside, words in (
        (type_.minimum, operator.lt, "at least"),
        (type_.maximum, operator.gt, "at most"),
        (exclusive[0], operator.le, "above"),
        (exclusive[1], operator.ge, "below"),
    ):
        if bound is not None and outside(value, float(bound)):
            return f"{words} {bound}"
    return ""


RULES = (Rule((), _range), Rule((), _doubtful), Rule(("valid_fraction", "valid_file"), _fraction))
