"""The seal job: the only one that reads a sealed split. It measures and judges the models of a campaign's close.

Its parts are the jobs that would measure on the test split, run here one after the other, so that no result on the
sealed split exists anywhere but in this one's. What was measured stays beside the verdicts: they can be made again.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from mlipilot.compiler.operations import Role, role_of
from mlipilot.compiler.operations.seal import SealPart
from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.runtime.foundation.job_context import JobContext
from mlipilot.runtime.judgement.sealed import NotJudged, write_sealed
from mlipilot.runtime.judgement.verdict import Verdict, load_verdict
from mlipilot.runtime.operations import operation
from mlipilot.runtime.operations.operation import Operation


class _Seal(Operation):
    def run(self, job: JobContext) -> None:
        """Write `sealed.json`, and the results of its parts."""
        run(job)


def run(job: JobContext) -> None:
    """Write `sealed.json`, by the key of each run its verdict, or the failure of what that needed; and the results of
    the other parts, each in a folder of its own.
    """
    parts = [SealPart.read(part) for part in job.params["parts"]]
    done: dict[int, Path] = {}
    failed: dict[int, JobFailure] = {}
    verdicts: dict[str, Verdict | NotJudged] = {}
    work = job.scratch / "parts"
    shutil.rmtree(work, ignore_errors=True)
    for number, part in enumerate(parts):
        is_verdict = role_of(part.kind) is Role.VERDICT
        sources = {wiring["part"] for wiring in part.inputs.values() if "part" in wiring}
        lost = next((failed[source] for source in sources if source in failed), None)
        if lost is None:
            scratch = work / str(number)
            scratch.mkdir(parents=True)
            folder = scratch if is_verdict else job.out / part.folder
            folder.mkdir(parents=True, exist_ok=True)
            inputs = {
                role: done[wiring["part"]] / wiring["file"] if "part" in wiring else job.inputs[wiring["input"]]
                for role, wiring in part.inputs.items()
            }
            inner = replace(job, params=part.params, inputs=inputs, out=folder, scratch=scratch, progress_file=None)
            try:
                operation(part.kind).run(inner)
                done[number] = folder
            except JobFailure as failure:
                shutil.rmtree(folder)
                lost = failure
        if lost is not None:
            failed[number] = lost
        if is_verdict:
            verdicts[part.design] = _verdict(done[number]) if lost is None else NotJudged(lost.code, lost.message)
        job.progress(phase="sealed", done=number + 1, total=len(parts), unit="part")
    write_sealed(job.out, verdicts)
    shutil.rmtree(work, ignore_errors=True)
    job.progress(result=f"{len(verdicts)} models judged on sealed data")


def _verdict(folder: Path) -> Verdict:
    verdict = load_verdict(folder)
    assert verdict is not None
    return verdict


OPERATION = _Seal()
