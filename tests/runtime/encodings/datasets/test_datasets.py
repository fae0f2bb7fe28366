"""Sets that need no network: what they promise of shapes, labels, repeatability and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import datasets as sklearn_datasets
from sklearn.linear_model import LogisticRegression

from mlipilot.runtime.encodings.datasets import (
    NAMES,
    TabularData,
    content_digest,
    hidden_manifold,
    high_rank_noise,
    hyperplanes,
    load,
    load_bundled,
    parity,
    two_curves,
)
from mlipilot.runtime.encodings.datasets.bundled import BUNDLED
from mlipilot.runtime.encodings.datasets.remote import REMOTE
from mlipilot.runtime.encodings.datasets.synthetic import SYNTHETIC

SHAPES = {
    "iris": (150, 4),
    "wine": (178, 13),
    "breast_cancer": (569, 30),
    "digits": (1797, 64),
    "diabetes": (442, 10),
    "linnerud": (20, 3),
}


def small(**changes: Any) -> TabularData:
    """A set of two rows, with changes."""
    fields: dict[str, Any] = {
        "name": "small",
        "X": np.array([[1.0, 2.0], [3.0, 4.0]]),
        "y": np.array([0, 1]),
        "task": "classes",
        "feature_names": ("a", "b"),
        "source": "here",
        "licence": "none",
    }
    return TabularData(**(fields | changes))


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_set_has_the_numbers_of_scikit_learn(name: str) -> None:
    data = load(name)
    options = {"scaled": False} if name == "diabetes" else {}
    bunch = getattr(sklearn_datasets, f"load_{name}")(**options)
    assert data.X.shape == SHAPES[name] == (data.n_samples, data.n_features)
    np.testing.assert_array_equal(data.X, bunch.data)
    np.testing.assert_array_equal(data.y, bunch.target)
    assert data.task == ("numbers" if name in ("diabetes", "linnerud") else "classes")
    assert data.source
    assert data.licence


@pytest.mark.parametrize("name", SYNTHETIC)
def test_generator_gives_the_same_numbers_for_a_seed_and_others_for_another(name: str) -> None:
    options: dict[str, Any] = {"n_samples": 40}
    first, again, other = load(name, **options), load(name, **options), load(name, seed=1, **options)
    np.testing.assert_array_equal(first.X, again.X)
    np.testing.assert_array_equal(first.y, again.y)
    assert first.sha256 == again.sha256 != other.sha256
    assert first.n_samples == 40
    assert first.name == name


@pytest.mark.parametrize("name", [name for name in SYNTHETIC if name != "friedman1"])
def test_generated_classes_are_two_and_neither_is_rare(name: str) -> None:
    data = load(name, n_samples=400)
    assert set(np.unique(data.y)) == {0, 1}
    assert 0.35 <= data.y.mean() <= 0.65


def test_parity_is_the_sign_of_the_product_of_its_first_features() -> None:
    data = parity(n_samples=500, n_features=8, n_bits=3)
    np.testing.assert_array_equal(data.y, np.prod(data.X[:, :3], axis=1) > 0.0)
    assert abs(data.X).max() <= 1.0


def test_high_rank_noise_has_a_signal_of_low_rank_under_noise_of_the_asked_size() -> None:
    quiet, loud = high_rank_noise(noise=0.0), high_rank_noise(noise=2.0)
    assert np.linalg.matrix_rank(quiet.X) == 5
    assert np.std(loud.X - quiet.X) == pytest.approx(2.0, rel=0.01)
    np.testing.assert_array_equal(loud.y, quiet.y)
    assert LogisticRegression(max_iter=1000).fit(quiet.X, quiet.y).score(quiet.X, quiet.y) > 0.99


def test_hidden_manifold_has_half_of_its_rows_in_each_class_and_coordinates_below_one() -> None:
    data = hidden_manifold(n_samples=200, n_features=30, manifold_dimension=2)
    assert data.y.sum() == 100
    assert abs(data.X).max() < 1.0


def test_two_curves_lie_as_far_apart_as_asked() -> None:
    data = two_curves(n_samples=2000, n_features=4, degree=2, offset=3.0, noise=0.0)
    assert data.X[data.y == 1].mean() - data.X[data.y == 0].mean() == pytest.approx(3.0, abs=0.15)
    assert set(data.y[::2]) == {0}


def test_hyperplanes_label_the_parity_of_planes_in_a_subspace() -> None:
    data = hyperplanes(n_samples=400, n_features=12, n_hyperplanes=1, subspace_dimension=3)
    assert np.linalg.matrix_rank(data.X) == 3
    assert data.y.sum() == 200
    assert LogisticRegression(C=1e4, max_iter=1000).fit(data.X, data.y).score(data.X, data.y) > 0.98


@pytest.mark.parametrize(
    ("make", "options", "named"),
    [
        (parity, {"n_bits": 21}, "`n_bits`"),
        (parity, {"n_samples": 0}, "`n_samples`"),
        (high_rank_noise, {"noise": -1.0}, "`noise`"),
        (hyperplanes, {"subspace_dimension": 11}, "`subspace_dimension`"),
        (two_curves, {"degree": 0}, "`degree`"),
        (hidden_manifold, {"manifold_dimension": 0}, "`manifold_dimension`"),
    ],
)
def test_impossible_argument_is_refused_by_name(make: Any, options: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        make(**options)


def test_names_are_all_that_load_knows() -> None:
    assert set(NAMES) == set(BUNDLED) | set(SYNTHETIC) | set(REMOTE)
    assert len(NAMES) == len(set(NAMES))
    with pytest.raises(ValueError, match=r"`name` must be one of iris.*not 'mnist'"):
        load("mnist")
    with pytest.raises(ValueError, match="`name`"):
        load_bundled("parity")
    with pytest.raises(TypeError):
        load("iris", seed=1)


def test_arrays_cannot_be_changed_and_are_not_the_callers() -> None:
    X = np.array([[1.0, 2.0], [3.0, 4.0]])
    data = small(X=X)
    X[0, 0] = 9.0
    assert data.X[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        data.X[0, 0] = 2.0


def test_digest_tells_values_types_and_shapes_apart_but_not_byte_orders() -> None:
    data = small()
    digests = {data.sha256, small(X=data.X + 1).sha256, small(X=data.X.astype(np.float32)).sha256}
    assert len(digests) == 3
    assert content_digest(data.X) != content_digest(data.X.reshape(1, 4))
    assert content_digest(data.X.astype(">f8")) == content_digest(data.X)
    assert content_digest(np.asfortranarray(data.X)) == content_digest(data.X)
    assert renamed(data).sha256 == data.sha256


def renamed(data: TabularData) -> TabularData:
    """The same numbers under another name."""
    fields = {key: getattr(data, key) for key in ("X", "y", "task", "feature_names", "source", "licence")}
    return TabularData("renamed", **fields)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"X": np.array([[1, 2], [3, 4]])}, "`X` of 'small' must be a table of floats"),
        ({"X": np.array([1.0, 2.0])}, "`X` of 'small' must be a table"),
        ({"X": np.array([[1.0, np.nan], [3.0, 4.0]])}, "not finite in row 0, column 'b'"),
        ({"y": np.array([0])}, "`y` of 'small' must have one entry a row"),
        ({"y": np.array([0.0, 1.0])}, "class labels"),
        ({"y": np.array([0, -1])}, "class labels"),
        ({"task": "numbers"}, "finite floats"),
        ({"task": "rank"}, "`task`"),
        ({"feature_names": ("a",)}, "`feature_names` of 'small' has 1 names for 2 columns"),
    ],
)
def test_parts_that_do_not_fit_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        small(**changes)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("wine", "TabularData 'wine': 178 samples x 13 features, 3 classes, licence: CC BY"),
        ("diabetes", "TabularData 'diabetes': 442 samples x 10 features, a number, licence: not stated"),
        ("linnerud", "TabularData 'linnerud': 20 samples x 3 features, 3 numbers, licence: not stated"),
    ],
)
def test_a_set_is_shown_on_one_short_line(name: str, shown: str) -> None:
    assert repr(load(name)).startswith(shown)
    assert len(repr(load(name))) < 130


@pytest.mark.parametrize("name", SYNTHETIC)
def test_an_option_that_is_no_number_is_refused_by_its_name(name: str) -> None:
    for options in ({"n_samples": "40"}, {"n_samples": 40.5}, {"n_samples": True}, {"seed": "a"}):
        with pytest.raises(ValueError, match=f"`{next(iter(options))}` must be a whole number, not "):
            load(name, **options)


@pytest.mark.parametrize("name", ["high_rank_noise", "two_curves", "moons", "circles", "friedman1"])
def test_noise_has_the_name_that_scikit_learn_gives_it(name: str) -> None:
    assert (load(name, n_samples=20, noise=0.0).X != load(name, n_samples=20, noise=0.5).X).any() or name == "friedman1"
    for noise, message in ((-1.0, "at least 0.0"), ("a", "a number, not 'a'")):
        with pytest.raises(ValueError, match=f"`noise` must be {message}"):
            load(name, noise=noise)


def test_a_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(ValueError, match="`name` must be one of"):
        load(["wine"])  # type: ignore[arg-type]
