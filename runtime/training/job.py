"""A whole training: labelled frames in, a MACE model, its stages and its history out.

It joins the parts; what they do is in `mlipilot.runtime.backends.mace` and beside it here.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from mace.tools import set_default_dtype, set_seeds

from mlipilot.compiler.operations.train import TrainParameters
from mlipilot.runtime.backends.mace.frames import check_elements, read_split
from mlipilot.runtime.backends.mace.graphs import build_graphs, collate
from mlipilot.runtime.backends.mace.memory import keep_freed_memory
from mlipilot.runtime.backends.mace.model import build_model, save_model
from mlipilot.runtime.backends.mace.normalisation import Normalisation, normalise
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
    training, normalisation = prepare(job)
    progress = training.run()
    settings, model = training.settings, training.model
    _publish(job.out, model, settings, progress)
    summary = summarise(settings, normalisation, model, progress, device=training.device, threads=job.threads)
    text = json.dumps(summary, indent=2, allow_nan=False) + "\n"
    write_durably(job.out / "training.json", lambda stream: stream.write(text.encode()))
    chosen = progress.rows[progress.selected_epochs[settings.stages[-1].name] - 1]
    job.progress(
        result=f"chosen: epoch {chosen.epoch} of {len(progress.rows)}, validation loss "
        f"{with_unit('loss', chosen.valid_loss)}, {with_unit('force_rmse', chosen.valid_force_rmse)}, "
        f"{with_unit('energy_rmse', chosen.valid_energy_rmse)}"
    )


def prepare(job: JobContext) -> tuple[Training, Normalisation]:
    """Everything up to the first step: frames, graphs, model; global generators seeded, the default dtype set.

    Raises `JobFailure` (MLP0811 to MLP0814, MLP0817).
    """
    settings = TrainParameters.read(job.params)
    device = open_device(job.device)
    torch.set_num_threads(job.threads)
    keep_freed_memory()
    # The order of seeding, graphs, model and shuffle is stock MACE's: the same seed gives the same training.
    set_seeds(settings.seed)
    set_default_dtype(settings.model.precision)
    job.progress(phase="data", done=0, total=settings.epochs, unit="epoch")

    train = read_split("train", job.inputs["train"], needs_stress=settings.needs_stress)
    valid = read_split("valid", job.inputs["valid"], needs_stress=settings.needs_stress)
    check_elements(train, valid)
    train_graphs = build_graphs(train, train.elements, settings.model.r_max)
    valid_graphs = build_graphs(valid, train.elements, settings.model.r_max)
    normalisation = normalise(train, train_graphs, settings.model.e0, settings.model.scaling)
    order = Order(len(train_graphs), settings.batch, settings.seed)
    # Stock MACE takes its statistics from the shuffled loader, one pass each, before the first epoch.
    order.skip(1 if settings.model.scaling == "none" else 2)
    model = build_model(settings.model, normalisation).to(device)

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
    width = settings.valid_batch
    training = Training(
        settings=settings,
        model=model,
        train=train_graphs,
        valid=[collate(valid_graphs[i : i + width]).to(device) for i in range(0, len(valid_graphs), width)],
        order=order,
        device=device,
        checkpoints=CheckpointStore(job.scratch, identity, device, job.remark),
        report=report,
        stop_requested=job.stop_requested,
    )
    return training, normalisation


def _publish(out: Path, model: torch.nn.Module, settings: TrainParameters, progress: Progress) -> None:
    stages = out / "stages"
    stages.mkdir(exist_ok=True)
    for stage in settings.stages:
        model.load_state_dict(progress.selected[stage.name])
        save_model(model, stages / f"{stage.name}.model")
    save_model(model, out / "model.model")
    write_history(progress.rows, set(progress.selected_epochs.values()), out / "history.parquet")
