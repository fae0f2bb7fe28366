"""Learning curves and noise in labels: training rows alone are touched, and all arms get the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from encoding_blocks import factors_of

from mlipilot.compiler.encodings.cells import pairs
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.benchmark.cells import Arms
from mlipilot.runtime.encodings.benchmark.folds import Samples, folds
from mlipilot.runtime.encodings.benchmark.measurement import measure
from mlipilot.runtime.encodings.benchmark.stress import Stress, stressed
from mlipilot.runtime.encodings.datasets import load, moons


def samples(name: str = "wine") -> Samples:
    data = load(name)
    return Samples(data.X, data.y, data.task)


@pytest.mark.parametrize("name", ["wine", "diabetes"])
def test_smaller_training_sets_are_parts_of_larger_ones_and_classes_keep_their_shares(name: str) -> None:
    given = samples(name)
    fold = next(folds(given, 4, 0))
    parts = [stressed(given, fold, Stress(rows), 5)[1].train for rows in (32, 64, 128)]
    assert [len(part) for part in parts] == [32, 64, 128]
    assert set(parts[0]) < set(parts[1]) < set(parts[2]) <= set(fold.train)
    if given.task == "classes":
        for part in parts:
            shares = np.bincount(given.y[part], minlength=3) / len(part)
            assert abs(shares - np.bincount(given.y[fold.train]) / len(fold.train)).max() < 0.05


def test_groups_stay_whole_up_to_the_last() -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(30), 4)
    given = Samples(rng.normal(size=(120, 2)), rng.normal(size=120), "numbers", groups)
    fold = next(folds(given, 3, 0))
    _, smaller = stressed(given, fold, Stress(20), 1)
    counts = np.unique(groups[smaller.train], return_counts=True)[1]
    assert (counts == 4).all()


@pytest.mark.parametrize("name", ["wine", "diabetes"])
def test_noise_changes_training_labels_alone_and_as_many_as_asked_for(name: str) -> None:
    given = samples(name)
    fold = next(folds(given, 4, 0))
    noisy, same = stressed(given, fold, Stress(label_noise=0.25), 5)
    assert np.array_equal(same.train, fold.train)
    assert np.array_equal(noisy.y[fold.test], given.y[fold.test])
    assert np.array_equal(noisy.X, given.X)
    if given.task == "classes":
        changed = (noisy.y[fold.train] != given.y[fold.train]).sum()
        assert changed == round(0.25 * len(fold.train))
    else:
        added = (noisy.y - given.y)[fold.train]
        assert added.std() == pytest.approx(0.25 * given.y[fold.train].std(), rel=0.1)
    assert np.array_equal(noisy.y, stressed(given, fold, Stress(label_noise=0.25), 5)[0].y)
    assert not np.array_equal(noisy.y, stressed(given, fold, Stress(label_noise=0.25), 6)[0].y)


def test_an_arm_learns_less_from_fewer_rows_and_from_false_labels() -> None:
    data = moons(n_samples=300)
    given = Samples(data.X, data.y, "classes")
    factors = factors_of("angle(map = product)", "same_kernel(rbf)")
    cell = Arms(factors, given).made(pairs(factors)[0].control)
    protocol = Protocol(3, 1, 2)

    def mean(stress: Stress) -> float:
        rows = measure([cell], given, protocol, 0, count=3, stress=stress)
        return float(np.mean([row.result.scores["balanced_accuracy"] for row in rows if row.result is not None]))

    whole = mean(Stress())
    assert whole > mean(Stress(12)) + 0.02
    assert whole > mean(Stress(label_noise=0.45)) + 0.02


@pytest.mark.parametrize(
    ("stress", "message"),
    [
        (Stress(10_000), "training_rows is 10000: the training fold has"),
        (Stress(0), "training_rows is 0: the training fold has"),
        (Stress(label_noise=1.5), "label_noise is 1.5: write a share from 0 to 1"),
    ],
)
def test_what_cannot_be_is_refused(stress: Any, message: str) -> None:
    given = samples()
    with pytest.raises(ValueError, match=message):
        stressed(given, next(folds(given, 4, 0)), stress, 0)
