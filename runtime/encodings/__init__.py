"""Encodings as fixed feature maps: their kernels in closed form, classical controls, and the geometry of both."""

from mlipilot.runtime.encodings import controls, datasets, geometry, paper
from mlipilot.runtime.encodings.amplitude import AmplitudeEncoder
from mlipilot.runtime.encodings.angle import AngleEncoder
from mlipilot.runtime.encodings.basis import BasisEncoder
from mlipilot.runtime.encodings.compiled import CacheWarning
from mlipilot.runtime.encodings.dense_angle import DenseAngleEncoder
from mlipilot.runtime.encodings.iqp import IQPEncoder
from mlipilot.runtime.encodings.memory import MemoryLimitError

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
