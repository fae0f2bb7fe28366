"""Lift, sketch and layer: what of the geometry they keep, and what is random in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from mlipilot.runtime.encodings.controls import AngleSpectrumSampler, OrthogonalLift, RandomSketch, RandomTanhLayer
from mlipilot.runtime.encodings.controls.orthogonal import random_frame
from mlipilot.runtime.encodings.controls.sketch import repeated_features
from mlipilot.runtime.encodings.memory import MemoryLimitError

Numbers = NDArray[np.float64]
MAPS = [AngleSpectrumSampler, OrthogonalLift, RandomSketch, RandomTanhLayer]


@pytest.fixture
def samples() -> Numbers:
    return np.random.default_rng(5).normal(size=(30, 6))


@pytest.mark.parametrize("components", [6, 7, 64])
@pytest.mark.parametrize("kind", [OrthogonalLift, RandomSketch])
def test_more_dimensions_keep_every_inner_product(samples: Numbers, kind: Any, components: int) -> None:
    lifted = kind(n_components=components, random_state=0).fit_transform(samples)
    assert lifted.shape == (30, components)
    assert np.abs(lifted @ lifted.T - samples @ samples.T).max() < 1e-12


@pytest.mark.parametrize("kind", [OrthogonalLift, RandomSketch])
def test_fewer_dimensions_are_an_orthogonal_projection(samples: Numbers, kind: Any) -> None:
    weights = kind(n_components=4, random_state=0).fit(samples).components_
    assert np.abs(weights @ weights.T - 6 / 4 * np.eye(4)).max() < 1e-14


@pytest.mark.parametrize("kind", [OrthogonalLift, RandomSketch])
def test_fewer_dimensions_keep_inner_products_in_the_mean(samples: Numbers, kind: Any) -> None:
    grams = []
    for seed in range(1000):
        sketched = kind(n_components=2, random_state=seed).fit_transform(samples[:8])
        grams.append(sketched @ sketched.T)
    error = np.abs(np.mean(grams, axis=0) - samples[:8] @ samples[:8].T)
    assert (error <= 5 * np.std(grams, axis=0) / np.sqrt(len(grams))).all()


def test_a_wide_sketch_keeps_distances_better_than_a_narrow_one() -> None:
    wide = np.random.default_rng(0).normal(size=(20, 2000))
    squares = np.sum((wide[:, None] - wide[None, :]) ** 2, axis=2)[np.triu_indices(20, 1)]

    def distortion(components: int) -> float:
        sketched = RandomSketch(n_components=components, random_state=0).fit_transform(wide)
        found = np.sum((sketched[:, None] - sketched[None, :]) ** 2, axis=2)[np.triu_indices(20, 1)]
        return float(np.abs(found / squares - 1).max())

    # Johnson and Lindenstrauss: 190 pairs within 1 +- e at exp(-components e^2 / 8) each, but for one in a million.
    assert distortion(1000) < np.sqrt(8 * np.log(2 * 190 / 1e-6) / 1000)
    assert distortion(1000) < distortion(10)


def test_the_padding_copies_features_as_evenly_as_it_can() -> None:
    copied = repeated_features(4, 11, np.random.RandomState(0))
    assert sorted(np.bincount(copied, minlength=4)) == [2, 3, 3, 3]
    assert sorted(copied[:4]) == sorted(copied[4:8]) == [0, 1, 2, 3]


def test_padded_sketches_have_no_component_of_zeros(samples: Numbers) -> None:
    sketched = RandomSketch(n_components=40, random_state=0).fit_transform(samples)
    assert (np.abs(sketched).max(axis=0) > 0).all()


def test_random_frames_favour_no_sign() -> None:
    """QR alone gives its first vector the sign of the convention of LAPACK."""
    corners = np.array([random_frame(3, 2, np.random.RandomState(seed))[0, 0] for seed in range(1000)])
    # The entry of a uniform unit vector of three dimensions is uniform in [-1, 1].
    assert abs(corners.mean()) < 5 / np.sqrt(3 * 1000)
    assert abs((corners**2).mean() - 1 / 3) < 5 * np.sqrt(4 / 45 / 1000)


def test_the_layer_is_tanh_of_its_weights(samples: Numbers) -> None:
    layer = RandomTanhLayer(n_components=9, random_state=0).fit(samples)
    assert np.allclose(layer.transform(samples), np.tanh(samples @ layer.components_.T + layer.offset_), rtol=1e-14)


@pytest.mark.parametrize("features", [4, 400])
def test_units_of_the_layer_are_bent_alike_whatever_the_number_of_features(features: int) -> None:
    samples = np.random.default_rng(0).normal(size=(400, features))
    layer = RandomTanhLayer(n_components=400, weight_scale=2, offset_scale=0, random_state=0).fit(samples)
    arguments = np.arctanh(np.clip(layer.transform(samples), -1 + 1e-15, 1 - 1e-15))
    assert arguments.std() == pytest.approx(2, rel=0.1)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"weight_scale": 0}, "weight_scale == 0, must be > 0"),
        ({"offset_scale": -1.0}, "offset_scale == -1.0, must be >= 0"),
    ],
)
def test_a_scale_out_of_range_is_named(samples: Numbers, parameters: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RandomTanhLayer(**parameters).fit(samples)


@pytest.mark.parametrize("kind", MAPS)
def test_one_random_state_is_one_map(samples: Numbers, kind: Any) -> None:
    first, again, other = (kind(n_components=9, random_state=seed).fit_transform(samples) for seed in (4, 4, 5))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


@pytest.mark.parametrize("kind", MAPS)
def test_the_map_does_not_depend_on_the_data(samples: Numbers, kind: Any) -> None:
    first = kind(n_components=9, random_state=4).fit(samples).transform(samples)
    assert np.array_equal(first, kind(n_components=9, random_state=4).fit(samples[:2] * 100).transform(samples))


@pytest.mark.parametrize("kind", MAPS)
def test_single_precision_is_the_same_map(samples: Numbers, kind: Any) -> None:
    double = kind(n_components=9, random_state=0).fit_transform(samples)
    single = kind(n_components=9, random_state=0).fit_transform(samples.astype(np.float32))
    assert single.dtype == np.float32
    assert np.abs(single - double).max() < 1e-5


@pytest.mark.parametrize("kind", MAPS)
def test_sparse_samples_give_what_dense_ones_give(samples: Numbers, kind: Any) -> None:
    given = np.where(samples > 0.5, samples, 0)
    dense = kind(n_components=9, random_state=0).fit_transform(given)
    sparse = kind(n_components=9, random_state=0).fit_transform(csr_array(given))
    assert isinstance(sparse, np.ndarray)
    assert np.allclose(sparse, dense, rtol=1e-13, atol=1e-15)


def test_what_is_not_finite_in_sparse_samples_is_named_with_its_place() -> None:
    given = csr_array(np.array([[0.0, 1.0, 0.0], [0.0, 0.0, np.nan]]))
    with pytest.raises(ValueError, match=r"X has NaN at row 1, column 2: leave the row out"):
        RandomSketch(n_components=2).fit(given)


@pytest.mark.parametrize("kind", MAPS)
def test_bytes_do_not_overflow(kind: Any) -> None:
    given = np.random.default_rng(0).integers(0, 256, (5, 4)).astype(np.uint8)
    fitted = kind(n_components=6, random_state=0).fit(given)
    assert np.array_equal(fitted.transform(given), fitted.transform(given.astype(np.float64)))


@pytest.mark.parametrize("kind", MAPS)
def test_features_are_named_after_the_map(samples: Numbers, kind: Any) -> None:
    name = kind.__name__.lower()
    fitted = kind(n_components=3, random_state=0).fit(samples)
    assert list(fitted.get_feature_names_out()) == [f"{name}{index}" for index in range(3)]


@pytest.mark.parametrize("kind", MAPS)
def test_what_does_not_fit_the_memory_is_refused_with_its_size(samples: Numbers, kind: Any) -> None:
    with pytest.raises(MemoryLimitError, match=r"4.58 MiB, more than `max_memory` of 1 MiB: ask for fewer components"):
        kind(n_components=100_000, max_memory=2**20).fit(samples)
    fitted = kind(n_components=100, max_memory=2**13).fit(samples)
    with pytest.raises(MemoryLimitError, match=r"the features of .* take 23.4 KiB, more than `max_memory` of 8 KiB"):
        fitted.transform(samples)


@pytest.mark.parametrize("kind", MAPS)
def test_a_sample_that_is_not_finite_is_named_by_its_place(samples: Numbers, kind: Any) -> None:
    samples[7, 2] = np.nan
    with pytest.raises(ValueError, match="row 7, column 2"):
        kind().fit(samples)
