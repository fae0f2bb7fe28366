"""Cells made and measured: which arm stands behind a name, and rows that depend on nothing beside them."""

from __future__ import annotations

import pytest
from encoding_blocks import factors_of

from mlipilot.compiler.encodings.cells import cells, pairs
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.benchmark.cells import Arms, Cell
from mlipilot.runtime.encodings.benchmark.folds import Samples
from mlipilot.runtime.encodings.benchmark.measurement import Row, measure
from mlipilot.runtime.encodings.datasets import moons, parity

PROTOCOL = Protocol(outer=2, repeats=2, inner=2)
FACTORS = factors_of(
    "amplitude, angle(axis = z)",
    "same_head(raw, fourier), same_kernel(rbf), adaptive(svm)",
    "scaling = [none, standard]",
)


@pytest.fixture(scope="module")
def samples() -> Samples:
    data = moons(n_samples=60)
    return Samples(data.X, data.y, "classes")


def made(samples: Samples) -> list[Cell]:
    arms = Arms(FACTORS, samples, seed=3)
    return [arms.made(name) for name in cells(pairs(FACTORS))]


def plain(rows: list[Row]) -> list[tuple[object, ...]]:
    """Rows without what differs each time: seconds."""
    return sorted(
        (str(row.cell.key), row.repeat, row.fold, str(dict(row.result.scores)), row.result.chosen)
        for row in rows
        if row.result is not None
    )


def test_a_control_of_the_same_head_has_the_dimension_of_the_encoding_that_it_meets(samples: Samples) -> None:
    found = [cell for cell in made(samples) if cell.key.arm == "fourier"]
    assert len(found) == 4
    for cell in found:
        expected = {"amplitude": 2, "angle(axis = z)": 4}[cell.key.matched]
        assert cell.arm.model.named_steps["represent"].n_components == expected


def test_what_is_tuned_is_left_to_the_inner_folds_and_what_is_written_is_kept(samples: Samples) -> None:
    factors = factors_of("angle, angle(bandwidth = 0.5)", "same_head(raw), same_kernel(rbf)")
    arms = Arms(factors, samples)
    found = {(name.arm, name.head): arms.made(name).arm for name in cells(pairs(factors)) if name.is_encoding}
    assert "represent__encoder__bandwidth" in found["angle", "kernel"].space
    assert "represent__encoder__bandwidth" not in found["angle(bandwidth = 0.5)", "kernel"].space
    encoder = found["angle(bandwidth = 0.5)", "kernel"].model.named_steps["represent"].encoder
    assert (encoder.bandwidth, encoder.map) == (0.5, "product")  # a kernel is of whole states
    assert found["angle", "linear"].model.named_steps["represent"].map == "additive"


def test_cells_measured_apart_or_again_give_the_same_rows(samples: Samples) -> None:
    found = made(samples)[:5]
    together = plain(list(measure(found, samples, PROTOCOL, 1, count=2, seed=3)))
    apart = plain([row for cell in found for row in measure([cell], samples, PROTOCOL, 1, count=2, seed=3)])
    assert together == apart
    assert len(together) == 5 * PROTOCOL.outer


def test_what_does_not_fit_is_left_out_by_its_size_and_the_others_go_on() -> None:
    data = parity(n_samples=60, n_features=40)
    samples = Samples(data.X, data.y, "classes")
    factors = factors_of("angle(map = product)", "same_head(raw), same_kernel(rbf)")
    arms = Arms(factors, samples)
    rows = [
        row
        for at in range(2)
        for row in measure([arms.made(name) for name in cells(pairs(factors))], samples, PROTOCOL, at, count=2)
    ]
    out = {(row.cell.key.arm, row.cell.key.head) for row in rows if row.result is None}
    assert out == {("angle(map = product)", "linear")}
    assert all("TiB" in row.left_out for row in rows if row.result is None)
