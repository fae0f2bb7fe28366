"""A benchmark on one data set, from what is asked to its verdicts."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.benchmark.cells import Chosen, Question, cells, pairs
from mlipilot.runtime.encodings.benchmark.folds import Samples
from mlipilot.runtime.encodings.benchmark.measurement import Row, measure
from mlipilot.runtime.encodings.benchmark.nested import FoldResult
from mlipilot.runtime.encodings.benchmark.verdict import Word
from mlipilot.runtime.encodings.benchmark.verdicts import verdicts
from mlipilot.runtime.encodings.datasets import moons, parity

PROTOCOL = Protocol(outer=2, repeats=2, inner=2)
QUESTION = Question(
    encodings=[Chosen("amplitude"), Chosen("angle", {"axis": "z"})],
    controls=["raw", "fourier", "rbf", "svm"],
    scalings=("none", "standard"),
    candidates=2,
    seed=3,
)


@pytest.fixture(scope="module")
def samples() -> Samples:
    data = moons(n_samples=60)
    return Samples(data.X, data.y, "classes")


def plain(rows: list[Row]) -> list[tuple[object, ...]]:
    """Rows without what differs each time: seconds."""
    return sorted(
        (row.cell.key, row.repeat, row.fold, str(dict(row.result.scores)), row.result.chosen)
        for row in rows
        if row.result is not None
    )


def test_each_encoding_meets_each_control_under_each_scaling_and_the_head_of_its_tier(samples: Samples) -> None:
    found = list(pairs(QUESTION, samples))
    assert len(found) == 2 * 4 * 2
    assert {(pair.tier, pair.encoding.head) for pair in found} == {
        ("same head", "linear"),
        ("same kernel class", "kernel"),
        ("adaptive", "linear"),
    }
    assert all(pair.encoding.scaling == pair.control.scaling for pair in found)
    assert found[-1].encoding.name == "angle(axis = z)"


def test_a_control_of_the_same_head_has_the_dimension_of_the_encoding_that_it_meets(samples: Samples) -> None:
    for pair in pairs(QUESTION, samples):
        if pair.control.name == "fourier":
            assert pair.control.matched == pair.encoding.name
            assert pair.control.arm is not None
            expected = {"amplitude": 2, "angle(axis = z)": 4}[pair.encoding.name]
            assert pair.control.arm.model.named_steps["represent"].n_components == expected


def test_a_cell_that_meets_several_is_measured_once(samples: Samples) -> None:
    found = cells(list(pairs(QUESTION, samples)))
    assert len({cell.key for cell in found}) == len(found)
    assert sum(cell.name == "raw" for cell in found) == 2  # one for each scaling
    assert sum(cell.name == "fourier" for cell in found) == 4  # and each dimension


def test_cells_measured_apart_or_again_give_the_same_rows(samples: Samples) -> None:
    found = cells(list(pairs(QUESTION, samples)))[:5]
    together = plain(list(measure(found, samples, PROTOCOL, 1, count=2, seed=3)))
    apart = plain([row for cell in found for row in measure([cell], samples, PROTOCOL, 1, count=2, seed=3)])
    assert together == apart
    assert len(together) == 5 * PROTOCOL.outer


def test_what_does_not_fit_is_left_out_by_its_size_and_the_others_go_on() -> None:
    data = parity(n_samples=60, n_features=40)
    samples = Samples(data.X, data.y, "classes")
    question = Question([Chosen("angle", {"map": "product"})], ["raw", "rbf"], candidates=2)
    compared = list(pairs(question, samples))
    rows = [row for at in range(2) for row in measure(cells(compared), samples, PROTOCOL, at, count=2)]
    out = {row.cell.head for row in rows if row.result is None}
    assert out == {"linear"}
    assert all("take 512 TiB" in row.left_out or "TiB" in row.left_out for row in rows if row.result is None)
    judged = {found.pair.tier: found.verdict for found in verdicts(compared, rows, "classes", PROTOCOL, 0.01)}
    assert judged["same head"] is None
    assert judged["same kernel class"] is not None


def test_a_benchmark_ends_in_a_verdict_for_each_pair(samples: Samples) -> None:
    compared = list(pairs(replace(QUESTION, encodings=QUESTION.encodings[:1], scalings=("none",)), samples))
    rows = [row for at in range(2) for row in measure(cells(compared), samples, PROTOCOL, at, count=2, seed=3)]
    judged = verdicts(compared, rows, "classes", PROTOCOL, 0.01)
    assert [found.pair for found in judged] == compared
    assert all(found.verdict is not None for found in judged)


@pytest.mark.parametrize(("task", "metric"), [("classes", "balanced_accuracy"), ("numbers", "rmse")])
def test_better_means_more_accuracy_or_less_error(task: object, metric: str, samples: Samples) -> None:
    question = Question([Chosen("amplitude")], ["raw"])
    (pair,) = pairs(question, samples)
    good, poor = (0.9, 0.5) if task == "classes" else (0.5, 0.9)
    rng = np.random.default_rng(0)
    rows = [
        Row(cell, repeat, fold, FoldResult({metric: value + 0.01 * rng.normal()}, 0, (), 0.0, 0.0))
        for cell, value in ((pair.encoding, good), (pair.control, poor))
        for repeat, fold in product(range(10), range(2))
    ]
    (judged,) = verdicts([pair], rows, task, Protocol(2, 10, 2), 0.05)  # type: ignore[arg-type]
    assert judged.verdict is not None
    assert judged.verdict.word == Word.BETTER


def test_a_name_that_is_not_known_is_refused_with_those_that_are(samples: Samples) -> None:
    with pytest.raises(ValueError, match="encoding 'amplitud' is not known: write one of amplitude, angle"):
        list(pairs(Question([Chosen("amplitud")], ["raw"]), samples))
    with pytest.raises(ValueError, match="control 'rbfs' is not known: write one of raw, fourier"):
        list(pairs(Question([Chosen("amplitude")], ["rbfs"]), samples))
