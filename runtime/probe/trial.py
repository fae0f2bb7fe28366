"""The dry run of one training, and what its parts take: model, steps of each stage, validation, and the model in use.

Everything here is done by the functions that jobs call; a failure of theirs is a failure of the probe.
"""

from __future__ import annotations

import contextlib
import itertools
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ase import Atoms
from ase.build import bulk

from mlipilot.runtime.datasets.frames import is_isolated_atom, write_frames
from mlipilot.runtime.datasets.supercells import Supercells, run_trajectory
from mlipilot.runtime.dynamics.simulation import simulate
from mlipilot.runtime.mace.frames import read_split
from mlipilot.runtime.mace.graphs import build_graphs, collate
from mlipilot.runtime.operations.context import JobContext
from mlipilot.runtime.operations.device import open_device
from mlipilot.runtime.operations.dynamics import SKIN, read_protocol
from mlipilot.runtime.operations.speed import build_reference, one_call, seconds_per_call, warm_up
from mlipilot.runtime.operations.train import prepare
from mlipilot.runtime.potential.model import Potential
from mlipilot.runtime.probe.frames import Sample, sample
from mlipilot.runtime.probe.memory import Meter, total
from mlipilot.runtime.training.checkpoint import Progress
from mlipilot.runtime.training.loop import Training
from mlipilot.runtime.training.stage import Stage

PART_SECONDS = 2.0
"""A part is timed for so long, unless it has been repeated often enough before."""
LEAST, MOST = 3, 16
"""Times that a part is repeated."""
EVALUATED = 8
"""Frames that the model is evaluated on."""
OPTIONAL_SECONDS = 42.0
"""After so long no part is begun that a training does without."""
WARM_UP_STEPS = 2


def measure(body: Mapping[str, Any], paths: Mapping[str, str], began: float | None = None) -> dict[str, Any]:
    """The answer to a request: seconds, bytes, and rates in seconds an atom as `[median, low, high]`.

    `began` is when the process did, by the monotonic clock: where that is long ago, parts are left out, and the
    answer is not `complete`.

    Raises `JobFailure` and torch's OutOfMemoryError.
    """
    device = open_device(body["device"])
    meter = Meter(device)
    frames = sample(body["data"], paths)
    answer: dict[str, Any] = {"atoms": _mean_atoms([frames.train[place] for place in frames.typical])}
    with tempfile.TemporaryDirectory() as folder:
        job = _job(body, frames, Path(folder))
        meter.start()
        answer |= _training(job, frames)
        answer["train_bytes"] = meter.peak()
        model = answer.pop("model")
    # Gradients are no part of what follows.
    for parameter in model.parameters():
        parameter.grad = None
    potential = Potential(model, body["device"])
    meter.start()
    answer |= _evaluation(potential, [frames.train[place] for place in frames.typical])
    answer["evaluate_bytes"] = meter.peak()
    deadline = (time.monotonic() if began is None else began) + OPTIONAL_SECONDS
    answer |= {"complete": True, "dynamics": [], "speed": []}
    for kind, params in [*(("dynamics", p) for p in body["dynamics"]), *(("speed", p) for p in body["speed"])]:
        if time.monotonic() > deadline:
            answer["complete"] = False
            continue
        meter.start()
        if kind == "dynamics":
            found = {"replicas": params["replicas"], "step": _dynamics(potential, params, frames)}
        else:
            found = {"repeats": params["repeats"], **_speed(potential, params, body)}
        answer[kind].append({**found, "bytes": meter.peak()})
    if body["data"]["op"] == "emt_supercells":
        answer |= _making(body["data"])
    answer["total_bytes"] = total(device)
    return answer


def _job(body: Mapping[str, Any], frames: Sample, folder: Path) -> JobContext:
    inputs = {"train": folder / "train.xyz", "valid": folder / "valid.xyz"}
    write_frames(inputs["train"], frames.train)
    write_frames(inputs["valid"], frames.valid)
    return JobContext(body["training"], inputs, folder, folder, threads=body["threads"], device=body["device"])


def _training(job: JobContext, frames: Sample) -> dict[str, Any]:
    began = time.perf_counter()
    training, normalisation = prepare(job)
    prepared = time.perf_counter() - began
    settings = training.settings
    began = time.perf_counter()
    again = read_split("train", job.inputs["train"], needs_stress=settings.needs_stress)
    build_graphs(again, normalisation.elements, settings.model.r_max)
    graph = (time.perf_counter() - began) / len(training.train)
    with torch.jit.optimized_execution(False):  # type: ignore[attr-defined]  # as the loop does
        parts = _stages(training, frames)
    setup = max(0.0, prepared - graph * (len(frames.train) + len(frames.valid)))
    return {"setup": setup, "graph": graph, **parts, "model": training.model}


def _stages(training: Training, frames: Sample) -> dict[str, Any]:
    settings, graphs = training.settings, training.train
    width = min(settings.valid_batch, sum(batch.frames for batch in training.valid))
    largest = list(_cycled(frames.largest, settings.batch))
    valid = collate([graphs[place] for place in _cycled(frames.typical, width)]).to(training.device)
    stages = [Stage(training.model, settings, stage, training.device) for stage in settings.stages]
    for stage in stages:
        stage.sweep(graphs, [largest], 1, _never)
        stage.validate([collate([graphs[place] for place in _cycled(frames.largest, width)]).to(training.device)], 1)
    batches = _batches(frames.typical, settings.batch)

    def step(stage: Stage) -> int:
        batch = next(batches)
        stage.sweep(graphs, [batch], 1, _never)
        return sum(len(graphs[place].positions) for place in batch)

    def validate() -> int:
        stages[-1].validate([valid], 1)
        return len(valid.positions)

    def checkpoint() -> int:
        progress = Progress(best=stages[-1].weights())
        training.checkpoints.save(progress, {"stage": stages[-1].state(), "order": training.order.state()})
        return 1

    return {
        "steps": [_rate(partial(step, stage)) for stage in stages],
        "validation": _rate(validate),
        "checkpoint": _rate(checkpoint)[0],
    }


def _evaluation(potential: Potential, frames: Sequence[Atoms]) -> dict[str, Any]:
    chosen = [frame for frame in frames if not is_isolated_atom(frame)][:EVALUATED]
    stress = all("REF_stress" in frame.info and frame.pbc.all() for frame in chosen)

    def evaluate() -> int:
        return sum(len(prediction.forces) for prediction in potential.evaluate(chosen, stress=stress))

    began = time.perf_counter()
    evaluate()
    first = time.perf_counter() - began
    rate = _rate(evaluate)
    atoms = sum(len(frame) for frame in chosen)
    # The first call of a model that was just loaded compiles it.
    return {"evaluation": rate, "first_call": max(0.0, first - rate[0] * atoms)}


class _Enough(Exception):
    """A simulation was long enough to be timed."""


def _dynamics(potential: Potential, params: Mapping[str, Any], frames: Sample) -> list[float] | None:
    """Rate of a step; None where no replica of the untrained model lived long enough."""
    starts = [frames.train[place] for place in _cycled(frames.typical, params["replicas"])]
    atoms = sum(len(start) for start in starts)
    times: list[float] = []
    ended: list[float] = []

    def after_step(step: int, alive: int) -> None:
        now = time.perf_counter()
        if alive < len(starts):
            raise _Enough
        if ended and step > WARM_UP_STEPS:
            times.append(now - ended[-1])
        ended.append(now)
        if len(times) >= LEAST and (sum(times) > PART_SECONDS or len(times) >= MOST):
            raise _Enough

    protocol = read_protocol({**params, "steps": WARM_UP_STEPS + MOST + 1, "every": MOST, "seed": 0})
    with contextlib.suppress(_Enough):
        simulate(starts, protocol, partial(potential.prepare, skin=SKIN), after_step)
    return _summary([seconds / atoms for seconds in times]) if times else None


def _speed(potential: Potential, params: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, float]:
    """Seconds of a call of our model and of the reference, and of warming both up."""
    atoms = bulk(params["element"], "fcc", a=params["lattice"], cubic=True).repeat(params["repeats"])
    reference = build_reference(atoms, params["reference"], body["training"]["model"]["precision"])
    ours, theirs = one_call(potential, atoms), one_call(Potential(reference, body["device"]), atoms)
    ours()
    began = time.perf_counter()
    warm_up(theirs)
    warm = time.perf_counter() - began
    seconds = [seconds_per_call(call, LEAST) for call in (ours, theirs)]
    # Our model is warm already; in a job of its own it takes as long for that as the reference, call for call.
    return {"ours": seconds[0], "reference": seconds[1], "warm_up": warm * (1 + seconds[0] / seconds[1])}


def _making(data: Mapping[str, Any]) -> dict[str, float]:
    """Seconds of a step and of a labelled frame of the data set's own dynamics."""
    steps, labels = 100, 3

    def seconds(frames: int) -> float:
        plan = {
            **data,
            "temperatures": [300.0],
            "trajectories": 1,
            "frames": frames,
            "split": {"train": 1},
            "seed": 0,
            "equilibration": steps * data["timestep"],
            "spacing": data["timestep"],
        }
        began = time.perf_counter()
        run_trajectory(Supercells.from_params(plan), (0, 0))
        return time.perf_counter() - began

    seconds(1)
    step = seconds(0) / steps
    return {"making_step": step, "making_label": max(0.0, (seconds(labels) - step * (steps + labels)) / labels)}


def _cycled(places: Sequence[int], count: int) -> Iterable[int]:
    """`count` of `places`, from the first again where there are fewer."""
    return itertools.islice(itertools.cycle(places), count)


def _batches(places: Sequence[int], size: int) -> Iterator[list[int]]:
    endless = itertools.cycle(places)
    while True:
        yield list(itertools.islice(endless, size))


def _rate(part: Callable[[], int]) -> list[float]:
    """Seconds an atom of a part that returns how many atoms it had."""
    rates: list[float] = []
    began = time.perf_counter()
    while len(rates) < LEAST or (len(rates) < MOST and time.perf_counter() - began < PART_SECONDS):
        start = time.perf_counter()
        atoms = part()
        rates.append((time.perf_counter() - start) / atoms)
    return _summary(rates)


def _summary(rates: Sequence[float]) -> list[float]:
    """Median, and the range without the tenth at either end."""
    low, median, high = np.quantile(rates, (0.1, 0.5, 0.9))
    return [float(median), float(low), float(high)]


def _mean_atoms(frames: Sequence[Atoms]) -> float:
    return float(np.mean([len(frame) for frame in frames]))


def _never() -> bool:
    return False
