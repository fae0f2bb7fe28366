"""What jobs took is kept, read for the same machine alone, and never in the way of a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.record.experience import FILE, machine_of, recalled, remember

SPEC = Path(__file__).parents[3] / "examples" / "copper" / "copper.mlp"
HERE: dict[str, str | int] = {"processor": "a", "cores": 2}


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compiled:
    """The copper example, with a workspace of its own."""
    monkeypatch.setenv("MLIPILOT_WORKSPACE", str(tmp_path))
    made, _ = compile_file(SPEC)
    assert made is not None
    return made


def test_what_was_kept_is_read_again(plan: Compiled, tmp_path: Path) -> None:
    machine = machine_of(plan.plan, HERE)
    job = plan.plan.jobs[0]
    remember(tmp_path, plan, "run", machine, {job.id: 2 * plan.estimate["seconds"][job.id]})
    found = recalled(plan.spec, machine)
    assert found is not None
    assert found.rates[f"{job.operation} on cpu"].ratio == pytest.approx(2.0)


def test_another_machine_or_other_packages_teach_nothing(plan: Compiled, tmp_path: Path) -> None:
    machine = machine_of(plan.plan, HERE)
    remember(tmp_path, plan, "run", machine, {plan.plan.jobs[0].id: 3.0})
    assert recalled(plan.spec, machine_of(plan.plan, {**HERE, "cores": 4})) is None
    other = replace(plan.plan, packages={**plan.plan.packages, "torch": "9"})
    assert recalled(plan.spec, machine_of(other, HERE)) is None


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "7", '{"machine": 1}', '{"machine": "m", "run": "a", "operation": "x", "estimated": "a"}']
)
def test_a_damaged_line_teaches_nothing_and_hides_no_other(line: str, plan: Compiled, tmp_path: Path) -> None:
    machine = machine_of(plan.plan, HERE)
    (tmp_path / FILE).write_text(line.replace('"m"', f'"{machine}"') + "\n")
    assert recalled(plan.spec, machine) is None
    remember(tmp_path, plan, "run", machine, {plan.plan.jobs[0].id: 3.0})
    assert recalled(plan.spec, machine) is not None


def test_jobs_whose_estimate_is_not_known_are_left_out(plan: Compiled, tmp_path: Path) -> None:
    job = plan.plan.jobs[1]
    bare = plan._replace(estimate={**plan.estimate, "seconds": {**plan.estimate["seconds"], job.id: None}})
    remember(tmp_path, bare, "run", "machine", {job.id: 3.0, "no such job": 1.0})
    assert not (tmp_path / FILE).exists()


def test_a_folder_that_cannot_be_written_is_no_fault(plan: Compiled, tmp_path: Path) -> None:
    remember(tmp_path / "absent", plan, "run", "machine", {plan.plan.jobs[0].id: 3.0})
    assert not (tmp_path / "absent").exists()
