"""Lowering of a spec with a pilot: the baseline's jobs, those of a run of a trial, and the one that opens the seal."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from copper import TEXT, checked, compiled, replaced

from mlipilot.compiler.compile import check_source, compile_spec
from mlipilot.compiler.lower.campaign import on_sealed, renamed, run_jobs, seal_job
from mlipilot.compiler.plan import Compiled, Input, Job, Plan, job_keys
from mlipilot.compiler.plan_file import read_plan, write_plan
from mlipilot.spec.document import Spec
from mlipilot.spec.source import SourceFile

HARDWARE = {"cpu": "abacus"}
SEARCH = "search { fit.forces.lr ~ log_uniform(1e-3, 3e-2) }\n"
PILOT = "pilot { proposer = tpe }\n"
CAMPAIGN = TEXT + SEARCH + PILOT


def plan(text: str = CAMPAIGN) -> Plan:
    return compiled(text).plan


def keys(text: str = CAMPAIGN) -> dict[str, str | None]:
    return job_keys(plan(text), HARDWARE)


def run(seed: int = 9, text: str = CAMPAIGN, spec: Spec | None = None, **options: object) -> list[Job]:
    """The jobs of a run of a trial."""
    datasets = [job for job in plan(text).jobs if job.kind == "dataset"]
    return run_jobs(spec or checked(text), datasets, seed, device="cpu", **options)  # type: ignore[arg-type]


def keys_of(jobs: Sequence[Job]) -> dict[str, str | None]:
    return job_keys(dataclasses.replace(plan(), jobs=tuple(jobs)), HARDWARE)


def by_kind(jobs: Sequence[Job], kind: str) -> list[Job]:
    return [job for job in jobs if job.kind == kind]


def files_read(job: Job) -> set[str]:
    return {source.file for source in job.inputs.values()}


@pytest.mark.parametrize(
    ("own", "expected"),
    [("[1]", [1, 2, 3, 4, 5]), ("[7, 3]", [7, 3, 8, 9, 10]), ("[1, 2, 3, 4, 5, 6]", [1, 2, 3, 4, 5, 6])],
)
def test_the_baseline_is_run_under_its_own_seeds_filled_up_to_five(own: str, expected: list[int]) -> None:
    jobs = plan(replaced("seeds = [1]", f"seeds = {own}", CAMPAIGN)).jobs
    assert [job.params["seed"] for job in by_kind(jobs, "train")] == expected
    whole = [job for job in by_kind(jobs, "verdict") if "repeat" not in job.id]
    assert [job.params["seeds"] for job in whole] == [[seed] for seed in expected]


def test_the_model_of_the_first_seed_is_measured_twice_more() -> None:
    found, jobs = keys(), {job.id: job for job in plan().jobs}
    once = [job for job in jobs if "/seed-1" in job and "repeat" not in job and not job.startswith("train")]
    for number in (1, 2):
        again = [job for job in jobs if job.endswith(f"/repeat-{number}")]
        assert again == [f"{job}/repeat-{number}" for job in once]
        assert not {found[job] for job in again} & {found[job.rpartition("/repeat")[0]] for job in again}
        verdict = jobs[f"verdict/copper/seed-1/repeat-{number}"]
        assert {source.job for role, source in verdict.inputs.items() if "predictions" in role} == {
            job for job in again if job.startswith("evaluate")
        }
    drawn = [jobs[f"dynamics/hot/seed-1{suffix}"].params["seed"] for suffix in ("", "/repeat-1", "/repeat-2")]
    assert len(set(drawn)) == 3


def test_ids_are_unique_and_inputs_are_results_of_earlier_jobs() -> None:
    seen: set[str] = set()
    for job in plan().jobs:
        assert job.id not in seen
        assert {source.job for source in job.inputs.values()} <= seen
        seen.add(job.id)


def test_a_campaign_reuses_what_a_plain_execution_has_made() -> None:
    plain = job_keys(compiled(TEXT).plan, HARDWARE)
    assert set(plain.values()) <= set(keys().values())


def test_keys_do_not_depend_on_how_a_campaign_is_decided() -> None:
    other = """pilot {
    proposer      = llm("a model")
    controls      = [tpe, default]
    replicates    = 5
    confirm_seeds = 7
    alpha         = 0.1
    detect        = 3
    ablate        = false
    seed          = 4
}
"""
    assert keys(CAMPAIGN.replace(PILOT, other)) == keys()
    assert keys(CAMPAIGN.replace("log_uniform(1e-3, 3e-2)", "choice(1e-2, 2e-2)")) == keys()
    assert keys(replaced("trials <= 12", "trials <= 99", CAMPAIGN)) == keys()


def test_a_plan_without_a_pilot_says_nothing_of_campaigns(tmp_path: Path) -> None:
    found = compiled(TEXT)
    text = write_plan(found, tmp_path)
    assert "campaign" not in json.loads(text)["plan"]
    assert "campaign" not in json.loads(text)["estimate"]
    # The fields that its hash was over before there were campaigns.
    assert set(found.plan.document()) == {
        *("name", "question", "spec", "scorecard", "packages", "budget", "engine", "jobs"),
    }
    searched = compiled(TEXT + SEARCH).plan
    assert searched.jobs == found.plan.jobs
    assert searched.campaign is None


def test_a_plan_with_a_campaign_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = compiled(CAMPAIGN)
    path = tmp_path / "copper.plan.json"
    text = write_plan(found, tmp_path)
    read = read_plan(text, path)
    assert isinstance(read, Compiled)
    assert read.plan.hash == found.plan.hash
    assert read.plan.campaign == found.plan.campaign
    assert read.estimate["campaign"] == found.estimate["campaign"]
    for wrong in ({}, {"run": 1}, [], None, {**found.estimate["campaign"], "run": float("inf")}):
        document = json.loads(text)
        document["estimate"]["campaign"] = wrong
        assert not isinstance(read_plan(json.dumps(document), path), Compiled)


def test_the_template_is_one_run_of_the_baseline() -> None:
    baseline = plan()
    assert baseline.campaign is not None
    assert [baseline.jobs[place].id for place in baseline.campaign["template"]] == [
        "train/fit/seed-1",
        "evaluate/fit/seed-1/cu.valid",
        "evaluate/fit/seed-1/cu.test",
        "dynamics/warm/seed-1",
        "dynamics/hot/seed-1",
        "speed/fit/seed-1/cu.cell-4-4-4",
        "verdict/copper/seed-1",
    ]


def test_a_seed_whose_number_begins_another_s_is_not_taken_for_it() -> None:
    jobs = plan(replaced("seeds = [1]", "seeds = [1, 10, 11]", CAMPAIGN))
    assert jobs.campaign is not None
    assert len(jobs.campaign["template"]) == 7


def test_a_run_of_a_trial_is_the_baseline_s_where_nothing_is_edited() -> None:
    assert set(keys_of(run(seed=2)).values()) <= set(keys().values())


@pytest.mark.parametrize(("share", "epochs"), [("1", [26, 14]), ("1/2", [13, 7]), ("1/3", [9, 5]), ("1/100", [1, 1])])
def test_a_share_of_fidelity_shortens_every_stage_and_nothing_else(share: str, epochs: list[int]) -> None:
    whole, shortened = run(), run(fidelity=Fraction(share))
    assert [stage["epochs"] for stage in by_kind(shortened, "train")[0].params["stages"]] == epochs
    assert [job.id for job in shortened] == [job.id for job in whole]
    assert [job.params for job in shortened if job.kind != "train"] == [
        job.params for job in whole if job.kind != "train"
    ]


def test_a_training_that_is_not_judged_is_left_out_with_its_runs() -> None:
    idle = """training idle { model = potential, data = cu, stage main { epochs = 2 } }
dynamics aside : nve { potential = idle, start = cu.test, temperature = 300 K, timestep = 2 fs, duration = 1 ps }
"""
    found = check_source(SourceFile("copper.mlp", CAMPAIGN + idle))
    assert found.spec is not None
    assert [d.code for d in found.diagnostics] == ["MLP0429"]
    both = compile_spec(found.spec)
    assert isinstance(both, Compiled)
    assert both.plan.jobs == plan().jobs
    trial = run_jobs(found.spec, by_kind(both.plan.jobs, "dataset"), 9, device="cpu")
    assert [job.id for job in trial] == [job.id for job in run()]


def test_no_job_but_the_seal_reads_the_sealed_split() -> None:
    spec = checked(CAMPAIGN)
    for job in (*plan().jobs, *run(), *run(fidelity=Fraction(1, 2)), *run(repeat=1)):
        assert not any("sealed" in file for file in files_read(job)), job.id
        assert job.params.get("split") != "sealed"
    jobs = run(spec=on_sealed(spec))
    seal = seal_job({"a": jobs}, "copper")
    assert "sealed.xyz" in files_read(seal)
    assert "test.xyz" not in files_read(seal)
    outside = {source.job for source in seal.inputs.values()}
    assert outside == {"dataset/cu", "train/fit/seed-9"}
    assert not any("sealed" in file for job in jobs if job.id in outside for file in files_read(job))


def test_what_trains_a_model_for_the_seal_is_what_was_trained_before() -> None:
    spec = checked(CAMPAIGN)
    assert keys_of(run())["train/fit/seed-9"] == keys_of(run(spec=on_sealed(spec)))["train/fit/seed-9"]


def test_the_seal_moves_atoms_from_sealed_frames_and_judges_by_them() -> None:
    seal = seal_job({"a": run(spec=on_sealed(checked(CAMPAIGN)))}, "copper")
    parts = seal.params["parts"]
    starts = [part["inputs"]["start"]["input"] for part in parts if part["kind"] == "dynamics"]
    assert [seal.inputs[role] for role in starts] == [Input("dataset/cu", "sealed.xyz")] * 2
    for place, part in enumerate(parts):
        wires = [wire for wire in part["inputs"].values() if "part" in wire]
        assert all(wire["part"] < place and parts[wire["part"]]["kind"] != "verdict" for wire in wires)
        assert bool(wires) == (part["kind"] == "verdict")


def test_the_key_of_a_seal_does_not_depend_on_what_jobs_are_called() -> None:
    spec = on_sealed(checked(CAMPAIGN))

    def sealed(name: Callable[[Job], str]) -> tuple[Job, str | None]:
        designs = {f"{seed}": renamed(run(seed, spec=spec), name) for seed in (9, 10)}
        before = {job.id: job for jobs in designs.values() for job in jobs if job.kind in ("dataset", "train")}
        seal = seal_job(designs, "copper")
        made = dataclasses.replace(plan(), jobs=(*before.values(), seal))
        return seal, job_keys(made, {"any": "machine"})[seal.id]

    def word(job: Job) -> str:
        return hashlib.sha256(f"{job.id}{job.seed}".encode()).hexdigest()

    (ours, key), (other, again) = sealed(lambda job: job.id), sealed(word)
    assert ours.inputs != other.inputs
    assert ours.params == other.params
    assert key == again is not None


def test_where_nothing_is_sealed_a_plan_says_so() -> None:
    without = replaced("train = 8, valid = 2, test = 3, sealed = 1", "train = 8, valid = 3, test = 3", CAMPAIGN)
    assert plan().campaign["seals"]  # type: ignore[index]
    assert not plan(without).campaign["seals"]  # type: ignore[index]
