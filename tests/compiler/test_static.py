"""The jobs of static properties: what they read, what they cost, and what becomes of them in a campaign."""

from __future__ import annotations

import dataclasses

import pytest
from copper import TEXT, checked, compiled, replaced

from mlipilot.compiler.lower.campaign import on_sealed, run_jobs, seal_job
from mlipilot.compiler.plan import Input, Job, job_keys

RULE = '    require relative_speed(cu.cell(4, 4, 4)) >= 0.5    because "speed is a constraint, not a bonus"'
RULES = """
    require lattice_constant_error(cu) <= 1 % because "strains are measured against it"
    prefer bulk_modulus_error(cu) <= 10 %"""
STATIC = replaced(RULE, RULE + RULES)
SEARCH = "search { fit.forces.lr ~ log_uniform(1e-3, 3e-2) }\npilot { proposer = tpe }\n"
JOB = "static/fit/seed-1/cu"
HARDWARE = {"cpu": "abacus"}


def test_both_metrics_of_a_data_set_are_of_one_job() -> None:
    plan = compiled(STATIC).plan
    assert [job.id for job in plan.jobs if job.kind == "static"] == [JOB]
    job = plan.job(JOB)
    assert job.params == {"source": "emt_supercells", "volumes": 11, "range": 0.06}
    assert {role: (source.job, source.file) for role, source in job.inputs.items()} == {
        "model": ("train/fit/seed-1", "model.model"),
        "cell": ("dataset/cu", "unstrained.xyz"),
    }
    assert (job.operation, job.target, job.on_this_machine) == ("static.mace", "cu", False)
    judged = plan.job("verdict/copper")
    assert judged.inputs["seed-1/cu/static.json"].job == JOB


def test_a_spec_without_the_metrics_has_the_keys_that_it_had() -> None:
    before, after = (job_keys(compiled(text).plan, HARDWARE) for text in (TEXT, STATIC))
    assert {job for job in before.keys() | after.keys() if before.get(job) != after.get(job)} == {JOB, "verdict/copper"}


def test_it_costs_little_and_more_of_a_larger_model() -> None:
    seconds = compiled(STATIC).estimate["seconds"][JOB]
    larger = compiled(replaced("channels     = 8", "channels = 1024", STATIC)).estimate["seconds"][JOB]
    assert 0 < seconds < 5
    assert seconds < larger


def test_a_measurement_again_has_another_key_and_the_seal_measures_too() -> None:
    text = STATIC + SEARCH
    datasets = [job for job in compiled(text).plan.jobs if job.kind == "dataset"]

    def static(repeat: int) -> Job:
        jobs = run_jobs(checked(text), datasets, 9, device="cpu", repeat=repeat)
        return next(job for job in jobs if job.kind == "static")

    assert static(0).params | {"repeat": 1} == static(1).params
    assert dataclasses.replace(static(1), params=static(0).params, repeat=0) == static(0)
    seal = seal_job({"a": run_jobs(on_sealed(checked(text)), datasets, 9, device="cpu")}, "copper")
    (part,) = (part for part in seal.params["parts"] if part["kind"] == "static")
    assert {role: seal.inputs[wire["input"]] for role, wire in part["inputs"].items()} == {
        "model": Input("train/fit/seed-9", "model.model"),
        "cell": Input("dataset/cu", "unstrained.xyz"),
    }


@pytest.mark.parametrize("rule", ["lattice_constant_error(cu) <= 1 %", "bulk_modulus_error(cu) <= 1 %"])
def test_one_metric_is_enough_for_a_job(rule: str) -> None:
    text = replaced(RULE, f'{RULE}\n    require {rule} because "elasticity"')
    assert JOB in {job.id for job in compiled(text).plan.jobs}
