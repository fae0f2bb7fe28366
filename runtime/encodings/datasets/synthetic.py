"""Generators: the same arguments give the same numbers.

`parity` and `high_rank_noise` are the seed paper's (arXiv:2605.24324), stream for stream. The others follow the
definitions of the papers that each names; their streams of random numbers, and what the docstrings call ours, are not
those of other packages, so their numbers differ from other packages' sets of the same name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import datasets

from mlipilot.runtime.encodings.datasets.tabular import TabularData, Task
from mlipilot.runtime.encodings.parameters import is_number, is_whole

LICENCE = "none needed: generated"


def parity(*, n_samples: int = 10_000, n_features: int = 20, n_bits: int = 5, seed: int = 42) -> TabularData:
    """Sign of the product of the first `n_bits` features, the others being noise; 1 where the product is positive.

    `X` (n_samples, n_features) is uniform in [-1, 1], drawn in one call of `numpy.random.default_rng(seed)`. The
    defaults are the seed paper's set (arXiv:2605.24324, Datasets). No feature, and no sum of functions of single
    features, says anything of the label.

    Raises:
        ValueError: a count below 1, or more bits than features.
    """
    _at_least(1, n_samples=n_samples, n_features=n_features, n_bits=n_bits)
    _at_least(0, seed=seed)
    if n_bits > n_features:
        raise ValueError(f"`n_bits` must be at most `n_features`: {n_bits} bits of {n_features} features")
    X = np.random.default_rng(seed).uniform(-1.0, 1.0, (n_samples, n_features))
    y = np.count_nonzero(X[:, :n_bits] < 0.0, axis=1) % 2 == 0
    return _made("parity", X, y, f"sign of a product of {n_bits} features, seed {seed}")


def high_rank_noise(
    *,
    n_samples: int = 5_000,
    n_features: int = 200,
    n_components: int = 5,
    noise: float = 2.0,
    gap: float = 2.0,
    seed: int = 42,
) -> TabularData:
    """A signal of rank `n_components` under isotropic noise; the class is the sign of its first latent variable.

    `X = Z B + noise E`, with `Z` (n_samples, n_components) and `E` standard normal, rows of `B` of unit length and
    random direction. Rows of class 1 are moved by `gap` along the first row of `B`. Draw order: `Z`, `B`, `E`. The
    defaults are the seed paper's set (arXiv:2605.24324, Datasets).

    Raises:
        ValueError: a count below 1, or a negative `noise`.
    """
    _at_least(1, n_samples=n_samples, n_features=n_features, n_components=n_components)
    _at_least(0, seed=seed)
    _at_least(0.0, noise=noise)
    _at_least(-np.inf, gap=gap)
    rng = np.random.default_rng(seed)
    latent = rng.standard_normal((n_samples, n_components))
    directions = rng.standard_normal((n_components, n_features))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    y = latent[:, 0] > 0.0
    latent[:, 0] += gap * y
    X = latent @ directions + rng.normal(0.0, noise, (n_samples, n_features))
    return _made("high_rank_noise", X, y, f"rank {n_components} under noise of {noise}, seed {seed}")


def hidden_manifold(
    *, n_samples: int = 300, n_features: int = 10, manifold_dimension: int = 6, seed: int = 42
) -> TabularData:
    """Points of a curved manifold, labelled in its own coordinates by a random neural network.

    `X = tanh(C F / sqrt(m) + b)` with `C` (n_samples, m) and `F` (m, n_features) standard normal, and the class the
    sign of `v · tanh(W c / sqrt(m))`: the hidden manifold model of Goldt, Mézard, Krzakala and Zdeborová, Phys. Rev. X
    10, 041044 (2020), used as a benchmark by Bowles, Ahmed and Schuld, arXiv:2403.07059. Ours: `b` uniform in [-1, 1],
    m hidden units, and the median in place of 0 as the threshold, so that both classes have half of the rows.

    Raises:
        ValueError: a count below 1, or fewer than two rows.
    """
    _at_least(2, n_samples=n_samples)
    _at_least(1, n_features=n_features, manifold_dimension=manifold_dimension)
    _at_least(0, seed=seed)
    rng = np.random.default_rng(seed)
    m = manifold_dimension
    coordinates = rng.standard_normal((n_samples, m))
    features, bias = rng.standard_normal((m, n_features)), rng.uniform(-1.0, 1.0, n_features)
    hidden, output = rng.standard_normal((m, m)), rng.standard_normal(m)
    X = np.tanh(coordinates @ features / np.sqrt(m) + bias)
    score = np.tanh(coordinates @ hidden / np.sqrt(m)) @ output
    return _made("hidden_manifold", X, score > np.median(score), f"manifold of dimension {m}, seed {seed}")


def two_curves(
    *,
    n_samples: int = 300,
    n_features: int = 10,
    degree: int = 5,
    offset: float = 0.1,
    noise: float = 0.01,
    seed: int = 42,
) -> TabularData:
    """Points near two closed curves that run beside each other; the class is the curve.

    Each coordinate is a Fourier series of the curve's parameter `t` in [0, 2π) up to `degree`; the second curve is the
    first moved by `offset` in every coordinate. After the two-curve problem of Buchanan, Gilboa and Wright,
    arXiv:2008.11245, as parametrised by Bowles, Ahmed and Schuld, arXiv:2403.07059. Ours: coefficients normal and
    divided by `sqrt(degree)`, so that a coordinate has variance near 1, and even rows on the first curve.

    Raises:
        ValueError: a count below 1, or a negative `noise`.
    """
    _at_least(1, n_samples=n_samples, n_features=n_features, degree=degree)
    _at_least(0, seed=seed)
    _at_least(0.0, noise=noise)
    _at_least(-np.inf, offset=offset)
    rng = np.random.default_rng(seed)
    t = rng.uniform(0.0, 2.0 * np.pi, (n_samples, 1)) * np.arange(1, degree + 1)
    coefficients = rng.standard_normal((2 * degree, n_features)) / np.sqrt(degree)
    y = np.arange(n_samples) % 2
    X = np.hstack([np.cos(t), np.sin(t)]) @ coefficients + offset * y[:, None]
    X += rng.normal(0.0, noise, X.shape)
    return _made("two_curves", X, y, f"curves of degree {degree} at {offset}, seed {seed}")


def hyperplanes(
    *,
    n_samples: int = 300,
    n_features: int = 10,
    n_hyperplanes: int = 5,
    subspace_dimension: int = 3,
    seed: int = 42,
) -> TabularData:
    """Parity of the number of hyperplanes that a point lies above, in a subspace that the features mix.

    Points `c` (n_samples, k) are standard normal, `X = c A` with `A` (k, n_features) of orthonormal rows, and the class
    is 1 where an odd number of the planes `w_j · c = b_j` lie below `c`: the "hyperplanes and parity" task of Bowles,
    Ahmed and Schuld, arXiv:2403.07059. Ours: unit `w_j` of random direction, and `b_j` the median, so that each plane
    halves the rows.

    Raises:
        ValueError: a count below 1, fewer than two rows, or a subspace of more dimensions than there are features.
    """
    _at_least(2, n_samples=n_samples)
    _at_least(1, n_features=n_features, n_hyperplanes=n_hyperplanes, subspace_dimension=subspace_dimension)
    _at_least(0, seed=seed)
    if subspace_dimension > n_features:
        raise ValueError(
            f"`subspace_dimension` must be at most `n_features`: {subspace_dimension} of {n_features} features"
        )
    rng = np.random.default_rng(seed)
    points = rng.standard_normal((n_samples, subspace_dimension))
    normals = rng.standard_normal((subspace_dimension, n_hyperplanes))
    normals /= np.linalg.norm(normals, axis=0)
    mixing, _ = np.linalg.qr(rng.standard_normal((n_features, subspace_dimension)))
    height = points @ normals
    y = np.count_nonzero(height > np.median(height, axis=0), axis=1) % 2
    return _made("hyperplanes", points @ mixing.T, y, f"parity of {n_hyperplanes} hyperplanes, seed {seed}")


def moons(*, n_samples: int = 400, noise: float = 0.25, seed: int = 42) -> TabularData:
    """Two interleaved half circles in the plane: `sklearn.datasets.make_moons`.

    Raises:
        ValueError: fewer than two rows, or a negative `noise`, the standard deviation of each coordinate.
    """
    _at_least(2, n_samples=n_samples)
    _at_least(0, seed=seed)
    _at_least(0.0, noise=noise)
    X, y = datasets.make_moons(n_samples, noise=noise, random_state=seed)
    return _made("moons", X, y, f"scikit-learn's make_moons, noise {noise}, seed {seed}")


def circles(*, n_samples: int = 400, noise: float = 0.1, factor: float = 0.5, seed: int = 42) -> TabularData:
    """A circle inside another, `factor` as wide: `sklearn.datasets.make_circles`.

    Raises:
        ValueError: fewer than two rows, a negative `noise`, the standard deviation of each coordinate, or a `factor`
            outside [0, 1).
    """
    _at_least(2, n_samples=n_samples)
    _at_least(0, seed=seed)
    _at_least(0.0, noise=noise, factor=factor)
    if factor >= 1:
        raise ValueError(f"`factor` must be below 1, not {factor}")
    X, y = datasets.make_circles(n_samples, noise=noise, factor=factor, random_state=seed)
    return _made("circles", X, y, f"scikit-learn's make_circles, noise {noise}, seed {seed}")


def friedman1(*, n_samples: int = 500, n_features: int = 10, noise: float = 1.0, seed: int = 42) -> TabularData:
    """A number that depends on five of the features, with one product: `sklearn.datasets.make_friedman1`.

    Raises:
        ValueError: no row, fewer than five features, or a negative `noise`, the standard deviation of the number.
    """
    _at_least(1, n_samples=n_samples)
    _at_least(0, seed=seed)
    _at_least(0.0, noise=noise)
    _at_least(5, n_features=n_features)
    X, y = datasets.make_friedman1(n_samples, n_features, noise=noise, random_state=seed)
    return _made("friedman1", X, y, f"scikit-learn's make_friedman1, noise {noise}, seed {seed}", "numbers")


SYNTHETIC: dict[str, Callable[..., TabularData]] = {
    make.__name__: make
    for make in (parity, high_rank_noise, hidden_manifold, two_curves, hyperplanes, moons, circles, friedman1)
}
"""name -> generator."""


def _made(
    name: str, X: NDArray[np.float64], y: NDArray[np.generic], recipe: str, task: Task = "classes"
) -> TabularData:
    return TabularData(
        name=name,
        X=X,
        y=y.astype(np.int64 if task == "classes" else np.float64),
        task=task,
        feature_names=tuple(f"x{i}" for i in range(X.shape[1])),
        source=recipe,
        licence=LICENCE,
    )


def _at_least(least: float, **values: Any) -> None:
    """Refuse what is less, or no number: no whole one where `least` is whole."""
    is_kind, what = (is_whole, "a whole number") if isinstance(least, int) else (is_number, "a number")
    for name, value in values.items():
        if not is_kind(value):
            raise ValueError(f"`{name}` must be {what}, not {value!r}")
        if not value >= least:
            raise ValueError(f"`{name}` must be at least {least}, not {value}")
