"""Representations before a head, by the words of the language: what they are made of, and what of them is tuned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, RobustScaler, StandardScaler

from mlipilot.runtime.encodings.amplitude import AmplitudeEncoder
from mlipilot.runtime.encodings.angle import AngleEncoder
from mlipilot.runtime.encodings.basis import BasisEncoder
from mlipilot.runtime.encodings.benchmark.candidates import Range, Space
from mlipilot.runtime.encodings.dense_angle import DenseAngleEncoder
from mlipilot.runtime.encodings.iqp import IQPEncoder

Arguments = Mapping[str, Any]
BANDWIDTH = Range(0.1, 1.0)
"""Below it all states are alike, above it a range meets its own beginning (Canatar and others, arXiv:2206.06686)."""

SCALERS: Mapping[str, Callable[[], Any]] = MappingProxyType(
    {
        "none": FunctionTransformer,
        "standard": StandardScaler,
        "minmax": MinMaxScaler,
        "robust": RobustScaler,
    }
)
"""What stands before a representation."""


class Encoding(NamedTuple):
    """A kind of encoding."""

    make: Callable[..., Any]
    """From the arguments to the encoder."""
    kernel_space: Space
    """What of its kernel is tuned, where its arguments do not say it."""
    kernel_arguments: Arguments
    """What differs where it is a kernel, and its arguments do not say it."""
    of_features: Arguments = MappingProxyType({})
    """Arguments of these values say something of its features alone, nothing of its kernel."""


ENCODINGS: Mapping[str, Encoding] = MappingProxyType(
    {
        "amplitude": Encoding(AmplitudeEncoder, {}, {}),
        "angle": Encoding(AngleEncoder, {"bandwidth": BANDWIDTH}, {"map": "product"}, {"map": "additive"}),
        "dense_angle": Encoding(DenseAngleEncoder, {"bandwidth": BANDWIDTH}, {}),
        "basis": Encoding(BasisEncoder, {}, {}),
        "iqp": Encoding(IQPEncoder, {"bandwidth": BANDWIDTH}, {}),
    }
)
"""By the word of the language."""

__all__ = ["ENCODINGS", "SCALERS", "Arguments", "Encoding"]
