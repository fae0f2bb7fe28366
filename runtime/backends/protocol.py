"""What every model backend is asked: to prepare a training, to load a model, to make the reference model.

Whoever trains, measures or probes goes through this; what a backend's graphs hold is its own business.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from ase import Atoms
from numpy.typing import NDArray

from mlipilot.compiler.operations.train import LossParameters, TrainParameters
from mlipilot.runtime.foundation.job_context import JobContext

if TYPE_CHECKING:
    import torch

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Prediction:
    """What a model says of one configuration."""

    energy: float
    """Total energy, eV."""
    forces: Floats
    """(n, 3), eV/Å."""
    stress: Floats | None
    """(6,) Voigt order xx yy zz yz xz xy, eV/Å^3, sign of ASE (tension positive); None where not asked for."""


class Potential(Protocol):
    """A model as energies and forces, on a device."""

    dtype: torch.dtype

    def evaluate(self, frames: Sequence[Atoms], *, stress: bool = False) -> Iterator[Prediction]:
        """Predict each of `frames`, in order; a stress, by the volume of the cell, where a frame can have one."""

    def prepare(self, frames: Sequence[Atoms], skin: float) -> Callable[[Floats], tuple[Floats, Floats]]:
        """A function from the positions of all `frames` (atoms, 3) Å to energies (frames,) eV and forces (atoms, 3)."""

    def repeatable(self, atoms: Atoms) -> Callable[[], None]:
        """A call that computes energy and forces of `atoms`, and has them when it returns."""


class Graphs(Protocol):
    """One frame or several as a graph."""

    @property
    def frames(self) -> int:
        """How many."""

    @property
    def atoms(self) -> int:
        """Of all of them."""


class StepResult(NamedTuple):
    """Loss (scalar) and its gradient with respect to each parameter, in the model's order; None where unused."""

    loss: torch.Tensor
    gradients: Sequence[torch.Tensor | None]


@dataclass(frozen=True)
class Validation:
    """Figures of one pass over the validation frames."""

    loss: float
    """Sum of the batches' losses over the number of frames (MACE's definition)."""
    energy_rmse: float
    """Of the energy per atom, eV/atom."""
    force_rmse: float
    """Over Cartesian components, eV/Å."""


class Objective(Protocol):
    """A loss of a model."""

    def step(self, batch: Any) -> StepResult:
        """Loss and gradients of a batch on the model's device; parameters are read, never changed."""

    def validate(self, batches: Sequence[Any]) -> Validation:
        """Figures of batches on the model's device."""


class Learner(Protocol):
    """A model that is trained."""

    model: torch.nn.Module

    def parameter_groups(self, weight_decay: float) -> list[dict[str, Any]]:
        """What an optimizer is made of."""

    def objective(self, loss: LossParameters) -> Objective:
        """The model under a loss."""

    def collate(self, graphs: Sequence[Any]) -> Any:
        """One graph of several, on the model's device."""

    def save(self, path: Path) -> None:
        """Write the model as it is now; durable and never half written."""

    def facts(self) -> dict[str, Any]:
        """What the model was made with besides its parameters, as JSON: reference energies in eV, scale, neighbours."""


class Prepared(NamedTuple):
    """A training up to its first step."""

    learner: Learner
    train: Sequence[Any]
    """The graph of each training frame, on the CPU."""
    valid: Sequence[Any]
    """Batches of validation frames, on the model's device."""
    passes: int
    """Passes over the shuffled training frames that were made before the first epoch."""


class Backend(ABC):
    """A way to train and use models."""

    packages: Mapping[str, str]
    """Packages that decide its numbers, by the name that training.json gives them."""

    @abstractmethod
    def prepare(self, job: JobContext, settings: TrainParameters, device: torch.device) -> Prepared:
        """Frames, graphs, model; global generators seeded, the default dtype set. Raises `JobFailure`."""

    @abstractmethod
    def read_graphs(self, job: JobContext, settings: TrainParameters) -> Sequence[Any]:
        """The graphs of the training frames, read and built; nothing is drawn."""

    @abstractmethod
    def load(self, path: Path, device: str) -> Potential:
        """A model file as a potential. Raises `JobFailure` MLP0816 where the file is not one."""

    @abstractmethod
    def potential(self, model: torch.nn.Module, device: str) -> Potential:
        """A model in memory as a potential."""

    @abstractmethod
    def reference(self, atoms: Atoms, architecture: Mapping[str, Any], precision: str, device: str) -> Potential:
        """The catalogue's reference model, with random weights, for the elements of `atoms`."""
