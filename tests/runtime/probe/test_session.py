"""Probes of plans: kept answers, failures at their trainings, and a plan that they do not change."""

from __future__ import annotations

import copy
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from mlipilot.cli import main
from mlipilot.compiler.compile import compile_file
from mlipilot.runtime.probe import kept, probe
from mlipilot.runtime.probe.cache import cache_file
from mlipilot.runtime.probe.failure import Failure
from mlipilot.runtime.probe.launch import launch
from mlipilot.runtime.probe.request import Request, requests
from mlipilot.spec.diagnostics import has_errors

from .conftest import FILES, TRAINING, Lowered

ANSWER: dict[str, Any] = {
    "atoms": 8.0,
    "setup": 1.0,
    "graph": 0.001,
    "steps": [[0.002, 0.0016, 0.0025], [0.004, 0.0032, 0.005]],
    "validation": [0.001, 0.001, 0.001],
    "checkpoint": 0.01,
    "evaluation": [0.001, 0.001, 0.001],
    "first_call": 0.5,
    "dynamics": [{"replicas": 3, "step": [0.001, 0.001, 0.001], "bytes": 300_000_000}],
    "speed": [],
    "making_step": 0.001,
    "making_label": 0.01,
    "train_bytes": 200_000_000,
    "evaluate_bytes": 100_000_000,
    "total_bytes": 10_000_000_000,
    "complete": True,
}


class Launcher:
    """Counts launches, and answers each with a copy of one answer."""

    def __init__(self, answer: dict[str, Any] | Failure = ANSWER) -> None:
        self.asked: list[Request] = []
        self.answer = answer

    def __call__(self, request: Request) -> dict[str, Any] | Failure:
        self.asked.append(request)
        return copy.deepcopy(self.answer)


def never(request: Request) -> Failure:
    raise AssertionError("a kept answer was measured again")


def test_a_probe_is_measured_once_for_all_seeds_and_kept(lowered: Lowered) -> None:
    spec, compiled = lowered()
    launcher = Launcher()
    assert kept(spec, compiled).measured is None
    first = probe(spec, compiled, launcher)
    assert len(launcher.asked) == 1
    assert first.measured is not None
    assert set(first.measured) == {"train/fit/seed-1", "train/fit/seed-2"}
    assert probe(spec, compiled, never) == first
    assert kept(spec, compiled) == first


CHEAP = [("epochs = 3", "epochs = 30"), ("lr = 1e-2", "lr = 1e-3"), ("stage forces", "stage first"), ("[1, 2]", "[5]")]
DEAR = [("batch = 2", "batch = 4"), ("weighted(energy = 1, ", "weighted(energy = 2, ")]


@pytest.mark.parametrize(("old", "new"), CHEAP, ids=[new for _, new in CHEAP])
def test_what_changes_no_step_is_not_measured_again(old: str, new: str, lowered: Lowered) -> None:
    probe(*lowered(), Launcher())
    assert probe(*lowered(training=TRAINING.replace(old, new)), never).measured is not None


@pytest.mark.parametrize(("old", "new"), DEAR, ids=[new for _, new in DEAR])
def test_what_changes_a_step_is_measured_again(old: str, new: str, lowered: Lowered) -> None:
    probe(*lowered(), Launcher())
    launcher = Launcher()
    assert probe(*lowered(training=TRAINING.replace(old, new)), launcher).measured is not None
    assert len(launcher.asked) == 1


def test_other_bytes_of_a_file_are_measured_again(files: Path, lowered: Lowered) -> None:
    probe(*lowered(FILES), Launcher())
    (files / "train.xyz").write_text((files / "train.xyz").read_text() + (files / "valid.xyz").read_text())
    assert kept(*lowered(FILES)).measured is None


def test_another_machine_is_measured_again(lowered: Lowered, monkeypatch: pytest.MonkeyPatch) -> None:
    probe(*lowered(), Launcher())
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(9999)), raising=False)
    assert kept(*lowered()).measured is None


def spoil(path: Path, how: str) -> None:
    document = json.loads(path.read_text())
    if how == "cut":
        path.write_text(path.read_text()[:100])
    elif how == "list":
        path.write_text("[]")
    else:
        document["value"]["setup"] = 0.001
        path.write_text(json.dumps(document))


@pytest.mark.parametrize("how", ["cut", "list", "changed"])
def test_a_damaged_answer_is_measured_again(how: str, lowered: Lowered) -> None:
    spec, compiled = lowered()
    found = probe(spec, compiled, Launcher())
    spoil(cache_file(compiled.spec, requests(compiled)[0]), how)
    assert kept(spec, compiled).measured is None
    assert probe(spec, compiled, Launcher()) == found
    assert kept(spec, compiled) == found


def test_where_nothing_can_be_kept_it_is_measured_all_the_same(lowered: Lowered) -> None:
    spec, compiled = lowered()
    (compiled.spec.parent / ".mlipilot").write_text("a file where the workspace should be")
    assert probe(spec, compiled, Launcher()).measured is not None
    assert kept(spec, compiled).measured is None


def test_an_answer_with_parts_left_out_serves_until_it_is_measured_anew(lowered: Lowered) -> None:
    spec, compiled = lowered()
    probe(spec, compiled, Launcher({**ANSWER, "dynamics": [], "complete": False}))
    assert kept(spec, compiled).measured is not None
    launcher = Launcher()
    probe(spec, compiled, launcher)
    assert len(launcher.asked) == 1


PRINTS = "import sys; sys.stdin.read(); "
ENDS = [
    ("import time; time.sleep(60)", "MLP0822", ""),
    (PRINTS + "print('one', file=sys.stderr); raise ValueError('no such kernel')", "MLP0821", "no such kernel"),
    (PRINTS + "sys.exit(3)", "MLP0821", "exit code 3"),
    (PRINTS + "import os; os.abort()", "MLP0821", "signal 6"),
    (PRINTS + "import os; os.kill(os.getpid(), 9)", "MLP0823", ""),
    (PRINTS + "print('no JSON')", "MLP0821", ""),
    (PRINTS + "print('{}')", "MLP0821", ""),
    (PRINTS + 'print(\'{"measured": {"atoms": 1}}\')', "MLP0821", ""),
    (PRINTS + 'print(\'{"failure": {"code": "MLP0811", "message": "m", "help": "h"}}\')', "MLP0811", "m"),
]


@pytest.mark.parametrize(("program", "code", "words"), ENDS, ids=[str(number) for number in range(len(ENDS))])
def test_however_a_probe_ends_it_is_a_diagnostic_at_its_training(
    program: str, code: str, words: str, lowered: Lowered
) -> None:
    spec, compiled = lowered()
    seconds = 0.5 if code == "MLP0822" else 60
    found = probe(spec, compiled, lambda request: launch(request, (sys.executable, "-c", program), seconds))
    (diagnostic,) = found.diagnostics
    assert found.measured is None
    assert diagnostic.code == code
    assert words in diagnostic.headline
    assert diagnostic.primary is not None
    assert spec.source.slice(diagnostic.primary.span).startswith("training fit")
    assert kept(spec, compiled).measured is None


def test_a_command_that_cannot_be_started_is_a_diagnostic(lowered: Lowered) -> None:
    (diagnostic,) = probe(*lowered(), lambda request: launch(request, ("/nowhere/python",))).diagnostics
    assert diagnostic.code == "MLP0821"


def test_an_estimate_is_probed_and_the_plan_stays_the_same(lowered: Lowered) -> None:
    _, compiled = lowered()
    path = compiled.spec
    plain, found = compile_file(path)
    assert not has_errors(found)
    assert plain is not None
    probed, found = compile_file(path, lambda *given: probe(*given, Launcher()))
    assert not has_errors(found)
    assert probed is not None
    assert probed.plan.hash == plain.plan.hash
    assert (plain.estimate["kind"], probed.estimate["kind"]) == ("analytic", "probed")
    assert set(probed.estimate["seconds"]) == set(plain.estimate["seconds"])
    assert probed.estimate["memory_bytes"]["train/fit/seed-2"] == ANSWER["train_bytes"]
    assert probed.estimate["factor"] < plain.estimate["factor"]


def test_more_memory_than_there_is_leaves_no_plan(lowered: Lowered) -> None:
    _, compiled = lowered()
    small = Launcher({**ANSWER, "total_bytes": ANSWER["dynamics"][0]["bytes"] - 1})
    plan, found = compile_file(compiled.spec, lambda *given: probe(*given, small))
    assert plan is None
    (error,) = [diagnostic for diagnostic in found if diagnostic.is_error]
    assert error.code == "MLP0823"
    assert error.source is not None
    assert error.primary is not None
    assert error.source.slice(error.primary.span).startswith("dynamics hot")


def test_compile_uses_what_is_kept_and_says_so(lowered: Lowered, capsys: pytest.CaptureFixture[str]) -> None:
    given, compiled = lowered()
    spec = str(compiled.spec)
    assert main(["compile", spec]) == 0
    assert "(analytic, " in capsys.readouterr().out
    probe(given, compiled, Launcher())
    (path,) = {cache_file(compiled.spec, request) for request in requests(compiled)}
    content = path.read_bytes()
    for arguments in (["compile", "--probe", spec], ["compile", spec]):
        assert main(arguments) == 0
        assert "(probed, within a factor of " in capsys.readouterr().out
    assert main(["plan", "show", spec]) == 0
    assert "200 MB" in capsys.readouterr().out
    assert path.read_bytes() == content


@pytest.mark.slow
def test_compile_launches_a_probe_of_its_own_process(
    lowered: Lowered, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlipilot.runtime.probe.launch.SECONDS", 600.0)  # a machine that does much else besides
    given, compiled = lowered()
    assert main(["compile", "--probe", str(compiled.spec)]) == 0
    assert "(probed, within a factor of " in capsys.readouterr().out
    found = kept(given, compiled).measured
    assert found is not None
    measured = found["train/fit/seed-1"]
    assert 0 < measured.steps[0].low <= measured.steps[0].median
