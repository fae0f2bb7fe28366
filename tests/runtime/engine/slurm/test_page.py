"""The page on clusters: its spec checks, its commands run in their order, its table names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cluster_project import Project
from minislurm import MiniSlurm

from mlipilot.compiler.compile import check_source
from mlipilot.runtime.engine.protocol import Cause
from mlipilot.runtime.execution.retries import MOST, MOST_FROM_ITS_BEGINNING
from mlipilot.spec.source import SourceFile

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "clusters.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


def test_its_spec_checks() -> None:
    (engines,) = re.findall(r"^```mlp\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    example = (ROOT / "examples" / "copper" / "copper.mlp").read_text(encoding="utf-8")
    text = re.sub(r"^engine [^{]*{[^}]*}\n", lambda _: engines, example, flags=re.MULTILINE)
    assert engines in text
    assert check_source(SourceFile("copper.mlp", text)).diagnostics == []


def test_its_commands_run_in_their_order(cluster: MiniSlurm, tmp_path: Path) -> None:
    project = Project(tmp_path, cluster, "copper.mlp")
    project.write()
    assert len(COMMANDS) == 10
    for line in COMMANDS:
        program, *words = line.split()
        assert program == "mlipilot"
        code, said = project.run(*words)
        assert code == 0, f"{line}\n{said}"


def test_its_table_of_failures_names_tests_that_are_there() -> None:
    named = re.findall(r"`(test_\w+)`", PAGE)
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "runtime").rglob("test_*.py")]
    assert named
    assert [name for name in named if not any(f"def {name}(" in text for text in texts)] == []


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (Cause.PREEMPTED, f"{MOST[Cause.PREEMPTED]} times |"),
        (Cause.TIME, f"{MOST[Cause.TIME]} times where it saves what it has, else {MOST_FROM_ITS_BEGINNING} times"),
        (Cause.NODE, f"{MOST[Cause.NODE]} times |"),
    ],
    ids=str,
)
def test_it_says_how_often_a_job_is_begun_again(cause: Cause, words: str) -> None:
    assert words in PAGE
