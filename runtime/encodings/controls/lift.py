"""The random orthogonal lift: more dimensions, and nothing else that is new."""

from __future__ import annotations

import numpy as np

from mlipilot.runtime.encodings.controls.orthogonal import random_frame, random_projection
from mlipilot.runtime.encodings.controls.random_map import RandomMap, RandomState, Weights
from mlipilot.runtime.encodings.memory import DEFAULT_LIMIT


class OrthogonalLift(RandomMap):
    """`x Q`, with a random matrix `Q`, shape (features, n_components), of orthonormal rows.

    It has as many dimensions as an encoding and the geometry of the raw features: with `n_components >= features` all
    inner products, distances and kernels of them stay what they were. What an encoding gains over it is not owed to
    the number of dimensions.

    With fewer components than features the rows cannot be orthonormal. Then the columns are, times
    `sqrt(features / n_components)`, so that inner products are kept in the mean over `random_state`.

    Parameters
    ----------
    n_components
        Dimensions of the result.
    random_state
        What the matrix is drawn from; an int gives the same one in every call.
    max_memory
        Bytes that the weights and a result may each take.

    Attributes
    ----------
    components_ : (n_components, features)
        The transpose of `Q`.
    """

    def __init__(
        self, *, n_components: int = 100, random_state: RandomState = None, max_memory: int = DEFAULT_LIMIT
    ) -> None:
        self.n_components = n_components
        self.random_state = random_state
        self.max_memory = max_memory

    def _draw(self, generator: np.random.RandomState, features: int) -> Weights:
        if self.n_components >= features:
            return random_frame(self.n_components, features, generator)
        return random_projection(features, self.n_components, generator)


__all__ = ["OrthogonalLift"]
