"""Of each entry about a job its fields are read, whatever its id says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[2] / "compiler"))

from copper import compiled

from mlipilot.compiler.operations import Role
from mlipilot.runtime.record import Journal, read_journal
from mlipilot.runtime.record.about import About, about_jobs

ASKED = {"lane": "tpe/1", "trial": 3, "purpose": "ablation-2"}


@pytest.mark.parametrize("asked", [{}, ASKED], ids=["alone", "in a campaign"])
def test_every_job_of_a_plan_is_read_as_it_was_written(asked: dict[str, Any], tmp_path: Path) -> None:
    written = [About.of(job, f"{n:064x}", **asked) for n, job in enumerate(compiled().plan.jobs)]
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append("begin", keys={})
    for about in written:
        journal.append("started", **about.document(), attempt=1)
    journal.close()
    entries = read_journal(journal.path).entries
    assert [about for about, _ in about_jobs(entries)] == written
    assert {"lane" in entry for entry in entries[1:]} == {bool(asked)}
    assert written[-1].is_verdict
    assert written[1].role is Role.TRAINING


SOUND = About("a", "b", "train", "fit", 1, **ASKED).document()


@pytest.mark.parametrize(
    "damaged",
    [
        {"event": "begin"},
        {"job": "train/fit/seed-1", "key": "b"},  # as it was before it had fields
        {**SOUND, "seed": "1"},
        {**SOUND, "seed": True},
        {**SOUND, "key": None},
        {**SOUND, "lane": 3},
        {**SOUND, "trial": "3"},
    ],
)
def test_an_entry_without_its_fields_is_about_no_job(damaged: dict[str, Any]) -> None:
    assert About.read(SOUND) == About("a", "b", "train", "fit", 1, **ASKED)
    assert About.read(damaged) is None


def test_of_a_kind_that_does_not_exist_nothing_is_told() -> None:
    assert About("a", "b", "dream").role is None
    assert not About("a", "b", "dream").is_verdict
