"""Random orthonormal vectors, and the projection onto them that keeps inner products in the mean."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def random_frame(length: int, vectors: int, generator: np.random.RandomState) -> NDArray[np.float64]:
    """Orthonormal columns of the uniform (Haar) law, shape (length, vectors), with `vectors <= length`.

    The Q of a QR factorisation of Gaussian numbers follows that law only once the signs of R's diagonal are moved into
    it (Mezzadri, math-ph/0609050, section 5).
    """
    gaussian = generator.standard_normal((length, vectors))
    frame, triangle = np.linalg.qr(gaussian)
    found: NDArray[Any] = frame * np.copysign(1.0, np.diag(triangle))
    return found


def random_projection(features: int, components: int, generator: np.random.RandomState) -> NDArray[np.float64]:
    """Weights of shape (components, features), no more components than features: orthonormal rows, stretched.

    By `sqrt(features / components)`, so that the mean of their products with themselves is the identity.
    """
    stretch = np.sqrt(features / components)
    return np.asarray(stretch * random_frame(features, components, generator).T)


__all__ = ["random_frame", "random_projection"]
