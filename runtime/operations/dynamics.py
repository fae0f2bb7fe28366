"""The dynamics job: replicas of a simulation with a trained model, and what they did.

It records and does not judge: survival and drift are read from its files later, under whatever thresholds. A replica
that is dead under the scorecard's criteria is stopped there, and its frames are kept.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from ase import Atoms

from mlipilot.runtime.backends import backend
from mlipilot.runtime.datasets.frames import read_frames, trajectory_of
from mlipilot.runtime.dynamics.bonds import Bonds, find_bonds, reference_of
from mlipilot.runtime.dynamics.death import deaths_in_words
from mlipilot.runtime.dynamics.simulation import Protocol, Recording, simulate
from mlipilot.runtime.dynamics.start import nearest_frames
from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.foundation.device import use_threads
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.judgement.measured import Measured
from mlipilot.runtime.judgement.motion import measure_drift, measure_survival
from mlipilot.runtime.operations.operation import Facts, Probed
from mlipilot.spec.numerals import count
from mlipilot.spec.schema import Metric

if TYPE_CHECKING:
    from mlipilot.runtime.operations.tried import Tried
    from mlipilot.runtime.report.section import Page, Result, Section

SKIN = 0.6
"""Å beyond the cutoff to which candidate neighbours are kept between searches."""
REPORT_SECONDS = 1.0


_MEASURES = {"nve_drift": measure_drift, "survival": measure_survival}
"""What measures a metric of the catalogue."""


class _Dynamics(Probed):
    def run(self, job: JobContext) -> None:
        """Write what happened to the replicas."""
        run(job)

    def measure(
        self, metric: Metric, files: Mapping[str, Path], arguments: Mapping[str, str], stage: str, confidence: float
    ) -> Measured:
        """A drift or a share of replicas, of the model that was simulated with."""
        return _MEASURES[metric.name](dict(files), confidence)

    def section(self, results: Sequence[Result], page: Page) -> Section | None:
        """Energies, temperatures and survival, a part for each block."""
        from mlipilot.runtime.report.dynamics import read_dynamics
        from mlipilot.runtime.report.section import Section

        found = read_dynamics(results, page.seed, page.card, page.confidence)
        return Section("dynamics", "Dynamics", "dynamics.html", {"dynamics": found}) if found else None

    def seeds(self, results: Sequence[Result]) -> Facts:
        """Of velocities and thermostat."""
        found = ((result, read_json(result.folder / "dynamics.json")) for result in results)
        return tuple(
            (f"{result.target}, model of seed {result.seed}", str(content["seed"]))
            for result, content in found
            if content is not None and "seed" in content
        )

    def probe(self, question: Mapping[str, Any], tried: Tried) -> dict[str, Any]:
        """Seconds an atom of a step, as median, low and high; None where no replica lived long enough."""
        from mlipilot.runtime.operations.tried import MOST

        protocol = read_protocol({**question, "steps": tried.most_steps, "every": MOST, "seed": 0})
        starts, potential = tried.starts(question["replicas"]), tried.potential

        def simulate_until(after_step: Callable[[int, int], None]) -> None:
            simulate(starts, protocol, partial(potential.prepare, skin=SKIN), after_step)

        atoms = sum(len(start) for start in starts)
        return {"replicas": question["replicas"], "step": tried.step_rate(simulate_until, len(starts), atoms)}


def run(job: JobContext) -> None:
    """Write thermo.parquet, trajectory.npz and dynamics.json; inputs `model`, `start` (frames), `summary`.

    trajectory.npz holds for each replica r, with F stored frames of n atoms: positions_r (F, n, 3) Å, not wrapped;
    temperature_r (F,) K; steps_r (F,); cell_r (3, 3) Å; pbc_r (3,); numbers_r (n,); and `replicas`, their number.
    A replica that stopped early has its last frame, whatever it holds, stored at the step it stopped.
    """
    use_threads(job.threads)
    frames = read_frames(job.inputs["start"])
    if not frames:
        raise JobFailure("MLP0814", "there are no frames to start from")
    protocol = read_protocol(job.params)
    chosen = nearest_frames(frames, protocol.temperature, int(job.params["replicas"]))
    starts = [frames[number] for number in chosen]
    bonds = [find_bonds(reference_of(frames, start)) for start in starts]
    potential = backend(job.backend).load(job.inputs["model"], job.device)

    summary = json.loads(job.inputs["summary"].read_text(encoding="utf-8"))
    reported = time.monotonic()

    def after_step(step: int, alive: int) -> None:
        nonlocal reported
        if job.stop_requested():
            raise Stopped
        if time.monotonic() - reported >= REPORT_SECONDS:
            reported = time.monotonic()
            note = f"{alive} of {count(len(starts), 'replica')} alive at {step * protocol.timestep / 1000:.3g} ps"
            job.progress(phase="dynamics", done=step, total=protocol.steps, unit="step", note=note, alive=alive)

    began = time.perf_counter()
    prepare = partial(potential.prepare, skin=SKIN)
    recording = simulate(starts, protocol, prepare, after_step, summary["min_distance"], bonds)
    seconds = time.perf_counter() - began
    job.progress(phase="dynamics", done=protocol.steps, total=protocol.steps, unit="step")
    pl.DataFrame(recording.thermo).write_parquet(job.out / "thermo.parquet")
    np.savez(job.out / "trajectory.npz", **trajectory_arrays(starts, recording))
    report = {
        "ensemble": job.params["ensemble"],
        "target_temperature": protocol.temperature,
        "timestep": protocol.timestep,
        "steps": protocol.steps,
        "every": protocol.every,
        "seed": protocol.seed,
        "min_distance": summary["min_distance"],
        "seconds_per_step": seconds / max(1, *(trace.steps_done for trace in recording.traces)),
        "replicas": [
            _describe(number, chosen[number], start, bonds[number], recording) for number, start in enumerate(starts)
        ],
    }
    (job.out / "dynamics.json").write_text(json.dumps(report, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    dead = [trace for trace in recording.traces if trace.stopped is not None]
    picoseconds = f"{protocol.steps * protocol.timestep / 1000:g} ps"
    told = deaths_in_words(
        [str(trace.stopped) for trace in dead], [trace.steps_done * protocol.timestep / 1000 for trace in dead]
    )
    lived = f"{len(starts) - len(dead)} of {count(len(starts), 'replica')} reached {picoseconds}"
    job.progress(result=f"{lived}; {told}" if told else lived)


def read_protocol(params: Any) -> Protocol:
    """The protocol a plan's parameters ask for."""
    thermostat = params.get("thermostat")
    return Protocol(
        temperature=float(params["temperature"]),
        timestep=float(params["timestep"]),
        steps=int(params["steps"]),
        every=int(params["every"]),
        relaxation=float(thermostat["relaxation"]) if params["ensemble"] == "nvt" else None,
        seed=int(params["seed"]),
    )


def trajectory_arrays(starts: Sequence[Atoms], recording: Recording) -> dict[str, Any]:
    """The arrays of trajectory.npz."""
    arrays: dict[str, Any] = {"replicas": np.int64(len(starts))}
    for number, (start, trace) in enumerate(zip(starts, recording.traces, strict=True)):
        arrays[f"positions_{number}"] = np.array(trace.positions)
        arrays[f"temperature_{number}"] = np.array(trace.temperatures)
        arrays[f"steps_{number}"] = np.array(trace.steps, dtype=np.int64)
        arrays[f"cell_{number}"] = np.array(start.cell.array)
        arrays[f"pbc_{number}"] = np.array(start.pbc)
        arrays[f"numbers_{number}"] = start.numbers.astype(np.int64)
    return arrays


def _describe(number: int, frame: int, start: Atoms, bonds: Bonds, recording: Recording) -> dict[str, Any]:
    trace = recording.traces[number]
    label = start.info.get("temperature")
    return {
        "replica": number,
        "start_frame": frame,
        "start_trajectory": trajectory_of(start),
        "start_label_temperature": None if label is None else float(label),
        "start_temperature": trace.temperatures[0],
        "atoms": len(start),
        "degrees_of_freedom": trace.freedom,
        "steps_done": trace.steps_done,
        "stopped": trace.stopped,
        "bonds": {"pairs": bonds.pairs.tolist(), "lengths": bonds.lengths.tolist()},
    }


OPERATION = _Dynamics()
