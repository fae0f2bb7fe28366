"""Samples that are given to a control: numbers in two dimensions, dense or sparse."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import validate_data

from mlipilot.runtime.encodings.validation import validated


def samples(estimator: Any, X: Any, *, reset: bool) -> Any:
    """`X` as floats, shape (samples, features): an array, or CSR where it is sparse; float32 is kept.

    Raises ValueError that names the place of what is not a finite number.
    """
    if issparse(X):
        return validate_data(estimator, X, reset=reset, accept_sparse="csr", dtype=[np.float64, np.float32])
    return validated(estimator, X, reset=reset)


__all__ = ["samples"]
