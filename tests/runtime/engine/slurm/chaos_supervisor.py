"""Executes short jobs on a Slurm until all are done: `chaos_supervisor.py FOLDER JOBS SECONDS`; it may be killed."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1]))

from cluster_project import DATASET
from slurm_engines import interpreter

from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.execution import execute
from mlipilot.runtime.record import Workspace

ENGINE = "interval = 0.5 s, grace = 8 s, checkpoint = 2 s, workers = 40"


BRIEFLY = """
sys.modules['mlipilot.runtime.operations.dataset'] = module
def briefly(context):
    time.sleep(context.params['seconds'])
    (context.out / 'made').write_text(str(context.params['number']))
"""
"""Has the job of a data set do what its parameters say, for as long as they say."""


def compiled_in(folder: Path, jobs: int, each: float) -> Compiled:
    """A plan of jobs that take so many seconds each, half more or less."""
    spec = folder / "chaos.mlp"
    if not spec.exists():
        data = DATASET.format(name="cu", seed=1, equilibration="100 fs")
        python = interpreter(folder, BRIEFLY)
        spec.write_text(f'edition "2026"\n\nengine c : slurm {{ {ENGINE}, python = "{python}" }}\n\n{data}')
    compiled, found = compile_file(spec)
    assert compiled is not None, found
    (job,) = compiled.plan.jobs
    made = tuple(
        replace(job, id=f"job-{n}", params={"script": "briefly", "number": n, "seconds": each * (0.5 + n % 5 / 4)})
        for n in range(jobs)
    )
    seconds = {job.id: each for job in made}
    return compiled._replace(plan=replace(compiled.plan, jobs=made), estimate={**compiled.estimate, "seconds": seconds})


def main(folder: Path, jobs: int, each: float) -> int:
    """0 once all jobs have a result."""
    compiled = compiled_in(folder, jobs, each)
    while True:
        outcome = execute(compiled, Workspace(folder / "work"))
        if outcome.jobs and outcome.is_complete:
            return 0
        for diagnostic in outcome.diagnostics:
            print(diagnostic, file=sys.stderr, flush=True)
        if outcome.interrupted:
            return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
