"""Encodings as scikit-learn transformers, with kernels, controls and geometry: the extra `mlipilot[encodings]`.

>>> from mlipilot.encodings import AngleEncoder
>>> AngleEncoder(map="product").fit_transform([[0.0, 1.0], [1.0, 3.0]]).shape
(2, 4)

`docs/encodings.md` shows the whole of it.
"""

try:
    from mlipilot.runtime.encodings import controls, datasets, geometry, paper
    from mlipilot.runtime.encodings.amplitude import AmplitudeEncoder
    from mlipilot.runtime.encodings.angle import AngleEncoder
    from mlipilot.runtime.encodings.basis import BasisEncoder
    from mlipilot.runtime.encodings.compiled import CacheWarning
    from mlipilot.runtime.encodings.dense_angle import DenseAngleEncoder
    from mlipilot.runtime.encodings.iqp import IQPEncoder
    from mlipilot.runtime.encodings.memory import MemoryLimitError
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
