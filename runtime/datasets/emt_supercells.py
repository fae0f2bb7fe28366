"""Strained fcc supercells labelled by effective medium theory: the whole data set, or some frames like its own."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.calculators.calculator import Calculator
from ase.calculators.emt import EMT

from mlipilot.runtime.datasets.frames import labelled
from mlipilot.runtime.datasets.pool import run_tasks
from mlipilot.runtime.datasets.source import DataSource, Made, Making, Sample
from mlipilot.runtime.datasets.supercells import Exploded, Supercells, run_trajectory
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext

DISTINCT = 48
"""Frames of a sample; a larger batch repeats them."""
DISPLACEMENT = 0.1
"""Å, of each coordinate: the amplitude of a dense metal between room temperature and melting."""
_STEPS, _LABELS = 100, 3
"""That are timed."""


class _EmtSupercells(DataSource):
    def make(self, job: JobContext) -> Made:
        """Every trajectory, on as many processes as the job has threads."""
        plan = Supercells.from_params(job.params)
        return Made(plan.arrange(_trajectories(job, plan)), plan.unit_cell())

    def sample(self, question: Mapping[str, Any], paths: Mapping[str, str]) -> Sample:
        """Supercells over the range of the strain, displaced at random. No label costs more than another: all are 0."""
        draw = np.random.default_rng(0)
        low, high = question["strain"]
        # A batch of neighbours in this order is as mixed as the data set.
        strains = draw.permutation(low + (high - low) * (np.arange(DISTINCT) + 0.5) / DISTINCT)
        frames = []
        for number, strain in enumerate(strains):
            atoms = self.cell(question) * question["repeats"]
            atoms.set_cell(atoms.cell.array * (1.0 + strain), scale_atoms=True)
            atoms.positions += DISPLACEMENT * draw.standard_normal(atoms.positions.shape)
            none = np.zeros_like(atoms.positions)
            info = {"trajectory": f"probe-{number}"}
            frames.append(labelled(atoms, energy=0.0, forces=none, stress=np.zeros(6), info=info))
        places = list(range(len(frames)))
        return Sample(frames, frames, places, places)

    def making(self, question: Mapping[str, Any]) -> Making:
        """Of a step and of a labelled frame of a trajectory."""

        def seconds(frames: int) -> float:
            plan = {
                **question,
                "temperatures": [300.0],
                "trajectories": 1,
                "frames": frames,
                "split": {"train": 1},
                "seed": 0,
                "equilibration": _STEPS * question["timestep"],
                "spacing": question["timestep"],
            }
            began = time.perf_counter()
            run_trajectory(Supercells.from_params(plan), (0, 0))
            return time.perf_counter() - began

        seconds(1)
        step = seconds(0) / _STEPS
        return Making(step, max(0.0, (seconds(_LABELS) - step * (_STEPS + _LABELS)) / _LABELS))

    def reference(self) -> Calculator:
        """Effective-medium theory, as ASE has it."""
        return EMT()

    def cell(self, question: Mapping[str, Any]) -> Atoms:
        """The conventional cubic cell."""
        return bulk(question["element"], "fcc", a=question["lattice"], cubic=True)


def _trajectories(job: JobContext, plan: Supercells) -> list[tuple[tuple[int, int], list[Atoms]]]:
    tasks = plan.tasks()
    made: list[tuple[tuple[int, int], list[Atoms]]] = []
    try:
        for item in run_tasks(partial(run_trajectory, plan), tasks, job.threads, job.stop_requested):
            made.append(item)
            job.progress(phase="label", done=len(made), total=len(tasks), unit="trajectory")
    except Exploded as error:
        name, step = error.args
        raise JobFailure(
            "MLP0811",
            f"trajectory {name} exploded at step {step}: far too hot, or a label that is not finite",
            "shorten the timestep, narrow the strain or lower the temperature",
        ) from None
    if len(made) < len(tasks):
        raise Stopped
    return made


SOURCE = _EmtSupercells()
