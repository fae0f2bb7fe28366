"""The sketch: every representation brought to one common dimension by a random orthogonal projection."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mlipilot.runtime.encodings.controls.orthogonal import random_frame, random_projection
from mlipilot.runtime.encodings.controls.random_map import RandomMap, RandomState, Weights
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT


class RandomSketch(RandomMap):
    """`x S`, with a random matrix `S`, shape (features, n_components), drawn from `random_state` alone.

    With at least as many features as components, `S = sqrt(features / n_components) Q`, where `Q` has orthonormal
    columns of the uniform law: `E[S S^T] = 1`, so that inner products are kept in the mean, and by the lemma of Johnson
    and Lindenstrauss (Contemp. Math. 26, 189, 1984) distances up to `1 ± O(sqrt(log n / n_components))`.

    With fewer features than components, features are first repeated up to the number of components, then rotated:
    `S = P Q`, with `Q` orthogonal, shape (n_components, n_components). Column `k` of `P` copies feature `i(k)`, divided
    by `sqrt(c)` where that feature is copied `c` times. The `i` go through random orders of all features, one after
    the other, until the columns are full: `c` is the whole part of `n_components / features` or one more, and which
    features get the one more is random. So `P P^T = 1`: inner products are kept exactly, each component carries
    features, and none counts more for having been copied more often.

    Parameters
    ----------
    n_components
        The common dimension.
    random_state
        What the matrix is drawn from. One int for all representations of a benchmark makes its sketch one factor;
        several (ten or more) show the spread that the sketch adds.
    max_memory
        Bytes that the weights and a result may each take.

    Attributes
    ----------
    components_ : (n_components, features)
        The transpose of `S`.
    """

    def __init__(
        self, *, n_components: int = 100, random_state: RandomState = None, max_memory: int = DEFAULT_LIMIT
    ) -> None:
        self.n_components = n_components
        self.random_state = random_state
        self.max_memory = max_memory

    def _draw(self, generator: np.random.RandomState, features: int) -> Weights:
        if features >= self.n_components:
            return random_projection(features, self.n_components, generator)
        copied = repeated_features(features, self.n_components, generator)
        shares = np.sqrt(np.bincount(copied, minlength=features))
        rotation = random_frame(self.n_components, self.n_components, generator)
        weights = np.zeros((features, self.n_components))
        # The rows of Q that belong to one feature, added up: P Q without P.
        np.add.at(weights, copied, rotation)
        return np.ascontiguousarray((weights / shares[:, None]).T)


def repeated_features(features: int, components: int, generator: np.random.RandomState) -> NDArray[np.intp]:
    """Which feature each component copies: random orders of all features, one after the other; shape (components,)."""
    rounds = -(-components // features)
    orders = [generator.permutation(features) for _ in range(rounds)]
    return np.concatenate(orders)[:components]


__all__ = ["RandomSketch", "repeated_features"]
