"""The dry run of one training, and what its parts take: model, steps of each stage, validation, and the model in use.

Everything here is done by the functions that jobs call; a failure of theirs is a failure of the probe.
"""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ase import Atoms

from mlipilot.compiler.operations import probed
from mlipilot.runtime.backends import backend
from mlipilot.runtime.backends.protocol import Potential
from mlipilot.runtime.datasets import source
from mlipilot.runtime.datasets.frames import write_frames
from mlipilot.runtime.datasets.labels import has_label, has_volume, is_isolated_atom
from mlipilot.runtime.datasets.source import Sample
from mlipilot.runtime.foundation.device import open_device
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.operations import Probed, operation
from mlipilot.runtime.operations.tried import LEAST, MOST, Tried, cycled, summary
from mlipilot.runtime.probe.memory import Meter, total
from mlipilot.runtime.training.checkpoint import Progress
from mlipilot.runtime.training.job import prepare
from mlipilot.runtime.training.loop import Training
from mlipilot.runtime.training.stage import Stage
from mlipilot.spec.schema.labels import STRESS

PART_SECONDS = 2.0
"""A part is timed for so long, unless it has been repeated often enough before."""
EVALUATED = 8
"""Frames that the model is evaluated on."""
OPTIONAL_SECONDS = 42.0
"""After so long no part is begun that a training does without."""


def measure(body: Mapping[str, Any], paths: Mapping[str, str], began: float | None = None) -> dict[str, Any]:
    """The answer to a request: seconds, bytes, and rates in seconds an atom as `[median, low, high]`.

    `began` is when the process did, by the monotonic clock: where that is long ago, parts are left out, and the
    answer is not `complete`.

    Raises `JobFailure` and torch's OutOfMemoryError.
    """
    device = open_device(body["device"])
    meter = Meter(device)
    data = source(body["data"]["op"])
    frames = data.sample(body["data"], paths)
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
    potential = backend(job.backend).potential(model, body["device"])
    meter.start()
    answer |= _evaluation(potential, [frames.train[place] for place in frames.typical])
    answer["evaluate_bytes"] = meter.peak()
    deadline = (time.monotonic() if began is None else began) + OPTIONAL_SECONDS
    tried = Tried(potential, frames, job.backend, body["training"]["model"]["precision"], body["device"], PART_SECONDS)
    kinds = [used.kind for used in probed()]
    asked = [(kind, question) for kind in kinds for question in body[kind]]
    answer |= {"complete": True, **{kind: [] for kind in kinds}}
    for kind, question in asked:
        if time.monotonic() > deadline:
            answer["complete"] = False
            continue
        meter.start()
        used = operation(kind)
        assert isinstance(used, Probed)
        found = used.probe(question, tried)
        answer[kind].append({**found, "bytes": meter.peak()})
    making = data.making(body["data"])
    if making is not None:
        answer |= {"making_step": making.step, "making_label": making.label}
    answer["total_bytes"] = total(device)
    return answer


def _job(body: Mapping[str, Any], frames: Sample, folder: Path) -> JobContext:
    inputs = {"train": folder / "train.xyz", "valid": folder / "valid.xyz"}
    write_frames(inputs["train"], frames.train)
    write_frames(inputs["valid"], frames.valid)
    return JobContext(body["training"], inputs, folder, folder, threads=body["threads"], device=body["device"])


def _training(job: JobContext, frames: Sample) -> dict[str, Any]:
    began = time.perf_counter()
    training = prepare(job)
    prepared = time.perf_counter() - began
    settings = training.settings
    began = time.perf_counter()
    backend(job.backend).read_graphs(job, settings)
    graph = (time.perf_counter() - began) / len(training.train)
    with torch.jit.optimized_execution(False):  # type: ignore[attr-defined]  # as the loop does
        parts = _stages(training, frames)
    setup = max(0.0, prepared - graph * (len(frames.train) + len(frames.valid)))
    return {"setup": setup, "graph": graph, **parts, "model": training.learner.model}


def _stages(training: Training, frames: Sample) -> dict[str, Any]:
    settings, graphs = training.settings, training.train
    width = min(settings.valid_batch, sum(batch.frames for batch in training.valid))
    largest = list(cycled(frames.largest, settings.batch))
    valid = training.learner.collate([graphs[place] for place in cycled(frames.typical, width)])
    stages = [Stage(training.learner, settings, stage) for stage in settings.stages]
    for stage in stages:
        stage.sweep(graphs, [largest], 1, _never)
        stage.validate([training.learner.collate([graphs[place] for place in cycled(frames.largest, width)])], 1)
    batches = _batches(frames.typical, settings.batch)

    def step(stage: Stage) -> int:
        batch = next(batches)
        stage.sweep(graphs, [batch], 1, _never)
        return sum(graphs[place].atoms for place in batch)

    def validate() -> int:
        stages[-1].validate([valid], 1)
        return int(valid.atoms)

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
    stress = all(has_label(frame, STRESS) and has_volume(frame) for frame in chosen)

    def evaluate() -> int:
        return sum(len(prediction.forces) for prediction in potential.evaluate(chosen, stress=stress))

    began = time.perf_counter()
    evaluate()
    first = time.perf_counter() - began
    rate = _rate(evaluate)
    atoms = sum(len(frame) for frame in chosen)
    # The first call of a model that was just loaded compiles it.
    return {"evaluation": rate, "first_call": max(0.0, first - rate[0] * atoms)}


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
    return summary(rates)


def _mean_atoms(frames: Sequence[Atoms]) -> float:
    return float(np.mean([len(frame) for frame in frames]))


def _never() -> bool:
    return False
