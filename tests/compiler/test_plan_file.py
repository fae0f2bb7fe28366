"""Plan files: what is written is read again, what was altered is refused, and the bytes are the same everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from copper import EXAMPLE, ROOT, compiled
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlipilot.cli.proof import compile_
from mlipilot.compiler.lower.campaign import renamed
from mlipilot.compiler.plan import Compiled, job_keys
from mlipilot.compiler.plan_file import read_plan, write_plan
from mlipilot.spec.diagnostics import CATALOGUE, Diagnostic

WRITTEN = write_plan(compiled(), Path())


def refusal(text: str) -> str:
    """Why a text is no plan."""
    found = read_plan(text, Path("copper.plan.json"))
    assert isinstance(found, Diagnostic)
    assert found.code == "MLP0702"
    assert found.help
    return found.headline


def altered(change: Any) -> str:
    """The plan file after a change to its document."""
    document = json.loads(WRITTEN)
    change(document)
    return json.dumps(document)


def test_a_plan_is_read_as_it_was_written() -> None:
    found = read_plan(WRITTEN, Path("copper.plan.json"))
    assert isinstance(found, Compiled)
    assert found.plan.hash == compiled().plan.hash
    assert job_keys(found.plan) == job_keys(compiled().plan)
    assert write_plan(found, Path()) == WRITTEN


def test_the_estimate_and_the_lines_stand_outside_the_hash() -> None:
    def change(document: dict[str, Any]) -> None:
        document["estimate"]["wall_seconds"] = 1.0
        for job in document["source"]["jobs"]:
            job["line"] = None

    assert isinstance(read_plan(altered(change), Path("copper.plan.json")), Compiled)


ALTERATIONS = {
    "a parameter": lambda d: d["plan"]["jobs"][0]["params"].update(seed=8),
    "a threshold": lambda d: d["plan"]["jobs"][-1]["params"].update(confidence=0.5),
    "a job's block": lambda d: d["plan"]["jobs"][1].update(block="other"),
    "a job's seed": lambda d: d["plan"]["jobs"][1].update(seed=8),
    "a job's target": lambda d: d["plan"]["jobs"][2].update(target="cu.train"),
    "which job an input is of": lambda d: d["plan"]["jobs"][3]["inputs"]["data"].update(job=1),
    "a job left out": lambda d: [listed.pop() for listed in (d["plan"]["jobs"], d["source"]["jobs"])],
    "the budget": lambda d: d["plan"]["budget"].update(wall=1e9),
    "a version": lambda d: d["plan"]["packages"].update(torch="0"),
    "the hash": lambda d: d["hashes"].update(plan="0" * 64),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_an_altered_plan_is_refused(what: str) -> None:
    assert "does not match its hash" in refusal(altered(ALTERATIONS[what]))


@pytest.mark.parametrize("version", ["1.2", "3.0"])
def test_a_plan_of_another_major_format_is_refused(version: str) -> None:
    assert f"format {version}" in refusal(altered(lambda d: d.update(format_version=version)))


def test_a_plan_of_another_minor_format_is_read() -> None:
    minor = altered(lambda d: d.update(format_version="2.7"))
    assert isinstance(read_plan(minor, Path("copper.plan.json")), Compiled)


def test_a_plan_as_it_was_written_before_its_jobs_had_fields_is_refused() -> None:
    """Of format 1.2: ids in the plan, fields, lines and places by id beside it."""

    def older(document: dict[str, Any]) -> None:
        beside = document["source"]["jobs"]
        ids = [job["id"] for job in beside]
        for job_id, job in zip(ids, document["plan"]["jobs"], strict=True):
            job["id"] = job_id
            for source in job["inputs"].values():
                source["job"] = ids[source["job"]]
        document["format_version"] = "1.2"
        document["source"] |= {"lines": {}, "places": {}, "jobs": {job_id: {} for job_id in ids}}

    assert "format 1.2" in refusal(altered(older))
    # One that says that it is of this format is refused too.
    refusal(altered(lambda d: (older(d), d.update(format_version="2.0"))))


def renamed_file() -> dict[str, Any]:
    """The document of the same plan whose jobs have ids that say nothing."""
    found = compiled()
    ids = {job.id: f"j{number}" for number, job in enumerate(found.plan.jobs)}
    jobs = tuple(renamed(found.plan.jobs, lambda job: ids[job.id]))
    estimate = {**found.estimate, "seconds": {ids[job]: took for job, took in found.estimate["seconds"].items()}}
    other = found._replace(
        plan=replace(found.plan, jobs=jobs),
        estimate=estimate,
        lines={ids[job]: line for job, line in found.lines.items()},
        places={ids.get(job, job): places for job, places in found.places.items()},
        texts={ids.get(job, job): texts for job, texts in found.texts.items()},
    )
    return dict(json.loads(write_plan(other, Path())))


def test_how_ids_are_written_changes_neither_hash_nor_key() -> None:
    ours, other = json.loads(WRITTEN), renamed_file()
    assert other["hashes"] == ours["hashes"]
    assert other["plan"] == ours["plan"]
    assert [job["id"] for job in other["source"]["jobs"]] == [f"j{number}" for number in range(len(other["keys"]) + 2)]
    assert sorted(other["keys"].values()) == sorted(ours["keys"].values())
    read = read_plan(json.dumps(other), Path("copper.plan.json"))
    assert isinstance(read, Compiled)
    assert list(job_keys(read.plan, {"any": "machine"}).values()) == list(
        job_keys(compiled().plan, {"any": "machine"}).values()
    )


@pytest.mark.parametrize("wrong", [-1, 1, 99, "dataset/cu", None, 1.5])
def test_an_input_that_no_job_before_has_is_refused(wrong: Any) -> None:
    refusal(altered(lambda d: d["plan"]["jobs"][1]["inputs"]["train"].update(job=wrong)))


@pytest.mark.parametrize("jobs", [[], {}, None, "x", [{"id": "a", "line": 1, "places": {}}] * 8, [{}] * 8])
def test_ids_of_another_shape_are_refused(jobs: Any) -> None:
    refusal(altered(lambda d: d["source"].update(jobs=jobs)))


@pytest.mark.parametrize(
    "estimate", [{}, [], None, {"seconds": {}, "factor": 3}, {"seconds": {"dataset/cu": "x"}, "factor": 3}, "nan"]
)
def test_an_estimate_of_another_shape_is_refused(estimate: Any) -> None:
    def change(document: dict[str, Any]) -> None:
        if estimate == "nan":
            document["estimate"]["factor"] = float("nan")
        else:
            document["estimate"] = estimate

    refusal(altered(change))


GARBAGE = ["", "{", "null", "[]", "3", '"plan"', "{}", '{"format_version": "1.0"}', "[" * 100_000, "NaN", "\ud800"]


@pytest.mark.parametrize("text", GARBAGE, ids=[text[:12] for text in GARBAGE])
def test_garbage_is_refused(text: str) -> None:
    refusal(text)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(WRITTEN) - 1), st.sampled_from(['"', "{", "}", "0", ",", "x", ""]))
def test_a_damaged_plan_is_refused_or_unchanged(place: int, character: str) -> None:
    found = read_plan(WRITTEN[:place] + character + WRITTEN[place + 1 :], Path("copper.plan.json"))
    assert isinstance(found, Diagnostic) or found.plan.hash == compiled().plan.hash


def test_the_bytes_do_not_depend_on_folder_locale_or_hash_seed(tmp_path: Path) -> None:
    spec = tmp_path / "copper.mlp"
    spec.write_bytes(EXAMPLE.read_bytes())
    texts = []
    for number, (folder, variables) in enumerate(
        [
            (tmp_path, {"LC_ALL": "C", "PYTHONHASHSEED": "1"}),
            (ROOT, {"LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "PYTHONUTF8": "0", "TZ": "Asia/Tokyo"}),
        ]
    ):
        output = tmp_path / f"{number}.json"
        command = [sys.executable, "-c", _COMPILE, str(spec if folder == ROOT else "copper.mlp"), str(output)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
        texts.append(output.read_bytes())
    assert texts[0] == texts[1]


_COMPILE = """
import sys
from dataclasses import replace
from pathlib import Path
from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.plan_file import write_plan
compiled, found = compile_file(Path(sys.argv[1]))
assert compiled is not None, found
Path(sys.argv[2]).write_text(write_plan(compiled, Path(sys.argv[2]).parent), encoding="utf-8")
"""


def test_a_plan_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compile_(EXAMPLE, tmp_path / "none" / "copper.plan.json", "concise") == 2
    assert "MLP0704" in capsys.readouterr().err


def test_inputs_that_drift_have_a_code() -> None:
    assert CATALOGUE["MLP0703"].name == "inputs-drifted"
