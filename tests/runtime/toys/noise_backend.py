"""A backend whose models know the labels, and add noise to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ase import Atoms

from mlipilot.compiler.operations.train import TrainParameters
from mlipilot.runtime.backends.protocol import Backend, Potential, Prediction, Prepared
from mlipilot.runtime.datasets.labels import label_of
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.spec.schema.labels import ENERGY, FORCES, STRESS


class _Noise:
    def __init__(self, error: float, seed: int) -> None:
        self._error, self._seed = error, seed

    def evaluate(self, frames: Sequence[Atoms], *, stress: bool = False) -> Iterator[Prediction]:
        """The same noise for the same model and frames."""
        drawn = np.random.default_rng(self._seed)
        for frame in frames:
            forces = label_of(frame, FORCES)
            yield Prediction(
                float(label_of(frame, ENERGY)) + self._error * drawn.normal(),
                forces + self._error * drawn.normal(size=forces.shape),
                label_of(frame, STRESS) if stress else None,
            )


class _Backend(Backend):
    packages: Mapping[str, str] = {}

    def load(self, path: Path, device: str) -> Potential:
        """A model of the training beside this module."""
        return _Noise(**json.loads(path.read_text()))  # type: ignore[return-value]

    def prepare(self, job: JobContext, settings: TrainParameters, device: torch.device) -> Prepared:
        """Nothing is trained."""
        raise NotImplementedError

    def read_graphs(self, job: JobContext, settings: TrainParameters) -> Sequence[Any]:
        """There are none."""
        raise NotImplementedError

    def potential(self, model: torch.nn.Module, device: str) -> Potential:
        """There are no weights."""
        raise NotImplementedError

    def reference(self, atoms: Atoms, architecture: Mapping[str, Any], precision: str, device: str) -> Potential:
        """Nothing is timed."""
        raise NotImplementedError


BACKEND = _Backend()
