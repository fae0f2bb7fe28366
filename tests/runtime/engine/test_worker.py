"""One attempt of a job: what its record keeps of how it ended."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ATTEMPT = """
import sys, types
from mlipilot.runtime.engine import worker
from mlipilot.runtime.record.store import Entry
from pathlib import Path

def job(context):
{body}

module = types.ModuleType("told")
module.OPERATION = types.SimpleNamespace(run=job)
sys.modules[module.__name__] = module
entry = Entry(Path(sys.argv[1]))
attempt = entry.claim()
sys.exit(worker.run({{
    "id": "told/here", "module": "told", "folder": sys.argv[1], "attempt": attempt, "params": {{}}, "inputs": {{}},
    "threads": 1, "device": "cpu", "backend": "mace",
}}))
"""


def attempt(folder: Path, *lines: str) -> tuple[dict[str, Any], str]:
    """The exit record and the output of a job with this body, in a process of its own."""
    body = "\n".join(f"    {line}" for line in lines)
    command = [sys.executable, "-c", ATTEMPT.format(body=body), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    record: dict[str, Any] = json.loads((folder / "exit-1.json").read_text())
    return record, done.stdout


def test_what_a_job_remarks_is_printed_and_kept_in_the_record(tmp_path: Path) -> None:
    record, out = attempt(tmp_path / "entry", "context.remark('the checkpoint is damaged')")

    assert record["class"] == "ok"
    assert record["remarks"] == ["the checkpoint is damaged"]
    assert "note: the checkpoint is damaged" in out


def test_a_job_without_remarks_has_none_in_its_record(tmp_path: Path) -> None:
    assert "remarks" not in attempt(tmp_path / "entry", "pass")[0]


def test_a_crash_names_the_command_that_prints_its_traceback(tmp_path: Path) -> None:
    record, _ = attempt(tmp_path / "entry", "context.remark('half way')", "raise ValueError('out of its domain')")

    assert (record["code"], record["message"]) == ("MLP0803", "ValueError: out of its domain")
    assert "`mlipilot logs told/here`" in record["help"]
    assert record["remarks"] == ["half way"]


def test_figures_are_logged_in_their_units(tmp_path: Path) -> None:
    _, out = attempt(
        tmp_path / "entry",
        "context.progress(phase='fit', done=3, total=4, unit='epoch', loss=0.0125, force_rmse=0.0173)",
        "context.progress(result='a model')",
    )

    assert out.splitlines()[0].partition("  ")[2] == "fit  epoch 3/4  loss 0.0125  force_rmse 17.3 meV/Å"
    assert out.splitlines()[1].endswith("  a model")
