"""The table of controls: each one builds, has the dimension that it states, and is what it says."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any, get_args

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import is_classifier, is_regressor
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mlipilot.runtime.encodings.controls import CONTROLS, CappedPCA
from mlipilot.runtime.encodings.controls.table import Tier

Numbers = NDArray[np.float64]
DIMENSION, FEATURES = 26, 13
MAPS = [name for name, control in CONTROLS.items() if control.tier == "same head"]
KERNELS = [name for name, control in CONTROLS.items() if control.tier == "same kernel class"]
ADAPTIVE = [name for name, control in CONTROLS.items() if control.tier == "adaptive"]


@pytest.fixture(scope="module")
def wine() -> tuple[Numbers, NDArray[np.int64]]:
    X, y = load_wine(return_X_y=True)
    return StandardScaler().fit_transform(X), y


def make(name: str, **changed: Any) -> Any:
    return CONTROLS[name].make(**{"dimension": DIMENSION, "d": FEATURES, "random_state": 0, **changed})


def test_every_tier_has_controls_and_every_control_says_what_it_is() -> None:
    assert {control.tier for control in CONTROLS.values()} == set(get_args(Tier))
    for control in CONTROLS.values():
        assert control.description
        assert "\n" not in control.description


@pytest.mark.parametrize("name", MAPS)
def test_a_map_has_the_dimension_that_it_states(name: str, wine: Any) -> None:
    X, _ = wine
    features = make(name).fit_transform(X)
    expected = {"raw": 13, "polynomial": 13 + 13 * 14 // 2, "pca": 13}
    assert features.shape == (len(X), expected.get(name, DIMENSION))
    assert np.isfinite(features).all()


@pytest.mark.parametrize("name", [name for name in MAPS if CONTROLS[name].width == "asked"])
@pytest.mark.parametrize("dimension", [1, 5, 27])
def test_a_map_of_the_dimension_asked_for_has_it_whatever_it_is(name: str, dimension: int, wine: Any) -> None:
    assert make(name, dimension=dimension).fit_transform(wine[0]).shape[1] == dimension


@pytest.mark.parametrize("name", ["spline", "bins"])
@pytest.mark.parametrize(("dimension", "expected"), [(1, 26), (40, 39), (52, 52), (104, 104), (110, 104)])
def test_maps_of_single_features_come_near_the_dimension(name: str, dimension: int, expected: int, wine: Any) -> None:
    assert make(name, dimension=dimension).fit_transform(wine[0]).shape[1] == expected


@pytest.mark.parametrize("name", MAPS)
def test_a_map_and_a_linear_head_learn_wine(name: str, wine: Any) -> None:
    X, y = wine
    model = make_pipeline(make(name), LogisticRegression(max_iter=5000)).fit(X[::2], y[::2])
    # With half a turn between the ends of a feature, 26 frequencies of 13 features together say less.
    assert model.score(X[1::2], y[1::2]) > (0.6 if name == "fourier_spectrum" else 0.8)


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_before_support_vectors_learns_wine(name: str, wine: Any) -> None:
    X, y = wine
    assert make_pipeline(make(name), SVC(kernel="precomputed")).fit(X[::2], y[::2]).score(X[1::2], y[1::2]) > 0.8


@pytest.mark.parametrize("name", ADAPTIVE)
def test_an_adaptive_control_learns_classes_and_numbers(name: str, wine: Any) -> None:
    X, y = wine
    classifier, regressor = make(name), make(name, regression=True)
    assert is_classifier(classifier)
    assert is_regressor(regressor)
    assert classifier.fit(X[::2], y[::2]).score(X[1::2], y[1::2]) > 0.8
    assert regressor.fit(X[::2], X[::2, 0]).score(X[1::2], X[1::2, 0]) > 0.4


@pytest.mark.parametrize("name", [*MAPS, *KERNELS])
def test_one_random_state_gives_one_map(name: str, wine: Any) -> None:
    assert np.array_equal(make(name).fit_transform(wine[0]), make(name).fit_transform(wine[0]))


def test_a_map_serves_numbers_as_it_serves_classes() -> None:
    for name in [*MAPS, *KERNELS]:
        assert type(make(name)) is type(make(name, regression=True))


def test_arguments_change_a_control_and_what_it_does_not_have_is_refused(wine: Any) -> None:
    assert make("polynomial", degree=3).fit_transform(wine[0]).shape[1] == 13 + 91 + 455
    assert (make("mlp").hidden_layer_sizes, make("mlp").max_iter) == ((256, 128), 1000)
    assert make("mlp", layers=[32, 16], regression=True).hidden_layer_sizes == (32, 16)
    assert make("svm", kernel="linear").kernel == "linear"
    with pytest.raises(ValueError, match="argument 'degrees' is not known: write one of degree"):
        make("polynomial", degrees=3)
    with pytest.raises(ValueError, match="argument 'size' is not known: this control has none"):
        make("raw", size=3)


@pytest.mark.parametrize("field", ["dimension", "d"])
def test_a_size_below_one_is_named(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} == 0, must be >= 1"):
        make("fourier", **{field: 0})


def test_neither_the_table_nor_a_control_can_be_changed() -> None:
    with pytest.raises(TypeError):
        CONTROLS["raw"] = CONTROLS["pca"]  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        CONTROLS["raw"].tier = "adaptive"  # type: ignore[misc]


@pytest.mark.parametrize(("samples", "features", "asked"), [(4, 9, 100), (50, 9, 100), (50, 9, 3)])
def test_components_are_cut_to_samples_and_features(samples: int, features: int, asked: int) -> None:
    X = np.random.default_rng(0).normal(size=(samples, features))
    kept = min(samples, features, asked)
    found = CappedPCA(n_components=asked, random_state=0).fit_transform(X)
    assert np.allclose(found, PCA(kept, random_state=0).fit_transform(X), atol=1e-12)
