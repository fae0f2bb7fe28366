"""What is shared between folds: nothing that was fitted; a step that is wrongly said to learn nothing is seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from mlipilot.compiler.encodings.cells import Cell as CellName
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.benchmark import shared as sharing
from mlipilot.runtime.encodings.benchmark.arms import Arm, Setting, control_arm, encoding_arm
from mlipilot.runtime.encodings.benchmark.candidates import candidates
from mlipilot.runtime.encodings.benchmark.cells import Cell
from mlipilot.runtime.encodings.benchmark.folds import Fold, Samples, folds
from mlipilot.runtime.encodings.benchmark.measurement import measure
from mlipilot.runtime.encodings.benchmark.nested import run_fold
from mlipilot.runtime.encodings.benchmark.shared import Shared, is_free_kernel, learns_nothing
from mlipilot.runtime.encodings.benchmark.stress import Stress
from mlipilot.runtime.encodings.controls import GramMatrix, RandomSketch
from mlipilot.runtime.encodings.datasets import moons

SETTING = Setting("classes", 2, "none", seed=1)
FREE: dict[str, Arm] = {
    "amplitude, linear": encoding_arm("amplitude", {}, "linear", SETTING),
    "amplitude, kernel": encoding_arm("amplitude", {}, "kernel", SETTING),
    "angle as it is, neighbours": encoding_arm("angle", {"interval": None}, "neighbours", SETTING),
    "angle as it is, kernel": encoding_arm("angle", {"interval": None}, "kernel", SETTING),
    "dense angle as it is, kernel": encoding_arm("dense_angle", {"interval": None}, "kernel", SETTING),
    "iqp, linear": encoding_arm("iqp", {}, "linear", SETTING),
    "iqp, linear, sketched": encoding_arm("iqp", {}, "linear", replace(SETTING, sketch=3)),
    "iqp, kernel": encoding_arm("iqp", {}, "kernel", SETTING),
    "polynomial": control_arm("polynomial", 4, SETTING, arguments={"degree": 3}),
    "tanh layer": control_arm("tanh_layer", 8, SETTING),
    "rbf": control_arm("rbf", 8, SETTING),
    "laplacian": control_arm("laplacian", 8, SETTING),
    "cosine": control_arm("cosine", 8, SETTING),
}
"""Arms of which something is made once for all folds."""
LEARNING: dict[str, Arm] = {
    "angle": encoding_arm("angle", {}, "linear", SETTING),
    "angle, kernel": encoding_arm("angle", {}, "kernel", SETTING),
    "basis, kernel": encoding_arm("basis", {}, "kernel", SETTING),
    "iqp, kernel, standard": encoding_arm("iqp", {}, "kernel", replace(SETTING, scaling="standard")),
    "rbf, minmax": control_arm("rbf", 8, replace(SETTING, scaling="minmax")),
    "nystroem": control_arm("nystroem", 8, SETTING),
    "pca": control_arm("pca", 8, SETTING),
}
ALL = {**FREE, **LEARNING}


@pytest.fixture(scope="module")
def samples() -> Samples:
    data = moons(n_samples=80)
    return Samples(data.X, data.y, "classes")


def parts(arm: Arm, samples: Samples, fold: Fold, limit: int = sharing.KEPT) -> tuple[Any, Any]:
    """What the head of an arm is trained on, and what it is asked, by its first candidate."""
    model = arm.model.set_params(**candidates(arm.space, 3, 30)[1])
    return Shared(samples.X, limit).parts(model.steps[:-1], (), samples.y[fold.train], fold.train, fold.test)


def spoilt(samples: Samples, fold: Fold) -> Samples:
    rng = np.random.default_rng(0)
    X, y = samples.X.copy(), samples.y.copy()
    X[fold.test] = rng.normal(50, 50, X[fold.test].shape)
    y[fold.test] = rng.permutation(y[fold.test])
    return samples._replace(X=X, y=y)


@pytest.mark.parametrize("name", ALL)
def test_training_features_do_not_change_by_one_bit_where_test_rows_are_garbage(name: str, samples: Samples) -> None:
    fold = next(folds(samples, 4, 0))
    honest, asked = parts(ALL[name], samples, fold)
    garbage, other = parts(ALL[name], spoilt(samples, fold), fold)
    assert np.array_equal(honest, garbage)
    assert not np.array_equal(asked, other)


@pytest.mark.parametrize("name", ALL)
def test_what_is_shared_is_what_the_fold_alone_would_give(name: str, samples: Samples) -> None:
    for fold in folds(samples, 4, 0):
        for there, alone in zip(parts(ALL[name], samples, fold), parts(ALL[name], samples, fold, 0), strict=True):
            assert there.shape == alone.shape
            assert np.allclose(there, alone, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", FREE)
def test_what_learns_nothing_is_made_of_all_rows_once(name: str, samples: Samples, monkeypatch: Any) -> None:
    made: list[int] = []
    own = Pipeline.fit_transform

    def counted(self: Any, X: NDArray[Any], *rest: Any, **more: Any) -> Any:
        made.append(len(X))
        return own(self, X, *rest, **more)

    monkeypatch.setattr(Pipeline, "fit_transform", counted)
    shared = Shared(samples.X)
    for fold in folds(samples, 4, 0):
        run_fold(FREE[name].model, candidates(FREE[name].space, 1, 30), samples, fold, 2, 0, shared)
    assert made.count(len(samples.X)) == 1


def test_a_step_that_is_wrongly_said_to_learn_nothing_is_seen(samples: Samples, monkeypatch: Any) -> None:
    fold = next(folds(samples, 4, 0))
    arm = control_arm("raw", 2, replace(SETTING, scaling="standard"))
    monkeypatch.setattr(sharing, "LEARNS_NOTHING", [*sharing.LEARNS_NOTHING, (StandardScaler, lambda _: True)])
    assert not np.array_equal(parts(arm, samples, fold)[0], parts(arm, spoilt(samples, fold), fold)[0])


@pytest.mark.parametrize(
    "step",
    [
        StandardScaler(),
        FunctionTransformer(lambda X: X - X.mean(axis=0)),
        RandomSketch(n_components=2),
        RandomSketch(n_components=2, random_state=np.random.RandomState(0)),
        ALL["angle"].model.named_steps["represent"],
        ALL["basis, kernel"].model.named_steps["represent"].encoder,
    ],
    ids=lambda step: f"{type(step).__name__}",
)
def test_a_step_that_learns_or_may_learn_is_not_shared(step: Any) -> None:
    assert not learns_nothing(step)
    assert not is_free_kernel(GramMatrix(encoder=step))


def test_a_kernel_of_which_nothing_is_known_is_not_shared() -> None:
    assert not is_free_kernel(GramMatrix(kernel=lambda X, Y: (X / X.std()) @ Y.T))


@pytest.mark.parametrize("stress", [Stress(), Stress(training_rows=40)])
def test_rows_are_the_same_where_nothing_is_shared(samples: Samples, stress: Stress, monkeypatch: Any) -> None:
    cells = [Cell(CellName(name, "same_head", "none", None, "linear", ""), arm) for name, arm in FREE.items()]

    def found() -> list[tuple[object, ...]]:
        rows = measure(cells, samples, Protocol(3, 1, 2), 0, count=3, stress=stress)
        return [(row.cell.key, row.fold, row.result.chosen, row.result.inner_scores) for row in rows if row.result]

    together = found()
    monkeypatch.setattr("mlipilot.runtime.encodings.benchmark.measurement.KEPT", 0)
    assert together == found()
    assert len(together) == 3 * len(cells)
