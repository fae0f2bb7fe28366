"""Encodings as scikit-learn transformers, with their kernels in closed form: the extra `mlipilot[encodings]`.

>>> from mlipilot.encodings import AngleEncoder
>>> AngleEncoder(map="product").fit_transform([[0.0, 1.0], [1.0, 3.0]]).shape
(2, 4)
"""

try:
    from mlipilot.runtime.encodings import (
        AmplitudeEncoder,
        AngleEncoder,
        BasisEncoder,
        CacheWarning,
        DenseAngleEncoder,
        IQPEncoder,
        MemoryLimitError,
    )
except ModuleNotFoundError as error:
    if (error.name or "").split(".")[0] not in ("sklearn", "numba", "scipy"):
        raise
    raise ImportError(f"encodings need `{error.name}`: install mlipilot[encodings]") from error

__all__ = [
    "AmplitudeEncoder",
    "AngleEncoder",
    "BasisEncoder",
    "CacheWarning",
    "DenseAngleEncoder",
    "IQPEncoder",
    "MemoryLimitError",
]
