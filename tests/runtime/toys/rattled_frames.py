"""A toy source of data, the runtime's side: rattled cells of a metal, labelled by ASE's effective-medium theory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT

from mlipilot.runtime.datasets import DataSource
from mlipilot.runtime.datasets.frames import labelled
from mlipilot.runtime.datasets.source import Made, Sample
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.spec.schema import SPLITS


def _frames(params: Mapping[str, Any], split: str) -> list[Atoms]:
    found = []
    for number in range(params["frames"] * (split != "sealed")):
        atoms = bulk(params["element"], cubic=True) * (1, 1, 2)
        atoms.rattle(params["amplitude"], seed=SPLITS.index(split) + 10 * number)
        atoms.calc = EMT()
        energy, forces = atoms.get_potential_energy(), atoms.get_forces()
        info = {"trajectory": f"{split}-{number}"}
        found.append(labelled(atoms, energy=energy, forces=forces, stress=None, info=info))
    return found


class _Rattled(DataSource):
    def make(self, job: JobContext) -> Made:
        """Frames of every split but the sealed one."""
        return Made({split: _frames(job.params, split) for split in SPLITS})

    def sample(self, question: Mapping[str, Any], paths: Mapping[str, str]) -> Sample:
        """All frames are alike."""
        return Sample(_frames(question, "train"), _frames(question, "valid"), [0], [0])


SOURCE = _Rattled()
