"""The evaluate job: what each model predicts for a labelled split, beside the labels.

It keeps every prediction, not averages, so that errors, their bounds and later questions are all computed from one
record without the model.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from ase import Atoms

from mlipilot.compiler.operations.evaluate import model_role, predictions
from mlipilot.runtime.backends import backend
from mlipilot.runtime.datasets.frames import read_frames, trajectory_of
from mlipilot.runtime.datasets.labels import has_label, has_volume, label_of, require_labels
from mlipilot.runtime.foundation.device import use_threads
from mlipilot.runtime.foundation.failures import JobFailure, Stopped
from mlipilot.runtime.foundation.figures import with_unit
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.judgement.accuracy import measure_errors
from mlipilot.runtime.judgement.constant import constant_for_each_element
from mlipilot.runtime.judgement.errors import ERRORS, Table
from mlipilot.runtime.judgement.measured import Measured
from mlipilot.runtime.operations.operation import Measuring
from mlipilot.spec.schema import Metric
from mlipilot.spec.schema.labels import ENERGY, FORCES, STRESS

if TYPE_CHECKING:
    from mlipilot.runtime.backends.protocol import Prediction
    from mlipilot.runtime.report.section import Page, Result, Section

REPORT_SECONDS = 1.0
_NO_STRESS = np.full(6, np.nan)


class _Evaluate(Measuring):
    def run(self, job: JobContext) -> None:
        """Write the predictions of each model."""
        run(job)

    def measure(
        self, metric: Metric, files: Mapping[str, Path], arguments: Mapping[str, str], stage: str, confidence: float
    ) -> Measured:
        """An error of the predictions."""
        quantity, statistic = metric.kernel
        with np.load(files[predictions(stage)]) as data:
            arrays = {name: data[name] for name in data.files}
        return measure_errors(ERRORS[quantity](arrays, arguments), statistic, confidence)

    def section(self, results: Sequence[Result], page: Page) -> Section | None:
        """Predictions against labels, a part for each split."""
        from mlipilot.runtime.report.breakdown import COLUMNS
        from mlipilot.runtime.report.parity import read_parity
        from mlipilot.runtime.report.section import Section

        found = read_parity(results, page)
        return (
            Section("parity", "Predictions", "parity.html", {"splits": found, "error_columns": COLUMNS})
            if found
            else None
        )


def run(job: JobContext) -> None:
    """Write predictions-<label>.npz for each model (input `model:<label>`) over the frames of input `data`.

    Arrays, for F frames of A atoms in all: energy_ref, energy_pred (F,) eV, total; atoms (F,); group (F,), an index
    into groups, the trajectories' names; temperature (F,) K, NaN where unknown; forces_ref, forces_pred (A, 3) eV/Å;
    numbers, frame (A,); and where any frame that is periodic and has a volume has the label stress_ref, stress_pred
    (F, 6) eV/Å^3, Voigt, with rows of NaN for labels that are not there and for frames that cannot have a stress.
    errors.json holds simple means for the log. MLP0811 for a label that is missing, MLP0815 for a prediction that
    is not finite.
    """
    use_threads(job.threads)
    frames = read_frames(job.inputs["data"])
    if not frames:
        raise JobFailure("MLP0814", f"the split {job.params['split']} has no frames to evaluate on")
    reference = reference_table(frames)
    stress = "stress_ref" in reference
    errors: dict[str, dict[str, float]] = {}
    labels = [str(label) for label in job.params["models"]]
    done, total, reported = 0, len(labels) * len(frames), time.monotonic()
    for label in labels:
        potential = backend(job.backend).load(job.inputs[model_role(label)], job.device)
        found = []
        for prediction in potential.evaluate(frames, stress=stress):
            found.append(prediction)
            done += 1
            if job.stop_requested():
                raise Stopped
            if time.monotonic() - reported >= REPORT_SECONDS:
                reported = time.monotonic()
                job.progress(phase="evaluate", done=done, total=total, unit="frame", note=label)
        table = reference | predicted_table(found, label, stress=stress)
        np.savez(job.out / predictions(label), **table)  # type: ignore[arg-type]
        errors[label] = mean_errors(table)
        job.progress(phase="evaluate", done=done, total=total, unit="frame", note=label, **errors[label])
    text = json.dumps(errors, indent=2, allow_nan=False)
    (job.out / "errors.json").write_text(text + "\n", encoding="utf-8")
    least = mean_errors(constant_for_each_element(table))
    shown = [
        ", ".join(with_unit(name, one[name]) for name in ("force_rmse", "energy_rmse"))
        for one in (errors[labels[-1]], least)
    ]
    where = f"{len(frames)} {job.params['split']} frames"
    job.progress(result=f"RMSE {shown[0]} on {where}; constants fitted to these frames: {shown[1]}")


def reference_table(frames: Sequence[Atoms]) -> Table:
    """The labels of `frames` and what places them, under the names of `run`."""
    for number, frame in enumerate(frames):
        require_labels(f"frame {number}", frame)
    names = [trajectory_of(frame, default=f"frame-{number}") for number, frame in enumerate(frames)]
    groups = list(dict.fromkeys(names))
    place = {name: number for number, name in enumerate(groups)}
    sizes = [len(frame) for frame in frames]
    table: Table = {
        "energy_ref": np.array([float(label_of(frame, ENERGY)) for frame in frames]),
        "atoms": np.array(sizes, dtype=np.int64),
        "group": np.array([place[name] for name in names], dtype=np.int64),
        "groups": np.array(groups, dtype=np.str_),
        "temperature": np.array([float(frame.info.get("temperature", np.nan)) for frame in frames]),
        "forces_ref": np.concatenate([label_of(frame, FORCES) for frame in frames]),
        "numbers": np.concatenate([frame.numbers for frame in frames]).astype(np.int64),
        "frame": np.repeat(np.arange(len(frames), dtype=np.int64), sizes),
    }
    stressed = [has_label(frame, STRESS) and has_volume(frame) for frame in frames]
    if any(stressed):
        table["stress_ref"] = np.array(
            [label_of(frame, STRESS) if has else _NO_STRESS for frame, has in zip(frames, stressed, strict=True)]
        )
    return table


def predicted_table(predictions: Sequence[Prediction], label: str, *, stress: bool) -> Table:
    """The predictions under the names of `run`; MLP0815 naming the first frame with a value that is not finite."""
    table: Table = {
        "energy_pred": np.array([prediction.energy for prediction in predictions]),
        "forces_pred": np.concatenate([prediction.forces for prediction in predictions]),
    }
    if stress:
        stresses = [_NO_STRESS if prediction.stress is None else prediction.stress for prediction in predictions]
        table["stress_pred"] = np.array(stresses, dtype=np.float64)
    for number, prediction in enumerate(predictions):
        finite = np.isfinite(prediction.energy) and np.isfinite(prediction.forces).all()
        if prediction.stress is not None:
            finite = finite and np.isfinite(prediction.stress).all()
        if not finite:
            raise JobFailure("MLP0815", f"model {label}: the prediction for frame {number} is not finite")
    return table


def mean_errors(table: Table) -> dict[str, float]:
    """MAE and RMSE of the energy per atom (eV/atom) and of the force components (eV/Å)."""
    energy = (table["energy_pred"] - table["energy_ref"]) / table["atoms"]
    force = table["forces_pred"] - table["forces_ref"]
    return {
        "energy_mae": float(np.mean(np.abs(energy))),
        "energy_rmse": float(np.sqrt(np.mean(np.square(energy)))),
        "force_mae": float(np.mean(np.abs(force))),
        "force_rmse": float(np.sqrt(np.mean(np.square(force)))),
    }


OPERATION = _Evaluate()
