"""A whole training: labelled frames in, a model, its stages and its history out; what it trains is the backend's."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from mlipilot.compiler.operations.train import TrainParameters
from mlipilot.runtime.backends import backend
from mlipilot.runtime.foundation.atomic_files import write_durably
from mlipilot.runtime.foundation.device import open_device
from mlipilot.runtime.foundation.figures import with_unit
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.training.checkpoint import CheckpointStore, Progress, fingerprint
from mlipilot.runtime.training.history import Epoch, write_history
from mlipilot.runtime.training.loop import Training
from mlipilot.runtime.training.order import Order
from mlipilot.runtime.training.summary import summarise

DATA = ("train", "valid")


def run(job: JobContext) -> None:
    """Train as `job.params` says; writes model.model, stages/, history.parquet and training.json.

    Raises `JobFailure` (MLP0810 to MLP0814, MLP0817) and `Stopped`.
    """
    training = prepare(job)
    progress = training.run()
    settings = training.settings
    _publish(job.out, training, progress)
    packages = backend(job.backend).packages
    summary = summarise(settings, training.learner, progress, packages, device=training.device, threads=job.threads)
    text = json.dumps(summary, indent=2, allow_nan=False) + "\n"
    write_durably(job.out / "training.json", lambda stream: stream.write(text.encode()))
    chosen = progress.rows[progress.selected_epochs[settings.stages[-1].name] - 1]
    job.progress(
        result=f"chosen: epoch {chosen.epoch} of {len(progress.rows)}, validation loss "
        f"{with_unit('loss', chosen.valid_loss)}, {with_unit('force_rmse', chosen.valid_force_rmse)}, "
        f"{with_unit('energy_rmse', chosen.valid_energy_rmse)}"
    )


def prepare(job: JobContext) -> Training:
    """Everything up to the first step. Raises `JobFailure` (MLP0811 to MLP0814, MLP0817)."""
    settings = TrainParameters.read(job.params)
    device = open_device(job.device)
    torch.set_num_threads(job.threads)
    prepared = backend(job.backend).prepare(job, settings, device)
    order = Order(len(prepared.train), settings.batch, settings.seed)
    order.skip(prepared.passes)

    def report(row: Epoch, total: int) -> None:
        job.progress(
            phase=row.stage,
            done=row.epoch,
            total=total,
            unit="epoch",
            loss=row.valid_loss,
            force_rmse=row.valid_force_rmse,
            energy_rmse=row.valid_energy_rmse,
        )

    identity = fingerprint(job.params, {name: job.inputs[name] for name in DATA})
    return Training(
        settings=settings,
        learner=prepared.learner,
        train=prepared.train,
        valid=prepared.valid,
        order=order,
        device=device,
        checkpoints=CheckpointStore(job.scratch, identity, device, job.remark),
        report=report,
        stop_requested=job.stop_requested,
    )


def _publish(out: Path, training: Training, progress: Progress) -> None:
    stages, learner = out / "stages", training.learner
    stages.mkdir(exist_ok=True)
    for stage in training.settings.stages:
        learner.model.load_state_dict(progress.selected[stage.name])
        learner.save(stages / f"{stage.name}.model")
    learner.save(out / "model.model")
    write_history(progress.rows, set(progress.selected_epochs.values()), out / "history.parquet")
