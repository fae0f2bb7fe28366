"""Classical controls: what an encoding is compared with, at equal dimension, as a kernel, or at equal complexity."""

from mlipilot.runtime.encodings.controls.components import CappedPCA
from mlipilot.runtime.encodings.controls.dof import effective_dof, equal_dof
from mlipilot.runtime.encodings.controls.fourier import AngleSpectrumSampler, angle_spectrum
from mlipilot.runtime.encodings.controls.gram import GramMatrix
from mlipilot.runtime.encodings.controls.kernels import CosineKernel, LaplacianKernel, RBFKernel
from mlipilot.runtime.encodings.controls.lift import OrthogonalLift
from mlipilot.runtime.encodings.controls.ridge import DofRidge, DofRidgeClassifier
from mlipilot.runtime.encodings.controls.sketch import RandomSketch
from mlipilot.runtime.encodings.controls.table import CONTROLS, Control
from mlipilot.runtime.encodings.controls.tanh_layer import RandomTanhLayer

__all__ = [
    "CONTROLS",
    "AngleSpectrumSampler",
    "CappedPCA",
    "Control",
    "CosineKernel",
    "DofRidge",
    "DofRidgeClassifier",
    "GramMatrix",
    "LaplacianKernel",
    "OrthogonalLift",
    "RBFKernel",
    "RandomSketch",
    "RandomTanhLayer",
    "angle_spectrum",
    "effective_dof",
    "equal_dof",
]
