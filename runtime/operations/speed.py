"""The speed job: a model's time for energy and forces against a reference model's, measured side by side.

Rounds of the two are interleaved in one process, on one structure, with one dtype and the same threads, so that
whatever slows the machine meanwhile slows both; the ratio of a round is then a fair figure and its spread is known.
"""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ase import Atoms

from mlipilot.compiler.operations.speed import ROUND_SECONDS
from mlipilot.runtime.backends import backend
from mlipilot.runtime.datasets import unstrained_cell
from mlipilot.runtime.datasets.frames import read_frames
from mlipilot.runtime.foundation.device import use_threads
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.hardware import fingerprint
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.judgement.measured import Measured
from mlipilot.runtime.judgement.speed import measure_speed
from mlipilot.runtime.operations.operation import Probed
from mlipilot.spec.numerals import count
from mlipilot.spec.schema import Metric

if TYPE_CHECKING:
    from mlipilot.runtime.operations.tried import Tried
    from mlipilot.runtime.report.section import Page, Result, Section

WARM_UP_CALLS = 5
WARM_UP_SECONDS = 0.5


class _Speed(Probed):
    def run(self, job: JobContext) -> None:
        """Write the times of each round."""
        run(job)

    def measure(
        self, metric: Metric, files: Mapping[str, Path], arguments: Mapping[str, str], stage: str, confidence: float
    ) -> Measured:
        """The median ratio of the last model."""
        return measure_speed(files["speed.json"], confidence)

    def section(self, results: Sequence[Result], page: Page) -> Section | None:
        """The rounds, a part for each job."""
        from mlipilot.runtime.report.section import Section
        from mlipilot.runtime.report.speed import read_speeds

        found = read_speeds(results, page.seed, page.card, page.confidence)
        return Section("speed", "Speed", "speed.html", {"speeds": found}) if found else None

    def probe(self, question: Mapping[str, Any], tried: Tried) -> dict[str, Any]:
        """Seconds of a call of our model and of the reference, and of warming both up."""
        atoms = unstrained_cell(question).repeat(question["repeats"])
        reference = backend(tried.backend).reference(atoms, question["reference"], tried.precision, tried.device)
        ours, theirs = tried.potential.repeatable(atoms), reference.repeatable(atoms)
        ours()
        began = time.perf_counter()
        warm_up(theirs)
        warm = time.perf_counter() - began
        seconds = [seconds_per_call(call, tried.least) for call in (ours, theirs)]
        # Our model is warm already; in a job of its own it takes as long for that as the reference, call for call.
        times = {"ours": seconds[0], "reference": seconds[1], "warm_up": warm * (1 + seconds[0] / seconds[1])}
        return {"repeats": question["repeats"], **times}


def run(job: JobContext) -> None:
    """Write speed.json: seconds a call of ours and of the reference, and their ratio, reference over ours, a round.

    Inputs `model` and `cell` (one frame); the cell is repeated `params["repeats"]` times. A call is what a step of
    molecular dynamics needs of a potential: neighbour list, energy and forces.
    """
    use_threads(job.threads)
    atoms: Atoms = read_frames(job.inputs["cell"])[0].repeat(job.params["repeats"])
    models = backend(job.backend)
    ours = models.load(job.inputs["model"], job.device)
    precision = str(job.params["precision"])
    if str(ours.dtype) != f"torch.{precision}":
        raise JobFailure("MLP0816", f"the model computes in {ours.dtype}, but the plan says {precision}")
    reference = models.reference(atoms, job.params["reference"], precision, job.device)
    measure = [ours.repeatable(atoms), reference.repeatable(atoms)]
    repeats = []
    for number, call in enumerate(measure):
        job.progress(phase="warm up", done=number, total=len(measure), unit="model")
        warm_up(call)
        repeats.append(max(1, math.ceil(ROUND_SECONDS / seconds_per_call(call, 1))))
    rounds = int(job.params["rounds"])
    times: list[list[float]] = [[], []]
    for number in range(rounds):
        if job.stop_requested():
            raise Stopped
        order = (0, 1) if number % 2 == 0 else (1, 0)  # A B, B A: a steady drift of the machine cancels
        for which in order:
            times[which].append(seconds_per_call(measure[which], repeats[which]))
        job.progress(phase="measure", done=number + 1, total=rounds, unit="round")
    report: dict[str, Any] = {
        "ours_s": times[0],
        "reference_s": times[1],
        "ratios": [theirs / own for own, theirs in zip(*times, strict=True)],
        "calls_per_round": {"ours": repeats[0], "reference": repeats[1]},
        "atoms": len(atoms),
        "hardware": hardware(job.threads, job.device),
        "params": dict(job.params),
    }
    (job.out / "speed.json").write_text(json.dumps(report, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    ratio, seconds = statistics.median(report["ratios"]), statistics.median(times[0])
    job.progress(
        result=f"{ratio:.2f} × the reference's speed, {1000 * seconds:.1f} ms a call on {count(len(atoms), 'atom')}"
    )


def hardware(threads: int, device: str) -> dict[str, Any]:
    """What the times belong to."""
    import torch

    return {
        **fingerprint(device),
        "threads": threads,
        "device": device,
        "torch": str(torch.__version__),
    }


def warm_up(call: Callable[[], None]) -> None:
    """Call until TorchScript has compiled and the clocks have settled."""
    began, calls = time.perf_counter(), 0
    while calls < WARM_UP_CALLS or time.perf_counter() - began < WARM_UP_SECONDS:
        call()
        calls += 1


def seconds_per_call(call: Callable[[], None], repeats: int) -> float:
    """Mean seconds of `repeats` calls in a row."""
    began = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - began) / repeats


OPERATION = _Speed()
