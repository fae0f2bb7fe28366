"""The command lines whose output is recorded: every verb, where it succeeds and where it is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Typed(str):
    """What a person who typed a command has before them, without the drawings of a report."""

    __slots__ = ()


def _nothing(folder: Path) -> None:
    """Leave the folder as it is."""


class Command(NamedTuple):
    """Lines that are typed one after the other, and files that are looked at afterwards."""

    lines: tuple[tuple[str, ...], ...]
    files: tuple[str, ...] = ()
    prepare: Callable[[Path], None] = _nothing


def _typed(*lines: str, files: tuple[str, ...] = (), prepare: Callable[[Path], None] = _nothing) -> Command:
    return Command(tuple(tuple(line.split(" ")) for line in lines), files, prepare)


def _alter_a_prediction(folder: Path) -> None:
    path = sorted(folder.glob(".mlipilot/store/*/*/result/predictions-energy.npz"))[0]
    path.write_bytes(path.read_bytes()[::-1])


def _alter_the_verdict(folder: Path) -> None:
    path = next(folder.glob(".mlipilot/store/*/*/result/verdict.json"))
    text = path.read_text(encoding="utf-8")
    assert '"estimate": 1' in text
    path.write_text(text.replace('"estimate": 1', '"estimate": 2', 1), encoding="utf-8")


def _break_the_journal(folder: Path) -> None:
    path = next(folder.glob(".mlipilot/runs/*/journal.jsonl"))
    path.write_text(path.read_text(encoding="utf-8").replace('"code": ""', '"code": "x"', 1), encoding="utf-8")


def _lose_the_plan(folder: Path) -> None:
    next(folder.glob(".mlipilot/runs/*/plan.json")).unlink()


def _alter_a_plan(folder: Path) -> None:
    text = next(folder.glob(".mlipilot/runs/*/plan.json")).read_text(encoding="utf-8")
    assert '"epochs": 4' in text
    (folder / "tiny.plan.json").write_text(text.replace('"epochs": 4', '"epochs": 5', 1), encoding="utf-8")


def _write_options(folder: Path) -> None:
    (folder / "mace.yaml").write_text(
        "name: tiny\ntrain_file: train.xyz\nvalid_fraction: 0.1\nr_max: 4.0\ncorrelations: 2\nE0s: isolated\n"
        "loss: huber\nenergy_key: energy\nforces_key: REF_forces\nmax_num_epochs: 10\n",
        encoding="utf-8",
    )


def _write_an_edit(folder: Path) -> None:
    (folder / "edits.json").write_text(
        '[{"op": "set", "path": "potential.channels", "value": 8, "because": "more capacity"}]', encoding="utf-8"
    )


FORCES = "force_rmse(cu.test)=20_meV/Å"
COMMANDS: dict[str, Command] = {
    "check": _typed("check copper.mlp", "check tiny.mlp", "check campaign.mlp", "check files.mlp"),
    "check-eight-faults": _typed("check eight.mlp", "check eight.mlp --output-format concise"),
    "check-as-json": _typed("check eight.mlp --output-format json", "check eight.mlp --output-format json-lines"),
    "check-for-services": _typed("check eight.mlp --output-format github", "check eight.mlp --output-format sarif"),
    "check-physics": _typed("check isolated.mlp"),
    "check-files": _typed("check wrong-files.mlp"),
    "check-nothing": _typed("check absent.mlp", "check"),
    "compile": _typed("compile copper.mlp", "compile tiny.mlp", files=("copper.plan.json", "tiny.plan.json")),
    "compile-files": _typed("compile files.mlp -o files.json", files=("files.json",)),
    "compile-campaign": _typed("compile campaign.mlp", files=("campaign.plan.json",)),
    "compile-refused": _typed(
        "compile eight.mlp", "compile tiny.mlp -o nowhere/plan.json", "compile tiny.mlp -o tiny.mlp"
    ),
    "plan-show": _typed(
        "plan show tiny.mlp", "plan show copper.mlp", "plan show campaign.mlp", "plan show absent.json"
    ),
    "plan-show-as-json": _typed("plan show tiny.mlp --json", "plan show campaign.mlp --json"),
    "plan-diff": _typed(
        "plan diff tiny.mlp wider.mlp", "plan diff tiny.mlp wider.mlp --exit-code", "plan diff tiny.mlp tiny.mlp"
    ),
    "plan-diff-as-json": _typed("plan diff tiny.mlp wider.mlp --json"),
    "plan-graph": _typed("plan graph tiny.mlp", "plan graph tiny.mlp --format dot", "plan graph tiny.mlp --json"),
    "canonical": _typed("canonical tiny.mlp", "canonical campaign.mlp --hash", "canonical eight.mlp"),
    "schema": _typed("schema", "schema --format markdown"),
    "fmt": _typed(
        "fmt --check tiny.mlp",
        "fmt --diff tiny.mlp",
        "fmt --check eight.mlp",
        "fmt campaign.mlp",
        "fmt --check campaign.mlp",
    ),
    "explain": _typed("explain", "explain MLP0505 wrong-dimension", "explain MLP9999"),
    "explain-as-json": _typed("explain MLP0505 --json"),
    "edit": _typed(
        "edit campaign.mlp --set potential.channels=8 --because wider --dry-run",
        "edit campaign.mlp --set potential.r_max=9_Å --because wider --dry-run",
        "edit campaign.mlp --set cu.seed=9 --because luck --dry-run",
        "edit tiny.mlp --set small.channels=8 --because wider",
        "edit campaign.mlp --edits edits.json",
        "canonical campaign.mlp --hash",
        prepare=_write_an_edit,
    ),
    "power": _typed("power campaign.mlp", "power tiny.mlp"),
    "power-as-json": _typed("power campaign.mlp --json"),
    "lint": _typed(
        "lint mace.yaml",
        "lint absent.yaml",
        "lint mace.yaml --valid valid.xyz --test train.xyz",
        prepare=_write_options,
    ),
    "lint-as-json": _typed("lint mace.yaml --output-format json", prepare=_write_options),
    "execute-what-is-done": _typed("execute tiny.mlp", "execute tiny.mlp --gate"),
    "execute-as-json": _typed("execute tiny.mlp --json"),
    "execute-refused": _typed("execute eight.mlp", "execute absent.mlp", "execute"),
    "execute-an-altered-plan": Command((("execute", "tiny.plan.json"),), prepare=_alter_a_plan),
    "resume": _typed("resume tiny.mlp", "resume nothing"),
    "status": _typed("status", "status tiny.mlp", "status nothing", "status copper.mlp", "status wider.mlp"),
    "status-as-json": _typed("status tiny.mlp --json"),
    "status-of-a-broken-journal": _typed("status tiny.mlp", "status tiny.mlp --json", prepare=_break_the_journal),
    "status-without-a-plan": _typed("status tiny.mlp", prepare=_lose_the_plan),
    "logs": _typed(
        "logs", "logs seed-1/cu.test", "logs train", "logs nothing", "logs hot/seed-2 --attempt 2", "logs verdict -f"
    ),
    "cancel": _typed("cancel tiny.mlp", "cancel copper.mlp"),
    "pause": _typed("pause tiny.mlp", "status tiny.mlp", "pause tiny.mlp --off", "pause copper.mlp"),
    "veto": _typed(
        "veto tpe/1/1 tiny.mlp --because no", "veto tpe/1/1 RECORD --because no", "veto tpe RECORD --because no"
    ),
    "propose": _typed(
        "propose tiny.mlp --set a.b=1 --because no", "propose RECORD --set potential.channels=8 --because no"
    ),
    "report": _typed(
        "report tiny.mlp -o tiny.html", "report copper.mlp", "report tiny.mlp -o tiny.mlp", files=("tiny.html",)
    ),
    "verify": _typed("verify tiny.mlp", "verify tiny.mlp --json", "verify copper.mlp"),
    "verify-an-altered-prediction": _typed("verify tiny.mlp", prepare=_alter_a_prediction),
    "verify-an-altered-verdict": _typed("verify tiny.mlp", "verify tiny.mlp --json", prepare=_alter_the_verdict),
    "verify-a-broken-journal": _typed("verify tiny.mlp", prepare=_break_the_journal),
    "record-verify": _typed("verify RECORD", "verify RECORD --json"),
    "record-rejudge": _typed("rejudge RECORD", "rejudge RECORD --threshold " + FORCES, "rejudge RECORD --alpha 0.5"),
    "record-rejudge-as-json": _typed("rejudge RECORD --alpha 0.01 --confirm-seeds 2 --json"),
    "record-replay": _typed("replay RECORD", "replay RECORD --json"),
    "record-status": _typed("status RECORD", "status RECORD --json"),
    "record-report": _typed("report RECORD -o record.html", files=("record.html",)),
    "record-logs": _typed("logs --run RECORD", "logs nothing --run RECORD"),
    "not-a-record": _typed("verify nothing", "rejudge tiny.mlp", "replay tiny.mlp"),
    "doctor-of-a-model": _typed("doctor --model some-model", "doctor --model some-model --json"),
}
"""By the name of the recording; after a `=`, `_` stands for a blank."""
