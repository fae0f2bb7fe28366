"""A MACE model file as a potential: energies, forces and stresses of configurations.

Gives what `mace.calculators.MACECalculator` gives, many configurations at a time and without rebuilding each call
what a composition fixes. Values leave in float64 whatever precision the model computes in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ase import Atoms
from ase.stress import full_3x3_to_voigt_6_stress
from numpy.typing import NDArray

from mlipilot.runtime.backends.mace.batch import Batch
from mlipilot.runtime.backends.mace.model import load_model
from mlipilot.runtime.backends.protocol import Floats, Prediction
from mlipilot.runtime.datasets.labels import has_volume
from mlipilot.runtime.foundation.device import open_device
from mlipilot.runtime.foundation.failures import JobFailure

ATOMS_PER_CALL = {"cpu": 128, "cuda": 8192}
"""Atoms evaluated in one call of the model, unless one configuration alone has more.

Measured on a CPU (32-atom copper cells, 8 channels, r_max 4.5 Å, one thread): 20 ms a cell alone, 14 ms four at a
time, 17 ms fifteen at a time, when the tensors have outgrown the caches.
"""


class MacePotential:
    """A MACE model on a device."""

    def __init__(self, model: torch.nn.Module, device: str = "cpu") -> None:
        """Take `model` for inference: its parameters stop collecting gradients. MLP0817 where `device` is missing."""
        self.device = open_device(device)
        module: Any = model.to(self.device).eval()
        self.model = module
        for parameter in module.parameters():
            parameter.requires_grad_(False)
        self.dtype: torch.dtype = next(module.parameters()).dtype
        self.cutoff = float(module.r_max)
        self.elements: NDArray[np.int64] = module.atomic_numbers.cpu().numpy().astype(np.int64)

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> MacePotential:
        """Read a model file as `mace_run_train` and the train job write it; MLP0816 where that fails."""
        model = load_model(path)
        if not hasattr(model, "r_max"):
            raise JobFailure("MLP0816", f"{path.name} holds a {type(model).__name__}, not a MACE model")
        return cls(model, device)

    def batch(self, frames: Sequence[Atoms], skin: float = 0.0) -> Batch:
        """Prepare `frames` for one call of the model, time after time; see `Batch`."""
        return Batch(
            frames, elements=self.elements, cutoff=self.cutoff, dtype=self.dtype, device=self.device, skin=skin
        )

    def energies_forces(self, batch: Batch, positions: Floats) -> tuple[Floats, Floats]:
        """Energies (configurations,) in eV and forces (atoms, 3) in eV/Å of a batch at `positions` (atoms, 3) Å."""
        output = self.model(batch.tensors(positions), training=False, compute_force=True)
        return _numpy(output["energy"]), _numpy(output["forces"])

    def prepare(self, frames: Sequence[Atoms], skin: float) -> Callable[[Floats], tuple[Floats, Floats]]:
        """A function from the positions of all `frames` (atoms, 3) to what `energies_forces` gives, in few calls."""
        batches = [self.batch(group, skin) for group in self._groups(frames)]
        cuts = np.cumsum([batch.offsets[-1] for batch in batches])[:-1]

        def evaluate(positions: Floats) -> tuple[Floats, Floats]:
            parts = np.split(positions, cuts)
            found = [self.energies_forces(batch, part) for batch, part in zip(batches, parts, strict=True)]
            return np.concatenate([energies for energies, _ in found]), np.concatenate([forces for _, forces in found])

        return evaluate

    def repeatable(self, atoms: Atoms) -> Callable[[], None]:
        """A call that computes energy and forces of `atoms`, and has them when it returns."""
        batch = self.batch([atoms])

        def call() -> None:
            self.energies_forces(batch, atoms.positions)  # brings the result to the CPU, so a GPU has finished

        return call

    def evaluate(self, frames: Sequence[Atoms], *, stress: bool = False) -> Iterator[Prediction]:
        """Predict each of `frames`, in order; a stress, by the volume of the cell, where a frame can have one."""
        for group in self._groups(frames):
            batch = self.batch(group)
            positions = np.concatenate([frame.positions for frame in group])
            output = self.model(
                batch.tensors(positions, images=stress), training=False, compute_force=True, compute_stress=stress
            )
            energies, forces = _numpy(output["energy"]), _numpy(output["forces"])
            stresses = _numpy(output["stress"]) if stress else None
            for number, frame in enumerate(group):
                start, stop = batch.offsets[number], batch.offsets[number + 1]
                tension = None
                if stresses is not None and has_volume(frame):
                    tension = np.asarray(full_3x3_to_voigt_6_stress(stresses[number]))
                yield Prediction(float(energies[number]), forces[start:stop], tension)

    def _groups(self, frames: Sequence[Atoms]) -> Iterator[list[Atoms]]:
        limit = ATOMS_PER_CALL[self.device.type]
        group: list[Atoms] = []
        atoms = 0
        for frame in frames:
            if group and atoms + len(frame) > limit:
                yield group
                group, atoms = [], 0
            group.append(frame)
            atoms += len(frame)
        if group:
            yield group


def _numpy(tensor: torch.Tensor) -> Floats:
    return tensor.detach().to(device="cpu", dtype=torch.float64).numpy()
