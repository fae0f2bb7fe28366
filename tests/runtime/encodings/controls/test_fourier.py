"""Fourier features of an angle encoding's spectrum: their kernels, exact and by sampling."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from mlipilot.encodings import AngleEncoder
from mlipilot.runtime.encodings.controls import CONTROLS, AngleSpectrumSampler, angle_spectrum

Numbers = NDArray[np.float64]


@pytest.fixture
def angles() -> Numbers:
    drawn = np.random.default_rng(3).uniform(0, np.pi, (12, 3))
    drawn[0] = 0
    return drawn


def differences(angles: Numbers) -> Numbers:
    return np.asarray(angles[:, None, :] - angles[None, :, :])


def hoeffding(pairs: int, components: int, failure: float = 1e-9) -> float:
    """What no mean of `components / 2` cosines, one for each pair, is off by but with this probability."""
    return float(np.sqrt(4 * np.log(2 * pairs / failure) / components))


def product_states(angles: Numbers) -> Numbers:
    """States `kron_j (cos t_j / 2, sin t_j / 2)`, written out."""
    qubits = np.stack([np.cos(angles / 2), np.sin(angles / 2)], axis=-1)
    return np.stack([reduce(np.kron, sample) for sample in qubits])


@pytest.mark.parametrize("uploads", [1, 2, 5])
@pytest.mark.parametrize(("kernel", "power"), [("fidelity", 2), ("overlap", 1)])
def test_the_whole_spectrum_adds_up_to_the_kernel(uploads: int, kernel: Any, power: int) -> None:
    frequencies, chances = angle_spectrum(uploads=uploads, kernel=kernel)
    d = np.linspace(-7, 7, 101)
    summed = np.cos(d[:, None] * frequencies) @ chances
    assert np.abs(summed - np.cos(d / 2) ** (power * uploads)).max() < 1e-12


def test_uniform_weights_add_up_to_the_dirichlet_kernel() -> None:
    frequencies, chances = angle_spectrum(uploads=3, weights="uniform")
    assert list(frequencies) == [-3, -2, -1, 0, 1, 2, 3]
    d = np.linspace(0.1, 6, 50)
    expected = np.sin(7 * d / 2) / (7 * np.sin(d / 2))
    assert np.abs(np.cos(d[:, None] * frequencies) @ chances - expected).max() < 1e-12


def test_redundancies_are_the_pairs_of_eigenvalues_that_give_a_frequency() -> None:
    uploads = 3
    sums = reduce(np.add.outer, [np.array([-0.5, 0.5])] * uploads).ravel()
    found, counts = np.unique(np.subtract.outer(sums, sums), return_counts=True)
    frequencies, chances = angle_spectrum(uploads=uploads)
    assert np.array_equal(frequencies, found)
    assert np.allclose(chances, counts / counts.sum(), rtol=1e-13)


@pytest.mark.parametrize(("kernel", "power"), [("fidelity", 2), ("overlap", 1)])
def test_features_approximate_the_kernel_of_product_states(angles: Numbers, kernel: Any, power: int) -> None:
    states = product_states(angles)
    expected = (states @ states.T) ** power
    features = AngleSpectrumSampler(n_components=20_000, kernel=kernel, random_state=0).fit_transform(angles)
    assert np.abs(features @ features.T - expected).max() < hoeffding(len(angles) ** 2, 20_000)


def test_features_approximate_the_kernel_of_the_angle_encoder() -> None:
    X = np.random.default_rng(0).normal(size=(15, 8))
    encoder = AngleEncoder(map="product", bandwidth=0.4).fit(X)
    features = AngleSpectrumSampler(n_components=20_000, random_state=0).fit_transform(encoder.angles(X))
    assert np.abs(features @ features.T - encoder.kernel(X)).max() < hoeffding(15**2, 20_000)


def test_the_error_falls_with_the_root_of_the_components(angles: Numbers) -> None:
    expected = np.prod(np.cos(differences(angles) / 2) ** 2, axis=2)

    def error(components: int) -> float:
        grams = []
        for seed in range(20):
            sampler = AngleSpectrumSampler(n_components=components, random_state=seed)
            features = sampler.fit_transform(angles)
            grams.append(features @ features.T)
        return float(np.sqrt(np.mean((np.array(grams) - expected) ** 2)))

    assert error(40) / error(4000) == pytest.approx(10, rel=0.25)


@pytest.mark.parametrize("components", [1, 2, 7])
def test_few_components_are_right_in_the_mean(angles: Numbers, components: int) -> None:
    expected = np.prod(np.cos(differences(angles) / 2) ** 4, axis=2)
    grams = []
    for seed in range(500):
        features = AngleSpectrumSampler(n_components=components, uploads=2, random_state=seed).fit_transform(angles)
        grams.append(features @ features.T)
    error = np.abs(np.mean(grams, axis=0) - expected)
    assert (error <= 5 * np.std(grams, axis=0) / np.sqrt(len(grams)) + 1e-12).all()


def test_pairs_keep_the_length_of_a_sample_at_one(angles: Numbers) -> None:
    features = AngleSpectrumSampler(n_components=8, uploads=4, random_state=0).fit_transform(angles)
    assert np.allclose((features**2).sum(axis=1), 1, rtol=1e-14)


def test_frequencies_are_whole_and_within_the_uploads() -> None:
    sampler = AngleSpectrumSampler(n_components=400, uploads=2, weights="uniform", random_state=0).fit(np.zeros((2, 5)))
    assert set(np.unique(sampler.components_)) == {-2, -1, 0, 1, 2}


def test_the_control_of_the_rbf_spectrum_approximates_its_kernel(angles: Numbers) -> None:
    expected = np.exp(-(differences(angles) ** 2).sum(axis=2) / 3)
    features = CONTROLS["fourier"].make(dimension=40_000, d=3, random_state=0).fit_transform(angles)
    # A phase for every feature: each term lies in [-2, 2], and there is one a component.
    bound = 2 * hoeffding(len(angles) ** 2, 2 * 40_000)
    assert np.abs(features @ features.T - expected).max() < bound


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"kernel": "swap"}, "`kernel` is 'swap': write one of 'fidelity', 'overlap'"),
        ({"weights": "even"}, "`weights` is 'even': write one of 'redundancy', 'uniform'"),
        ({"uploads": 0}, "uploads == 0, must be >= 1"),
        ({"n_components": 0}, "n_components == 0, must be >= 1"),
    ],
)
def test_a_choice_that_does_not_exist_is_named(angles: Numbers, parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AngleSpectrumSampler(**parameters).fit(angles)


def test_it_has_to_be_fitted(angles: Numbers) -> None:
    with pytest.raises(NotFittedError):
        AngleSpectrumSampler().transform(angles)
