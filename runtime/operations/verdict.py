"""Judges the models of every seed by the scorecard, and picks the one that is handed out."""

from __future__ import annotations

import numpy as np

from mlipilot.compiler.operations.evaluate import predictions
from mlipilot.compiler.operations.verdict import VerdictInput
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.judgement.number import Number
from mlipilot.runtime.judgement.scorecard import judge_seed, overall
from mlipilot.runtime.judgement.selection import best_on_valid
from mlipilot.runtime.judgement.verdict import Verdict, write_verdict
from mlipilot.runtime.operations import measure
from mlipilot.runtime.operations.operation import Operation


class _Verdict(Operation):
    def run(self, job: JobContext) -> None:
        """Write the verdict."""
        run(job)


def run(job: JobContext) -> None:
    """Write `verdict.json`."""
    params = job.params
    judged = {}
    for number, seed in enumerate(params["seeds"], 1):
        judged[seed] = judge_seed(params, job.inputs, seed, measure)
        job.progress(phase="judging", done=number, total=len(params["seeds"]), unit="seed")
    passing = [seed for seed, found in judged.items() if found.outcome == "accepted"]
    verdict = Verdict(
        scorecard=params["scorecard"],
        hash=params["hash"],
        confidence=Number.of(params["confidence"]),
        outcome=overall([found.outcome for found in judged.values()]),
        selected_seed=best_on_valid({seed: _valid_error(job, seed) for seed in passing}),
        seeds={str(seed): found for seed, found in judged.items()},
    )
    write_verdict(job.out, verdict)
    job.progress(result=verdict.outcome)


def _valid_error(job: JobContext, seed: int) -> float:
    """RMSE of the force components on the valid split, in eV/Å."""
    role = VerdictInput(seed, job.params["valid"], predictions(job.params["final"])).role
    with np.load(job.inputs[role]) as data:
        return float(np.sqrt(np.mean((data["forces_pred"] - data["forces_ref"]) ** 2)))


OPERATION = _Verdict()
