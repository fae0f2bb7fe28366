"""The geometry of a representation: ranks, condition, alignment, difference, retention, codes, concentration."""

from mlipilot.runtime.encodings.geometry.alignment import (
    Alignment,
    PermutationNull,
    biased_hsic,
    cka,
    kernel_cka,
    kernel_target_alignment,
    target_alignment,
    unbiased_hsic,
)
from mlipilot.runtime.encodings.geometry.concentration import Concentration, OffDiagonal, concentration, off_diagonal
from mlipilot.runtime.encodings.geometry.condition import Condition, Conditions, condition_numbers
from mlipilot.runtime.encodings.geometry.description import Description
from mlipilot.runtime.encodings.geometry.difference import (
    Complexity,
    GeometricDifference,
    geometric_difference,
    model_complexity,
)
from mlipilot.runtime.encodings.geometry.hamming import HammingCorrelation, hamming_correlation
from mlipilot.runtime.encodings.geometry.ranks import Ranks, ranks, ranks_of
from mlipilot.runtime.encodings.geometry.retention import (
    MeanToSpread,
    Predictability,
    Retention,
    magnitude_retention,
    mean_to_spread,
)
from mlipilot.runtime.encodings.geometry.spectrum import Spectrum, kernel_spectrum, spectrum
from mlipilot.runtime.encodings.geometry.survey import describe

__all__ = [
    "Alignment",
    "Complexity",
    "Concentration",
    "Condition",
    "Conditions",
    "Description",
    "GeometricDifference",
    "HammingCorrelation",
    "MeanToSpread",
    "OffDiagonal",
    "PermutationNull",
    "Predictability",
    "Ranks",
    "Retention",
    "Spectrum",
    "biased_hsic",
    "cka",
    "concentration",
    "condition_numbers",
    "describe",
    "geometric_difference",
    "hamming_correlation",
    "kernel_cka",
    "kernel_spectrum",
    "kernel_target_alignment",
    "magnitude_retention",
    "mean_to_spread",
    "model_complexity",
    "off_diagonal",
    "ranks",
    "ranks_of",
    "spectrum",
    "target_alignment",
    "unbiased_hsic",
]
