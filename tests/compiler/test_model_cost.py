"""What a call of a model costs: trainings that were measured, and what makes a model dearer."""

from __future__ import annotations

from typing import Any

import pytest

from mlipilot.compiler import model_cost
from mlipilot.compiler.extent import Extent
from mlipilot.compiler.model_cost import call_seconds, frame_seconds, speed_up, step_overhead, training_bytes

SMALL: dict[str, Any] = {
    "r_max": 4.0,
    "channels": 16,
    "max_L": 1,
    "max_ell": 2,
    "correlation": 2,
    "interactions": 2,
    "radial_basis": 8,
    "radial_mlp": [64, 64, 64],
    "precision": "float64",
}
MEASURED = [
    # Seconds of an epoch of so many frames (a batch of one step), peak bytes: seeds 33, 54 and 49 of the calibration.
    (
        {"channels": 128, "max_L": 2, "max_ell": 3, "radial_basis": 10, "radial_mlp": [16] * 3, "precision": "float32"},
        (Extent(8, 108.0, 39.5), 1, 22.5, 5.66e9),
    ),
    (
        {"channels": 128, "max_ell": 3, "interactions": 3, "radial_mlp": [16, 16, 16]},
        (Extent(24, 32.0, 39.6), 2, 18.5, 3.39e9),
    ),
    (
        {"channels": 32, "max_L": 2, "max_ell": 3, "correlation": 1, "interactions": 1, "radial_mlp": [8, 8]},
        (Extent(16, 4.0, 12.0), 8, 0.046, 1.0e9),
    ),
]
CELL = Extent(1, 32.0, 40.0)


@pytest.mark.parametrize(("model", "taken"), MEASURED, ids=["large", "deep", "small"])
def test_a_training_takes_about_what_was_measured(model: dict[str, Any], taken: tuple[Any, ...]) -> None:
    settings = {**SMALL, **model}
    extent, batch, seconds, _ = taken
    steps = extent.frames / batch
    found = extent.frames * frame_seconds(settings, extent, 1.0) + steps * step_overhead(settings)
    assert seconds / 1.8 < found < seconds * 1.8


@pytest.mark.parametrize(("model", "taken"), MEASURED, ids=["large", "deep", "small"])
def test_a_training_needs_about_the_memory_that_was_measured(model: dict[str, Any], taken: tuple[Any, ...]) -> None:
    extent, batch, _, peak = taken
    found = training_bytes({**SMALL, **model}, extent, batch, 4)
    assert peak / 1.4 < found < peak * 1.4


@pytest.mark.parametrize(
    "dearer",
    [
        {"channels": 32},
        {"max_L": 2},
        {"max_ell": 3},
        {"correlation": 3},
        {"interactions": 3},
        {"radial_mlp": [512, 512, 512]},
        {"radial_basis": 64},
    ],
    ids=str,
)
def test_capacity_costs(dearer: dict[str, Any]) -> None:
    assert call_seconds({**SMALL, **dearer}, CELL, 1.0) > call_seconds(SMALL, CELL, 1.0)


def test_single_precision_and_smaller_cells_cost_less() -> None:
    assert call_seconds({**SMALL, "precision": "float32"}, CELL, 1.0) < call_seconds(SMALL, CELL, 1.0)
    assert call_seconds(SMALL, Extent(1, 16.0, 40.0), 1.0) < call_seconds(SMALL, CELL, 1.0)


def test_neighbours_that_were_not_counted_are_those_of_a_metal() -> None:
    assert call_seconds(SMALL, Extent(1, 32.0), 1.0) > call_seconds(SMALL, Extent(1, 32.0, 10.0), 1.0)


def test_threads_without_a_core_of_their_own_save_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_cost, "cores", lambda: 2)
    assert speed_up(1) == 1.0
    assert speed_up(2) == speed_up(16) > 1.5
