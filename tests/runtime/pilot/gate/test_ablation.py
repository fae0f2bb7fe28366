"""An accepted edit keeps the changes that earn their place."""

import math

from mlipilot.runtime.pilot.gate.ablation import Part, ablate, without_each
from mlipilot.runtime.pilot.gate.noise import Noise
from mlipilot.runtime.pilot.gate.settings import Settings
from mlipilot.spec.edit import Change

CHANGES = (Change("m.channels", "32"), Change("fit.rate", "0.01"), Change("fit.batch", "4"))
NOISE = Noise(1.0, 20)
WHOLE = [0.1, -0.1, 0.0, 0.2, -0.2]


def moved(by: float) -> list[float]:
    return [value + by for value in WHOLE]


def test_each_edit_to_measure_lacks_one_change() -> None:
    edits = without_each(CHANGES)
    assert edits == ((CHANGES[1], CHANGES[2]), (CHANGES[0], CHANGES[2]), (CHANGES[0], CHANGES[1]))
    assert without_each(CHANGES[:1]) == ()


def test_what_is_idle_goes_and_what_is_needed_or_unsure_stays() -> None:
    found = ablate(CHANGES, WHOLE, [moved(5.0), moved(0.1), moved(0.8)], NOISE, Settings())
    assert found.parts == (Part.NEEDED, Part.IDLE, Part.UNDECIDED)
    assert found.kept == (CHANGES[0], CHANGES[2])
    assert not found.needs_confirmation


def test_a_measurement_that_failed_drops_nothing() -> None:
    found = ablate(CHANGES, WHOLE, [moved(5.0), [math.nan] * 5, []], NOISE, Settings())
    assert found.kept == CHANGES
    assert found.losses[1:] == (None, None)


def test_two_idle_changes_ask_for_a_confirmation_and_never_leave_an_empty_edit() -> None:
    two = ablate(CHANGES, WHOLE, [moved(5.0), moved(0.0), moved(0.1)], NOISE, Settings())
    assert two.kept == CHANGES[:1]
    assert two.needs_confirmation
    none = ablate(CHANGES, WHOLE, [moved(0.0), moved(0.2), moved(0.1)], NOISE, Settings())
    assert none.kept == CHANGES[1:2]
