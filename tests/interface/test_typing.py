"""A program that uses the interface type-checks under `mypy --strict`, and one that misuses it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
from pathlib import Path

import polars

import mlipilot
from mlipilot import Diagnostic, Experiment, MlipilotError, Outcome, PlanDifference, Verdict

experiment: Experiment = mlipilot.load(Path("copper.mlp"))
faults: list[Diagnostic] = experiment.check(fix=True)
edited: mlipilot.Rewrite = experiment.edit({"potential.channels": 16}, because="more capacity", write=False)
difference: PlanDifference = experiment.diff("other.mlp")
table: polars.DataFrame = difference.table
detectable: float | None = experiment.power().detectable
try:
    outcome = experiment.execute(progress=True)
except MlipilotError as error:
    words: list[str] = [diagnostic.headline for diagnostic in error.diagnostics]
else:
    if isinstance(outcome, Outcome) and outcome.verdict is not None:
        verdict: Verdict = outcome.verdict
        accepted: bool = verdict.is_accepted
state: mlipilot.Standing | mlipilot.CampaignFolder = mlipilot.status(experiment)
page: Path = mlipilot.report(experiment, "copper.html")
codes: list[str] = [found.code for found in mlipilot.lint("mace.yaml").diagnostics]
document: dict[str, object] = mlipilot.schema()
tables: str = mlipilot.schema("markdown")
"""


@pytest.fixture(scope="module")
def mypy() -> list[str]:
    """The command, as a user has it: nothing of this repository's configuration."""
    return [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--python-version=3.11", "--no-error-summary"]


def check(command: list[str], text: str, folder: Path) -> str:
    """What the type checker says of a program that lies elsewhere."""
    path = folder / "program.py"
    path.write_text(text)
    cache = ROOT / ".mypy_cache" / "programs"
    whole = [*command, f"--cache-dir={cache}", str(path)]
    done = subprocess.run(whole, cwd=folder, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).splitlines()
    return "\n".join(line for line in lines if line.startswith("program.py"))


def test_a_program_that_uses_the_interface_is_typed(mypy: list[str], tmp_path: Path) -> None:
    assert check(mypy, PROGRAM, tmp_path) == ""


def test_what_the_interface_does_not_offer_or_take_is_told_by_the_type_checker(mypy: list[str], tmp_path: Path) -> None:
    wrong = [
        "import mlipilot",
        "mlipilot.sttus()",
        "mlipilot.load(42)",
        'mlipilot.load("a.mlp").edit("potential.channels=16")',
        'mlipilot.load("a.mlp").graph("png")',
        'mlipilot.veto("tpe/1/1")',
        'number: int = mlipilot.load("a.mlp").power()',
    ]
    said = check(mypy, "\n".join(wrong) + "\n", tmp_path)
    assert [line.split(":")[1] for line in said.splitlines() if ": error:" in line] == ["2", "3", "4", "5", "6", "7"]
