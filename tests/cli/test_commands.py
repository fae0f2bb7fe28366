"""The command line: help with an example for each verb, exit codes, and no traceback whatever is typed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mlipilot.cli.parser import VERBS
from mlipilot.compiler.plan_file import FORMAT_VERSION

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "examples" / "copper" / "copper.mlp"


def run(*arguments: str, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "MLIPILOT_WORKSPACE"}
    command = [sys.executable, "-m", "mlipilot", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=environment)
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    assert done.returncode == code, done.stdout + done.stderr
    return done


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help_with_an_example(verb: str, tmp_path: Path) -> None:
    assert f"example: mlipilot {verb}" in run(verb, "--help", cwd=tmp_path).stdout


def test_without_a_verb_help_is_shown(tmp_path: Path) -> None:
    shown = run(cwd=tmp_path, code=2).stdout
    assert "verbs:" in shown
    assert re.findall(r"^ {4}(\w+)", shown, re.MULTILINE) == list(VERBS)


def test_an_unknown_verb_or_option_is_refused(tmp_path: Path) -> None:
    assert "did you mean `check`?" in run("chekc", cwd=tmp_path, code=2).stderr
    assert "invalid choice" in run("xyzzy", cwd=tmp_path, code=2).stderr
    run("check", "--nonsense", cwd=tmp_path, code=2)


@pytest.mark.parametrize("verb", ["check", "compile", "execute"])
def test_without_a_spec_the_one_of_the_folder_is_taken(verb: str, tmp_path: Path) -> None:
    assert "no `.mlp` file" in run(verb, cwd=tmp_path, code=2).stderr
    for name in ("a.mlp", "b.mlp"):
        (tmp_path / name).write_text("x")
    assert "2 specs" in run(verb, cwd=tmp_path, code=2).stderr


def test_compile_writes_a_plan_and_begins_with_one_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "copper.mlp").write_bytes(SPEC.read_bytes())

    done = run("compile", cwd=tmp_path)

    assert done.stdout.splitlines()[0].startswith("8 jobs: 8 to run, about ")
    plan = json.loads((tmp_path / "copper.plan.json").read_text())
    assert plan["format_version"] == FORMAT_VERSION
    assert len(plan["plan"]["jobs"]) == 8
    assert plan["source"]["file"] == "copper.mlp"


def test_compiling_twice_in_two_places_gives_the_same_bytes(tmp_path: Path) -> None:
    plans = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "copper.mlp").write_bytes(SPEC.read_bytes())
        run("compile", "copper.mlp", cwd=folder)
        plans.append((folder / "copper.plan.json").read_bytes())

    assert plans[0] == plans[1]


def test_a_plan_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    done = run("compile", str(SPEC), "-o", str(tmp_path / "no" / "plan.json"), cwd=tmp_path, code=2)

    assert "MLP0704" in done.stderr


def test_compile_never_replaces_a_spec_by_a_plan(tmp_path: Path) -> None:
    (tmp_path / "copper.mlp").write_bytes(SPEC.read_bytes())

    done = run("compile", "copper.mlp", "-o", "copper.mlp", cwd=tmp_path, code=2)

    assert "MLP0704" in done.stderr
    assert (tmp_path / "copper.mlp").read_bytes() == SPEC.read_bytes()


def test_a_pipe_is_no_spec(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mlp")

    assert "no regular file" in run("check", "pipe.mlp", cwd=tmp_path, code=2).stderr


@pytest.mark.parametrize("verb", ["status", "cancel", "report"])
def test_without_a_run_there_is_nothing_to_show(verb: str, tmp_path: Path) -> None:
    assert "MLP0808" in run(verb, cwd=tmp_path, code=2).stderr
    (tmp_path / "copper.mlp").write_bytes(SPEC.read_bytes())
    assert "never executed" in run(verb, "copper.mlp", cwd=tmp_path, code=2).stderr
    assert "MLP0001" in run(verb, "absent.mlp", cwd=tmp_path, code=2).stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "error[MLP0702]: `plan.json` is no plan that this version can run: it is no JSON"),
        ("{", "error[MLP0702]: `plan.json` is no plan that this version can run: it is no JSON"),
        ("[]", "error[MLP0702]: `plan.json` is no plan that this version can run: it does not have the shape"),
        (
            '{"format_version": "3.0"}',
            "error[MLP0702]: `plan.json` is no plan that this version can run: it has format",
        ),
        ('{"format_version": "2.0"}', "error[MLP0702]: `plan.json` is no plan that this version can run: it lacks"),
        ("\0\1", "error[MLP0001]: `plan.json` is a binary file"),
    ],
)
def test_a_damaged_plan_is_refused(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(content)

    done = run("execute", "plan.json", cwd=tmp_path, code=2)

    assert done.stderr.startswith(said)
    assert done.stderr.count("error[") == 1


def test_an_altered_plan_is_refused(tmp_path: Path) -> None:
    run("compile", str(SPEC), "-o", "plan.json", cwd=tmp_path)
    text = (tmp_path / "plan.json").read_text()
    (tmp_path / "plan.json").write_text(re.sub(r'"epochs": \d+', '"epochs": 1', text))

    assert "MLP0702" in run("execute", "plan.json", cwd=tmp_path, code=2).stderr


def test_diagnostics_as_json_go_to_standard_output(tmp_path: Path) -> None:
    (tmp_path / "bad.mlp").write_text('edition "2026"\nmodel m : mace { r_maxx = 5 Å }\n')

    done = run("check", "bad.mlp", "--output-format", "json", cwd=tmp_path, code=2)

    (record,) = json.loads(done.stdout)
    assert record["code"] == "MLP0403"
    assert record["location"]["start"]["line"] == 2
    assert record["fix"]["edits"][0]["text"] == "r_max"


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m mlipilot check {SPEC} --output-format json | head -c 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert len(done.stdout) == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_run_that_finds_something_ends_with_what_explains_it(tmp_path: Path) -> None:
    (tmp_path / "bad.mlp").write_text('edition "2026"\nmodel m : mace { R_max = 5 fs, channels = 0, max_L = 9 }\n')

    done = run("check", "bad.mlp", cwd=tmp_path, code=2)

    last = done.stderr.splitlines()[-1]
    command = re.search(r"`mlipilot (explain .*)`", last)
    assert command is not None
    shown = run(*command.group(1).split(), cwd=tmp_path).stdout
    codes = set(re.findall(r"error\[(MLP\d{4})\]", done.stderr))
    assert codes == {"MLP0203", "MLP0205", "MLP0403"}
    for code in codes:
        assert re.search(rf"^{code} ", shown, re.MULTILINE)


def test_help_shows_how_to_begin(tmp_path: Path) -> None:
    assert "example: mlipilot execute" in run("--help", cwd=tmp_path).stdout
