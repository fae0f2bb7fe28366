"""Judges the models of every seed by the scorecard, and picks the one that is handed out."""

from __future__ import annotations

import json
import math

import numpy as np

from mlipilot.compiler.operations.evaluate import predictions
from mlipilot.compiler.operations.verdict import VerdictInput
from mlipilot.runtime.judgement import judge_seed, overall
from mlipilot.runtime.operations import measure
from mlipilot.runtime.operations.context import JobContext
from mlipilot.runtime.operations.operation import Operation


class _Verdict(Operation):
    def run(self, job: JobContext) -> None:
        """Write the verdict."""
        run(job)


def run(job: JobContext) -> None:
    """Write `verdict.json`."""
    params = job.params
    seeds = {}
    for number, seed in enumerate(params["seeds"], 1):
        seeds[str(seed)] = judge_seed(params, job.inputs, seed, measure)
        job.progress(phase="judging", done=number, total=len(params["seeds"]), unit="seed")
    document = {
        "scorecard": params["scorecard"],
        "hash": params["hash"],
        "confidence": params["confidence"],
        "verdict": overall([seed["verdict"] for seed in seeds.values()]),
        "selected_seed": _selected(
            job, [seed for seed in params["seeds"] if seeds[str(seed)]["verdict"] == "accepted"]
        ),
        "seeds": seeds,
    }
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    (job.out / "verdict.json").write_text(text + "\n", encoding="utf-8")
    job.progress(result=document["verdict"])


def _selected(job: JobContext, passing: list[int]) -> int | None:
    """The passing seed with the smallest force error on the valid split, which no constraint has seen."""
    errors = {seed: _valid_error(job, seed) for seed in passing}
    known = {seed: error for seed, error in errors.items() if math.isfinite(error)}
    return min(known, key=lambda seed: (known[seed], seed)) if known else None


def _valid_error(job: JobContext, seed: int) -> float:
    """RMSE of the force components on the valid split, in eV/Å."""
    role = VerdictInput(seed, job.params["valid"], predictions(job.params["final"])).role
    with np.load(job.inputs[role]) as data:
        return float(np.sqrt(np.mean((data["forces_pred"] - data["forces_ref"]) ** 2)))


OPERATION = _Verdict()
