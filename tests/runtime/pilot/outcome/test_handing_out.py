"""The model that a campaign hands out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from simulated import Campaign, spec_text

from mlipilot.runtime.pilot.outcome.handing_out import accepted_model
from mlipilot.runtime.pilot.outcome.reading import read_result
from mlipilot.runtime.pilot.outcome.result import Result
from mlipilot.runtime.record import Journal, Run, Workspace, read_journal
from mlipilot.runtime.record.about import About


@pytest.fixture
def closed(tmp_path: Path) -> tuple[Workspace, Run, Result]:
    """A closed campaign whose closing models are in the store; the one under the second seed is best on valid."""
    workspace = Workspace(tmp_path)
    run = workspace.run(Path("copper.mlp"), "0" * 64)
    run.folder.mkdir(parents=True)
    assert Campaign(run.folder, spec_text(budget="trials <= 6")).run()
    result = read_result(read_journal(run.campaign).entries)
    assert isinstance(result, Result)
    journal = Journal(run.journal)
    for sample in result.closing:
        if sample.purpose == "sealed":
            continue
        key = f"{sample.trial:02x}{sample.seed:062x}"
        asked = {"lane": "seal", "trial": sample.trial, "purpose": sample.purpose}
        about = About(f"a job of {sample.seed}", key, "train", "fit", sample.seed, **asked)
        journal.append("started", **about.document(), attempt=1)
        folder = workspace.store.entry(key).result
        folder.mkdir(parents=True)
        (folder / "model.model").write_text(str(sample.seed))
        error = 0.01 if sample.seed == _seeds(result)[1] else 0.02
        (folder / "training.json").write_text(json.dumps({"stages": [{"best_valid_force_rmse": error}]}))
    journal.close()
    return workspace, run, result


def _seeds(result: Result) -> list[int]:
    assert result.best is not None
    assert result.best.final is not None
    return [sample.seed for sample in result.best.final.samples]


def test_it_is_the_one_that_is_best_on_the_valid_split(closed: tuple[Workspace, Run, Result]) -> None:
    workspace, run, result = closed
    found = accepted_model(workspace, run, result)
    assert found is not None
    assert found.read_text() == str(_seeds(result)[1])


def test_a_model_that_the_store_has_no_more_is_passed_over(closed: tuple[Workspace, Run, Result]) -> None:
    workspace, run, result = closed
    best = accepted_model(workspace, run, result)
    assert best is not None
    best.unlink()
    found = accepted_model(workspace, run, result)
    assert found is not None
    assert found != best


def test_nothing_is_handed_out_where_the_scorecard_did_not_accept(closed: tuple[Workspace, Run, Result]) -> None:
    workspace, run, result = closed
    strict = tuple(replace(rule, threshold=1e-9) if rule.metric == "force_rmse" else rule for rule in result.rules)
    assert accepted_model(workspace, run, replace(result, rules=strict)) is None


def test_where_no_error_is_recorded_a_model_that_passed_is_handed_out(closed: tuple[Workspace, Run, Result]) -> None:
    workspace, run, result = closed
    for path in workspace.store.root.rglob("training.json"):
        path.write_text(json.dumps({"stages": [{"best_valid_force_rmse": None}]}))
    found = accepted_model(workspace, run, result)
    assert found is not None
    assert found.read_text() == str(min(_seeds(result)))
