"""A kind of job, a source of data, a metric and an engine that the product has never heard of, in one experiment.

Each is a module on each side of the plan and a row in a table; every verb works with them.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent / "toys"))

from registration import register
from typed_commands import Typed, type_

SPEC = """\
edition "2026"

experiment "Toys" { question = "Is the product open?" }

dataset cu : rattled { element = Cu, frames = 5, amplitude = 0.08 Å }

model small : mace {
    r_max = 4 Å, channels = 4, max_L = 0, max_ell = 1, correlation = 1, interactions = 1, radial_mlp = [8], readout = 4
}

training fit {
    model = small, data = cu, batch = 5
    stage main { epochs = 2 }
}

scorecard sanity {
    judges = fit
    require force_rmse(cu.test) <= 30 eV/Å because "an exploded model has more"
    require peak_force(cu.test) <= 30 eV/Å because "an exploded model has more"
    minimize peak_force(cu.test)
}

engine here : inline { reason = "there is one process" }
"""
PEAK, EVALUATE = "peak/fit/seed-1/cu.test", "evaluate/fit/seed-1/cu.test"


class Finished(NamedTuple):
    """A folder in which the experiment was executed, with the toys registered."""

    folder: Path
    executed: Typed

    def status(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(type_("status", "toys.mlp", "--json").out)
        return document

    def result(self, job: str) -> Path:
        key = next(entry["key"] for entry in self.status()["jobs"] if entry["id"] == job)
        return self.folder / ".mlipilot/store" / key[:2] / key / "result"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    """The experiment, executed once; tests look at it and change nothing."""
    folder = tmp_path_factory.mktemp("toys")
    (folder / "toys.mlp").write_text(SPEC)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLIPILOT_WORKSPACE", raising=False)
        patch.chdir(folder)
        register(patch)
        yield Finished(folder, type_("execute", "toys.mlp"))


def test_it_checks_without_a_fault(finished: Finished) -> None:
    assert type_("check", "toys.mlp").code == 0


def test_a_metric_of_another_module_obeys_the_rules_of_all(finished: Finished) -> None:
    wrong = SPEC.replace("minimize peak_force", "maximize peak_force")
    (finished.folder / "wrong.mlp").write_text(wrong)
    checked = type_("check", "wrong.mlp", "--output-format", "concise")
    assert checked.code == 2
    assert "`peak_force` is better when smaller" in checked.out + checked.err


def test_the_plan_has_the_job_the_data_and_the_fields_of_the_engine(finished: Finished) -> None:
    assert type_("compile", "toys.mlp").code == 0
    document = json.loads((finished.folder / "toys.plan.json").read_text())
    ids = [job["id"] for job in document["source"]["jobs"]]
    jobs = dict(zip(ids, document["plan"]["jobs"], strict=True))
    assert jobs[PEAK]["params"] == {"split": "test"}
    assert jobs[PEAK]["inputs"]["data"] == {"job": ids.index("dataset/cu"), "file": "test.xyz"}
    assert jobs["dataset/cu"]["operation"] == "dataset.rattled"
    assert jobs["dataset/cu"]["params"] == {"op": "rattled", "element": "Cu", "frames": 5, "amplitude": 0.08}
    assert document["plan"]["engine"] == {
        "kind": "inline",
        "reason": "there is one process",
        "workers": 1,
        "threads": 1,
        "device": "cpu",
    }
    estimate = document["estimate"]  # the job may have run by now: what it took then stands for what was calculated
    assert estimate.get("analytic", estimate["seconds"])[PEAK] == 0.5
    assert "seconds" in type_("plan", "show", "toys.plan.json", "--json").out


def test_it_executes_on_the_engine_and_is_accepted(finished: Finished) -> None:
    code, out, err = finished.executed
    assert code == 0, err
    assert "scorecard sanity: ACCEPTED" in out
    assert "the one before it: there is one process" in out + err
    assert "peaks of 5 frames" in out + err
    assert {job["state"] for job in finished.status()["jobs"]} == {"done"}
    assert "peaks of 5 frames" in type_("logs", PEAK).out


def test_the_figure_is_what_another_kind_of_job_predicted(finished: Finished) -> None:
    verdict = json.loads((finished.result("verdict/sanity") / "verdict.json").read_text())
    found = {c["metric"]: c for c in verdict["seeds"]["1"]["constraints"] if c["verb"] == "require"}["peak_force"]
    data = np.load(finished.result(EVALUATE) / "predictions-main.npz")
    lengths = np.linalg.norm(data["forces_pred"], axis=1)
    peaks = [lengths[data["frame"] == frame].max() for frame in range(5)]
    assert found["estimate"] == pytest.approx(np.median(peaks), rel=1e-6)
    assert found["upper"] == pytest.approx(max(peaks), rel=1e-6)
    assert (found["unit"], found["outcome"]) == ("eV/Å", "pass")


def test_status_shows_the_rule(finished: Finished) -> None:
    assert "peak_force(cu.test)" in type_("status", "toys.mlp").out


def test_the_report_has_its_section_and_its_rule(finished: Finished) -> None:
    assert type_("report", "toys.mlp", "-o", "toys.html").code == 0
    page = (finished.folder / "toys.html").read_text()
    assert '<a href="#peaks">Peaks</a>' in page
    assert "<p>5 frames</p>" in page
    assert "peak_force(cu.test)" in page


def test_its_figures_are_verified(finished: Finished) -> None:
    verified = type_("verify", "toys.mlp", "--json")
    document = json.loads(verified.out)
    assert verified.code == 0
    assert (document["holds"], document["whole"], document["figures"]) == (True, True, 3)


def test_a_result_of_it_that_was_altered_is_found(
    finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(finished.folder, tmp_path / "copy")
    (altered,) = folder.glob(".mlipilot/store/*/*/result/peaks.json")
    altered.write_text(altered.read_text().replace("0", "1"))
    monkeypatch.chdir(folder)
    verified = type_("verify", "toys.mlp")
    assert verified.code == 1
    assert PEAK in verified.out + verified.err


def test_the_schema_has_them(finished: Finished) -> None:
    definitions = json.loads(type_("schema").out)["$defs"]
    assert {"dataset.rattled", "engine.inline"} <= set(definitions)
    metrics = {rule["oneOf"][0]["properties"]["metric"]["const"] for rule in definitions["rule"]["oneOf"]}
    assert "peak_force" in metrics
    assert "rattled" in type_("schema", "--format", "markdown").out


def test_without_their_rows_they_are_unknown(finished: Finished, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlipilot.spec.schema import BLOCKS, METRICS

    monkeypatch.delitem(BLOCKS, ("dataset", "rattled"))
    monkeypatch.delitem(METRICS, "peak_force")
    checked = type_("check", "toys.mlp", "--output-format", "concise")
    assert checked.code == 2
    assert "there is no `dataset` of tag `rattled`" in checked.out + checked.err
    assert "there is no metric `peak_force`" in checked.out + checked.err
