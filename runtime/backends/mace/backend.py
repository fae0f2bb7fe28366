"""MACE 0.3 behind the protocol of backends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from ase import Atoms
from mace.tools import set_default_dtype, set_seeds

from mlipilot.compiler.operations.train import ModelParameters, TrainParameters
from mlipilot.runtime.backends.mace.frames import Split, check_elements, read_split
from mlipilot.runtime.backends.mace.graphs import Batch, build_graphs, collate
from mlipilot.runtime.backends.mace.learner import MaceLearner
from mlipilot.runtime.backends.mace.memory import keep_freed_memory
from mlipilot.runtime.backends.mace.model import DTYPES, build_model
from mlipilot.runtime.backends.mace.normalisation import Normalisation, normalise
from mlipilot.runtime.backends.mace.potential import MacePotential
from mlipilot.runtime.backends.mace.weights import check_weighed
from mlipilot.runtime.backends.protocol import Backend, Prepared
from mlipilot.runtime.foundation.job_context import JobContext

REFERENCE: dict[str, Any] = {
    "max_ell": 3,
    "radial_basis": 8,
    "cutoff_basis": 5,
    "radial_mlp": [64, 64, 64],
    "readout": 16,
    "pair_repulsion": False,
    "e0": {"kind": "average"},
    "scaling": "none",
}
"""What the catalogue's reference model has in common with stock MACE's defaults."""


class _Mace(Backend):
    packages: Mapping[str, str] = {"torch": "torch", "mace": "mace-torch", "e3nn": "e3nn", "numpy": "numpy"}

    def prepare(self, job: JobContext, settings: TrainParameters, device: torch.device) -> Prepared:
        """As stock MACE does it, in its order: the same seed gives the same training."""
        keep_freed_memory()
        set_seeds(settings.seed)
        set_default_dtype(settings.model.precision)
        job.progress(phase="data", done=0, total=settings.epochs, unit="epoch")
        train, valid = (_read(split, job, settings) for split in ("train", "valid"))
        check_elements(train, valid)
        check_weighed(train, settings.stages)
        graphs = build_graphs(train, train.elements, settings.model.r_max)
        others = build_graphs(valid, train.elements, settings.model.r_max)
        normalisation = normalise(train, graphs, settings.model.e0, settings.model.scaling)
        model = build_model(settings.model, normalisation).to(device)
        width = settings.valid_batch
        return Prepared(
            MaceLearner(model, normalisation, settings.model.scaling, device),
            graphs,
            [collate(others[i : i + width]).to(device) for i in range(0, len(others), width)],
            # Stock MACE takes its statistics from the shuffled loader, one pass each.
            1 if settings.model.scaling == "none" else 2,
        )

    def read_graphs(self, job: JobContext, settings: TrainParameters) -> Sequence[Batch]:
        """One for each training frame."""
        train = _read("train", job, settings)
        return build_graphs(train, train.elements, settings.model.r_max)

    def load(self, path: Path, device: str) -> MacePotential:
        """A file of stock MACE or of a train job."""
        return MacePotential.load(path, device)

    def potential(self, model: torch.nn.Module, device: str) -> MacePotential:
        """Its parameters stop collecting gradients."""
        return MacePotential(model, device)

    def reference(self, atoms: Atoms, architecture: Mapping[str, Any], precision: str, device: str) -> MacePotential:
        """A ScaleShiftMACE."""
        elements = tuple(sorted(set(atoms.numbers.tolist())))
        # No constant below is a cost: only the shapes are timed.
        normalisation = Normalisation(elements, e0=(0.0,) * len(elements), scale=1.0, average_neighbours=40.0)
        before = torch.get_default_dtype()
        torch.set_default_dtype(DTYPES[precision])
        torch.manual_seed(0)
        try:
            parameters = ModelParameters.read({**REFERENCE, **architecture, "precision": precision})
            return MacePotential(build_model(parameters, normalisation), device)
        finally:
            torch.set_default_dtype(before)


def _read(name: str, job: JobContext, settings: TrainParameters) -> Split:
    return read_split(name, job.inputs[name], needs_stress=settings.needs_stress, r_max=settings.model.r_max)


BACKEND = _Mace()
