"""Encodings as scikit-learn transformers, with kernels, controls and geometry: the extra `mlipilot[encodings]`.

>>> from mlipilot.encodings import AngleEncoder
>>> AngleEncoder(map="product").fit_transform([[0.0, 1.0], [1.0, 3.0]]).shape
(2, 4)

`docs/encodings.md` shows the whole of it.
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
        controls,
        datasets,
        geometry,
        paper,
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
    "controls",
    "datasets",
    "geometry",
    "paper",
]
