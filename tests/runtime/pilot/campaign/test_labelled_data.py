"""The runs of a campaign share the labels and the data that are made of them."""

from dataclasses import replace
from pathlib import Path

from mlipilot.compiler.compile import check_file, compile_spec
from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.plan import Compiled, job_keys
from mlipilot.runtime.pilot.campaign.jobs import jobs_of, seal_jobs
from mlipilot.runtime.pilot.campaign.measurement import Run
from mlipilot.spec.diagnostics import has_errors

TEXT = """edition "2026"
dataset small : molecules {
    source   = g2(molecules = 20, heavy = 1 .. 3, seed = 1)
    labels   = pyscf(functional = b3lyp, basis = "6-31G(d)")
    split    = by_molecule(valid = 10 %, test = 20 %, sealed = 10 %, seed = 2)
}
model potential : mace { r_max = 4 Å, channels = 8, max_L = 0, correlation = 2, e0 = isolated }
training fit {
    model = potential, data = small, batch = 4, seeds = [1]
    stage main { epochs = 4, lr = 1e-2, loss = weighted(energy = 1, forces = 100) }
}
scorecard holds {
    judges = fit
    require force_rmse(small.test) <= 200 meV/Å because "a try"
    minimize force_rmse(small.test)
}
search { fit.main.lr ~ log_uniform(1e-3, 3e-2) }
budget { trials <= 4, device_time <= 2 h }
pilot  { proposer = tpe, controls = [random], replicates = 2 }
"""


def test_the_runs_of_a_campaign_share_what_was_labelled(tmp_path: Path) -> None:
    path = tmp_path / "small.mlp"
    path.write_text(TEXT)
    spec, diagnostics = check_file(path)
    assert spec is not None and not has_errors(diagnostics), diagnostics
    compiled = compile_spec(spec)
    assert isinstance(compiled, Compiled), compiled
    plan = compiled.plan
    labels = [job.id for job in with_role(plan.jobs, Role.LABELS)]
    assert labels == [f"label/small/{name}" for name in ("atoms", *range(1, 11))]
    assert [job.id for job in with_role(plan.jobs, Role.DATA)] == ["dataset/small"]
    assert None not in job_keys(plan).values()

    run = Run((), 1, purpose="calibration", spec=spec)
    jobs = jobs_of(plan, run, spec)
    keys, known = job_keys(replace(plan, jobs=tuple(jobs))), job_keys(plan)
    assert [job.id for job in jobs][: len(labels) + 1] == [*labels, "dataset/small"]
    assert all(keys[name] == known[name] for name in (*labels, "dataset/small"))
    sealed = seal_jobs(plan, [(run, spec)])
    assert [job.id for job in sealed][: len(labels) + 1] == [*labels, "dataset/small"]
    assert {source.file for source in sealed[-1].inputs.values()} >= {"sealed.xyz"}
