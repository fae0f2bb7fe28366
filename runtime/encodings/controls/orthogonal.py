"""Random orthonormal vectors."""

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


__all__ = ["random_frame"]
