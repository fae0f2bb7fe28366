"""The model that a campaign hands out: of its best design, the closing run that is best on the valid split."""

from __future__ import annotations

import math
from pathlib import Path

from mlipilot.compiler.operations import Role
from mlipilot.runtime.foundation.atomic_files import read_json
from mlipilot.runtime.judgement.selection import best_on_valid
from mlipilot.runtime.pilot.campaign.judging import outcome
from mlipilot.runtime.pilot.campaign.sealing import SEAL
from mlipilot.runtime.pilot.outcome.result import Result
from mlipilot.runtime.pilot.outcome.sample import Sample
from mlipilot.runtime.record import Run, Workspace, read_journal
from mlipilot.runtime.record.about import about_jobs

MODEL = "model.model"


def accepted_model(workspace: Workspace, run: Run, result: Result) -> Path | None:
    """Where it is; None where no design passed the scorecard in the end, or the store has it no more."""
    best = result.best
    if best is None or best.final is None or best.final.place is None:
        return None
    if best.final.verdict(result.rules) != "accepted":
        return None
    purpose = f"design-{best.final.place}"
    passing = [s for s in result.closing if s.purpose == purpose and _passes(result, s)]
    trained = {
        (about.purpose, about.seed): about.key
        for about, _ in about_jobs(read_journal(run.journal).entries)
        if about.lane == SEAL and about.role is Role.TRAINING
    }
    models: dict[int, Path] = {}
    errors: dict[int, float] = {}
    for sample in passing:
        key = trained.get((purpose, sample.seed), "")
        folder = workspace.store.entry(key).result if key else None
        if folder is not None and (folder / MODEL).is_file():
            models[sample.seed], errors[sample.seed] = folder / MODEL, _valid_error(folder)
    if not models:
        return None
    chosen = best_on_valid(errors)
    # Each of them passed: where no error is recorded, any will do.
    return models[min(models) if chosen is None else chosen].absolute()


def _passes(result: Result, sample: Sample) -> bool:
    run = sample.measurement
    return run.failure is None and all(
        outcome(rule, run.figures[place]) == "pass" for place, rule in enumerate(result.rules) if rule.is_required
    )


def _valid_error(folder: Path) -> float:
    """RMSE of the force components on the valid split of the epoch that was chosen, in eV/Å."""
    stages = (read_json(folder / "training.json") or {}).get("stages") or [{}]
    error = stages[-1].get("best_valid_force_rmse")
    return float(error) if isinstance(error, (int, float)) else math.inf


def hand_out(workspace: Workspace, run: Run, result: Result) -> Path | None:
    """The link to the model of the best design, made anew; None where no design passes, or its model is not here."""
    model = accepted_model(workspace, run, result)
    return None if model is None else run.hand_out(model)
