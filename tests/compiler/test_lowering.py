"""Lowering: which jobs a spec becomes, with which parameters, and what their keys depend on."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import pytest
from clusters import write_splits
from copper import TEXT, checked, compiled, replaced

from mlipilot.compiler.compile import compile_spec
from mlipilot.compiler.plan import Compiled, Plan, job_keys

HARDWARE = {"cpu": "abacus"}


def keys(text: str = TEXT, name: str = "copper.mlp") -> dict[str, str | None]:
    """Keys of all jobs on a known machine."""
    return job_keys(compiled(text, name).plan, HARDWARE)


def changed(old: str, new: str) -> set[str]:
    """Ids of the jobs whose key another text changes, new ones too."""
    before, after = keys(), keys(replaced(old, new))
    return {job for job in before.keys() | after.keys() if before.get(job) != after.get(job)}


ALL = set(keys())
TRAINED = ALL - {"dataset/cu"}


def test_the_copper_example_becomes_these_jobs() -> None:
    assert [job.id for job in compiled().plan.jobs] == [
        "dataset/cu",
        "train/fit/seed-1",
        "evaluate/fit/seed-1/cu.valid",
        "evaluate/fit/seed-1/cu.test",
        "dynamics/warm/seed-1",
        "dynamics/hot/seed-1",
        "speed/fit/seed-1/cu.cell-4-4-4",
        "verdict/copper",
    ]


def test_each_seed_is_trained_measured_and_judged() -> None:
    plan = compiled(replaced("seeds = [1]", "seeds = [1, 5]")).plan
    per_seed = [job for job in plan.jobs if "/seed-" in job.id]
    assert len(per_seed) == 2 * 6
    assert {int(job.id.split("seed-")[1].split("/")[0]) for job in per_seed} == {1, 5}
    judged = plan.job("verdict/copper")
    assert {role.split("/")[0] for role in judged.inputs} == {"seed-1", "seed-5"}
    assert judged.params["seeds"] == [1, 5]


def test_every_input_is_a_result_of_an_earlier_job() -> None:
    seen: set[str] = set()
    for job in compiled().plan.jobs:
        assert {source.job for source in job.inputs.values()} <= seen
        seen.add(job.id)


def test_no_job_reads_the_sealed_split() -> None:
    for job in compiled().plan.jobs:
        assert "sealed" not in str([source.file for source in job.inputs.values()])
        assert job.params.get("split") != "sealed"


def test_numbers_are_floats_in_the_units_of_the_runtime() -> None:
    plan = compiled().plan
    data, train = plan.job("dataset/cu").params, plan.job("train/fit/seed-1").params
    assert data["lattice"] == 3.59
    assert data["strain"] == [-0.04, 0.04]
    assert data["temperatures"] == [300.0, 700.0, 1200.0]
    assert (data["timestep"], data["equilibration"], data["spacing"]) == (5.0, 1000.0, 100.0)
    assert data["split"] == {"train": 8, "valid": 2, "test": 3, "sealed": 1}
    assert train["model"]["r_max"] == 4.5
    assert train["stages"][0]["loss"] == {"kind": "weighted", "energy": 1.0, "forces": 100.0, "stress": 0.0}
    assert train["stages"][0]["scheduler"] == {"kind": "plateau", "factor": 0.8, "patience": 50}
    hot = plan.job("dynamics/hot/seed-1").params
    assert (hot["timestep"], hot["steps"], hot["every"]) == (2.0, 500, 10)
    assert hot["thermostat"] == {"kind": "langevin", "relaxation": 100.0}
    assert plan.job("dynamics/warm/seed-1").params["thermostat"] is None
    bounds = [constraint["threshold"] for constraint in plan.job("verdict/copper").params["constraints"]]
    assert bounds == [0.03, 0.005, pytest.approx(1e-7, rel=1e-15), 0.8, 0.5, 0.015, None]
    assert plan.budget == {"device_time": 7200.0, "wall": 14400.0, "trials": 12, "tokens": 200_000}


def test_every_number_of_a_plan_is_finite() -> None:
    def numbers(value: Any) -> list[float]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
        return [value] if isinstance(value, float) else [number for part in inner for number in numbers(part)]

    found = numbers(compiled().plan.document())
    assert len(found) > 20
    assert all(map(math.isfinite, found))


@pytest.mark.parametrize(
    ("written", "unit", "bound"),
    [
        ("30 meV/Å", "meV/Å", "30 meV/Å"),
        ("0.03 eV/Å", "eV/Å", "0.03 eV/Å"),
        ("0.03 eV/Ang", "eV/Å", "0.03 eV/Å"),
        ("+3e1 meV/Å", "meV/Å", "30 meV/Å"),
    ],
)
def test_a_rule_is_shown_in_the_unit_of_its_author(written: str, unit: str, bound: str) -> None:
    other = replaced("force_rmse(cu.test)  <= 30 meV/Å", f"force_rmse( cu.test ) <= {written}")
    rule = compiled(other).plan.job("verdict/copper").params["constraints"][0]
    assert (rule["shown"], rule["unit"], rule["bound"]) == ("force_rmse(cu.test)", unit, bound)
    assert rule["threshold"] == 0.03


def test_a_rule_without_a_unit_is_shown_in_that_of_its_metric() -> None:
    text = replaced("force_rmse(cu.test)  <= 30 meV/Å", "force_rmse(cu.test) <= 0.03 eV/Å")
    rules = compiled(text).plan.job("verdict/copper").params["constraints"]
    assert {rule["unit"] for rule in rules if rule["threshold"] is None} == {"meV/Å"}
    shown = {(rule["metric"], rule["bound"]) for rule in rules}
    assert {("survival", "80 %"), ("relative_speed", "0.5 ×")} <= shown


@pytest.mark.parametrize("name", ["/elsewhere/experiments/copper.mlp", "other.mlp"])
def test_keys_do_not_depend_on_the_path(name: str) -> None:
    assert keys(TEXT, name) == keys()


def test_keys_do_not_depend_on_comments_order_or_spelling() -> None:
    assert changed("r_max        = 4.5 Å", "# a cutoff\nr_max = 450 pm") == set()
    assert changed('edition "2026"', 'edition "2026"\n\n\n# a remark') == set()


DEPENDENTS = [
    ('question = "Which', 'question = "What', set()),
    ("workers = 1", "workers = 2", set()),
    ("tokens <= 200_000", "tokens <= 1", set()),
    ("seed         = 7", "seed = 8", ALL),
    ("channels     = 8", "channels = 16", TRAINED),
    ("lr = 1e-3", "lr = 2e-3", TRAINED),
    ("batch = 4", "batch = 8", TRAINED),
    ("<= 30 meV/Å", "<= 31 meV/Å", {"verdict/copper"}),
    ("confidence = 95 %", "confidence = 90 %", {"verdict/copper"}),
    ('because "energy must', 'because "it must', {"verdict/copper"}),
    ("duration    = 2 ps", "duration = 4 ps", {"dynamics/warm/seed-1", "verdict/copper"}),
    ("replicas    = 2", "replicas = 3", {"dynamics/warm/seed-1", "verdict/copper"}),
]


@pytest.mark.parametrize(("old", "new", "jobs"), DEPENDENTS, ids=[new for _, new, _ in DEPENDENTS])
def test_a_value_changes_the_keys_of_what_depends_on_it(old: str, new: str, jobs: set[str]) -> None:
    assert changed(old, new) == jobs


def test_adding_a_block_changes_no_other_key() -> None:
    run = "potential = fit, start = cu.test, temperature = 100 K, timestep = 2 fs, duration = 1 ps"
    added = f"dynamics cool : nve {{ {run} }}\n"
    assert changed("scorecard copper", f"{added}scorecard copper") == {"dynamics/cool/seed-1"}


def test_keys_depend_on_the_versions_of_packages_and_operations() -> None:
    plan = compiled().plan
    before = job_keys(plan, HARDWARE)

    def differs(other: Plan) -> set[str]:
        after = job_keys(other, HARDWARE)
        return {job for job in before if before[job] != after[job]}

    assert differs(dataclasses.replace(plan, packages={**plan.packages, "torch": "0"})) == TRAINED
    assert differs(dataclasses.replace(plan, packages={**plan.packages, "ase": "0"})) == ALL
    newer = [dataclasses.replace(job, version=99) if job.kind == "train" else job for job in plan.jobs]
    assert differs(dataclasses.replace(plan, jobs=tuple(newer))) == TRAINED


def test_only_what_measures_the_machine_depends_on_it() -> None:
    plan = compiled().plan
    here, there, unknown = (job_keys(plan, h) for h in (HARDWARE, {"cpu": "slide rule"}, None))
    machine = {"speed/fit/seed-1/cu.cell-4-4-4", "verdict/copper"}
    assert {job for job in here if here[job] != there[job]} == machine
    assert {job for job, key in unknown.items() if key is None} == machine


FILES = """edition "2026"
dataset d : files { train = ["train.xyz"], valid = ["valid.xyz"], test = ["test.xyz"] }
"""


def from_files(folder: Path, first: int = 0) -> Compiled:
    """A plan of a data set of files, whose frames are counted up from a first one."""
    folder.mkdir(parents=True, exist_ok=True)
    write_splits(folder, first)
    found = compile_spec(checked(FILES, str(folder / "spec.mlp")))
    assert isinstance(found, Compiled)
    return found


def test_a_data_file_counts_by_its_content_not_its_folder(tmp_path: Path) -> None:
    one = from_files(tmp_path / "a")
    same = from_files(tmp_path / "b")
    other = from_files(tmp_path / "c", first=1)
    assert job_keys(one.plan) == job_keys(same.plan)
    assert one.plan.hash == same.plan.hash
    assert job_keys(one.plan) != job_keys(other.plan)
    assert sorted(one.files.values()) == ["test.xyz", "train.xyz", "valid.xyz"]


def test_a_data_file_that_vanishes_after_the_check_is_named(tmp_path: Path) -> None:
    write_splits(tmp_path)
    spec = checked(FILES, str(tmp_path / "spec.mlp"))
    (tmp_path / "train.xyz").unlink()
    found = compile_spec(spec)
    assert isinstance(found, list)
    assert {d.code for d in found} == {"MLP0306"}


def test_a_block_may_be_named_like_a_block_without_a_name() -> None:
    text = TEXT.replace("cu.", "budget.").replace("= cu\n", "= budget\n").replace("dataset cu", "dataset budget")
    plan = compiled(text).plan
    assert plan.job("dataset/budget").kind == "dataset"
    assert plan.budget["trials"] == 12


def test_each_job_knows_the_line_of_its_block() -> None:
    lines = compiled().lines
    for job, line in lines.items():
        assert job.split("/")[1] in TEXT.split("\n")[line - 1]
    assert set(lines) == ALL
