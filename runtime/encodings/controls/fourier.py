"""Random Fourier features of the spectrum of an angle encoding: what its frequencies give without its circuit."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom
from sklearn.utils import check_scalar

from mlipilot.runtime.encodings.controls.random_map import RandomMap, RandomState, Weights
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT

SpectrumKernel = Literal["fidelity", "overlap"]
SpectrumWeights = Literal["redundancy", "uniform"]
Numbers = NDArray[np.float64]


class AngleSpectrumSampler(RandomMap):
    """Fourier features with the frequencies of an angle encoding of `uploads` rotations a feature (RX, RY, or RZ on +).

    Samples are the angles `t` of the rotations, in radians: scaling to them, by `MinMaxScaler(feature_range=(0, pi))`
    or `AngleEncoder.angles`, is a step of its own. A frequency `w` has one number a feature, drawn independently from
    `angle_spectrum`. Features come in pairs: `cos(w t)` and `sin(w t)`, times `sqrt(2 / n_components)`. An odd
    `n_components` ends with one `cos(w t + b)`, `b` uniform in [0, 2 pi). Inner products of features are then, in the
    mean over `random_state`, the kernel

    - `prod_j cos(d_j / 2)**m` under the weights `redundancy`: the fidelity of `uploads` copies of the product state
      (`m = 2 uploads`), or their overlap (`m = uploads`);
    - `prod_j sin((m + 1) d_j / 2) / ((m + 1) sin(d_j / 2))` under the weights `uniform`: all functions that the
      encoding can express, none preferred,

    with `d = t - t'`. The spectrum of an encoding is the differences of sums of eigenvalues of its generators; for
    rotations (eigenvalues ±1/2) the whole numbers from `-uploads` to `uploads` (Landman et al., arXiv:2210.13200:
    `redundancy` is their tree sampling, which draws a frequency as often as pairs of eigenvalues give it, `uniform`
    their distinct sampling). Which weights a classical twin has to have is the subject of Sweke et al.,
    arXiv:2309.11647: their PQC kernel has `uniform` ones, their re-weighted one any others.

    Parameters
    ----------
    n_components
        Dimensions of the result. Pairs keep `|phi(x)| = 1` exactly, where it is even.
    uploads
        How many rotations each feature enters.
    kernel
        Of which kernel the spectrum is: `fidelity`, frequencies whole; or `overlap`, the inner product of the states
        themselves, which a linear head on them sees: frequencies from `-uploads / 2` to `uploads / 2` in steps of 1.
    weights
        How often frequencies are drawn: by `redundancy`, or `uniform`.
    random_state
        What frequencies are drawn from.
    max_memory
        Bytes that the weights and a result may each take.

    Attributes
    ----------
    components_ : (n_components, features)
        The frequency of each component.
    offset_ : (n_components,)
        What is added to `w t` before the cosine: 0, -pi/2, 0, -pi/2, …, and `b` at an odd end.
    """

    def __init__(
        self,
        *,
        n_components: int = 100,
        uploads: int = 1,
        kernel: SpectrumKernel = "fidelity",
        weights: SpectrumWeights = "redundancy",
        random_state: RandomState = None,
        max_memory: int = DEFAULT_LIMIT,
    ) -> None:
        self.n_components = n_components
        self.uploads = uploads
        self.kernel = kernel
        self.weights = weights
        self.random_state = random_state
        self.max_memory = max_memory

    def _draw(self, generator: np.random.RandomState, features: int) -> Weights:
        spectrum, chances = angle_spectrum(uploads=self.uploads, kernel=self.kernel, weights=self.weights)
        draws = -(-self.n_components // 2)
        drawn = generator.choice(spectrum, size=(draws, features), p=chances)
        self.offset_ = np.tile([0.0, -np.pi / 2], draws)[: self.n_components]
        if self.n_components % 2:
            self.offset_[-1] = generator.uniform(0, 2 * np.pi)
        return np.asarray(np.repeat(drawn, 2, axis=0)[: self.n_components])

    def _finish(self, projected: Weights) -> Weights:
        projected += self.offset_.astype(projected.dtype)
        np.cos(projected, out=projected)
        projected *= np.sqrt(2 / self.n_components)
        return projected


def angle_spectrum(
    *, uploads: int = 1, kernel: SpectrumKernel = "fidelity", weights: SpectrumWeights = "redundancy"
) -> tuple[Numbers, Numbers]:
    """Frequencies of one feature of an angle encoding, ascending, and the chance of each; shapes (m + 1,).

    With `m = 2 uploads` for the `fidelity` and `m = uploads` for the `overlap` they are `k - m / 2`, `k = 0 … m`.
    `redundancy` gives `C(m, k) / 2**m`, because `cos(d / 2)**m = sum_k C(m, k) / 2**m cos((k - m / 2) d)`; `uniform`
    gives `1 / (m + 1)`. Sources as in `AngleSpectrumSampler`.

    Raises ValueError where a choice is not known or `uploads` is not at least 1.
    """
    check_scalar(uploads, "uploads", Integral, min_val=1)
    for name, value, known in (("kernel", kernel, _FACTORS), ("weights", weights, _CHANCES)):
        if value not in known:
            raise ValueError(f"`{name}` is {value!r}: write one of {', '.join(map(repr, known))}")
    steps = _FACTORS[kernel] * uploads
    frequencies: Numbers = np.linspace(-steps / 2, steps / 2, steps + 1)
    return frequencies, _CHANCES[weights](steps)


def _redundancy(steps: int) -> Numbers:
    found: Numbers = binom.pmf(np.arange(steps + 1), steps, 0.5)
    found /= found.sum()
    return found


_FACTORS: dict[str, int] = {"fidelity": 2, "overlap": 1}
_CHANCES: dict[str, Callable[[int], Numbers]] = {
    "redundancy": _redundancy,
    "uniform": lambda steps: np.full(steps + 1, 1 / (steps + 1)),
}

__all__ = ["AngleSpectrumSampler", "angle_spectrum"]
