"""A record that is damaged or lost: every verb says the same of it, at the line where an editor finds it."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mlipilot.cli import main
from mlipilot.cli.auditing import IN_PART
from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.plan_file import write_plan
from mlipilot.runtime.pilot.campaign.design import Design, design
from mlipilot.runtime.record import Run, workspace_of
from mlipilot.spec.edit import Change
from mlipilot.spec.source import SourceFile

sys.path.append(str(Path(__file__).parents[1] / "runtime" / "pilot" / "campaign"))

from simulated import Campaign, spec_text

EXAMPLE = Path(__file__).parents[2] / "examples/campaign/record"
TEXT = spec_text(budget="trials <= 3")
LOOKING = ("status", "report", "verify", "replay", "rejudge")
AUDITS = ("verify", "replay", "rejudge")
MARKED = 9
"""The line that is damaged, as an editor counts."""

Out = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spec whose campaign is closed, in the folder where `execute` looks for it."""
    folder = tmp_path_factory.mktemp("closed")
    spec = folder / "copper.mlp"
    spec.write_text(TEXT)
    compiled, _ = compile_file(spec)
    assert compiled is not None
    run = workspace_of(spec).run(spec, compiled.plan.hash)
    run.folder.mkdir(parents=True)
    assert Campaign(run.folder, TEXT).run()
    run.plan.write_text(write_plan(compiled, run.folder))
    run.journal.touch()
    return folder


@pytest.fixture
def run(closed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The run of a copy, which may be damaged; its spec lies in the present folder."""
    monkeypatch.delenv("MLIPILOT_WORKSPACE", raising=False)
    shutil.copytree(closed, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return workspace_of(Path("copper.mlp")).runs()[0]


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A copy of the example's committed record."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "record"))


def alter(run: Run) -> None:
    lines = run.campaign.read_text().splitlines(keepends=True)
    lines[MARKED - 1] = lines[MARKED - 1].replace('"time": ', '"time": 1', 1)
    run.campaign.write_text("".join(lines))


def garble(run: Run) -> None:
    lines = run.campaign.read_text().splitlines(keepends=True)
    lines[MARKED - 1] = "no JSON\n"
    run.campaign.write_text("".join(lines))


def lose(run: Run) -> None:
    run.campaign.unlink()


def empty(run: Run) -> None:
    run.campaign.write_text("")


def exchange(run: Run) -> None:
    path = run.folder / "baseline.mlp"
    path.write_text(path.read_text().replace("<= 30 meV/Å", "<= 31 meV/Å"))


def lose_baseline(run: Run) -> None:
    (run.folder / "baseline.mlp").unlink()


def first_error(out: Out) -> tuple[str, str]:
    """Code and headline of the first error that was said."""
    found = re.search(r"error\[(MLP\d+)\]: (.*)", out.readouterr().err)
    assert found is not None
    return found.group(1), found.group(2)


@pytest.mark.parametrize(
    ("damage", "code", "verbs"),
    [
        (alter, "MLP0807", (*LOOKING, "execute")),
        (garble, "MLP0807", (*LOOKING, "execute")),
        (lose, "MLP0910", LOOKING),
        (empty, "MLP0910", LOOKING),
        (exchange, "MLP0911", AUDITS),
        (lose_baseline, "MLP0911", AUDITS),
    ],
)
@pytest.mark.parametrize("by", ["spec", "folder"])
def test_every_verb_says_the_same_of_the_same_damage(
    run: Run, capsys: Out, damage: Callable[[Run], None], code: str, verbs: tuple[str, ...], by: str
) -> None:
    damage(run)
    said = {}
    for verb in verbs:
        which = "copper.mlp" if by == "spec" or verb == "execute" else str(run.folder)
        assert main([verb, which]) == 1, verb
        said[verb] = first_error(capsys)
    assert {what[0] for what in said.values()} == {code}
    # What depends on the plan besides, only `verify` says.
    headlines = {headline.replace(", the rules and the settings", " and the rules") for _, headline in said.values()}
    assert len({headline.replace(str(Path.cwd()) + "/", "") for headline in headlines}) == 1


@pytest.mark.parametrize("damage", [alter, garble])
def test_the_line_that_is_named_is_the_one_that_was_damaged(
    run: Run, capsys: Out, damage: Callable[[Run], None]
) -> None:
    damage(run)
    for verb in (*LOOKING, "execute"):
        main([verb, "copper.mlp"])
        assert f"line {MARKED} of " in first_error(capsys)[1], verb


def test_a_torn_end_harms_nothing_and_verify_notes_it(run: Run, capsys: Out) -> None:
    with run.campaign.open("a") as stream:
        stream.write('{"seq": 12')
    for verb in ("status", "report", "replay", "rejudge", "execute"):
        assert main([verb, "copper.mlp"]) == 0, verb
    assert Path(f"{run.campaign.with_suffix('')}.torn-{_entries(run) - 1}").read_text() == '{"seq": 12'


def test_a_run_that_lost_its_journal_of_jobs_is_found_all_the_same(run: Run, capsys: Out) -> None:
    run.journal.unlink()
    for verb in ("status", "report", "replay", "rejudge"):
        assert main([verb, "copper.mlp"]) == 0, verb
    assert main(["verify", "copper.mlp"]) == IN_PART
    assert "journal.jsonl` is not there" in capsys.readouterr().out


def test_execute_writes_again_what_the_spec_gives(run: Run, capsys: Out) -> None:
    plan, baseline = run.plan.read_text(), (run.folder / "baseline.mlp").read_text()
    run.plan.unlink()
    lose_baseline(run)
    assert main(["verify", "copper.mlp"]) == 1
    assert main(["execute", "copper.mlp"]) == 0
    assert (run.folder / "baseline.mlp").read_text() == baseline
    assert json.loads(run.plan.read_text())["hashes"] == json.loads(plan)["hashes"]
    assert main(["replay", "copper.mlp"]) == 0


def test_a_record_without_its_results_is_not_said_to_hold_as_a_whole(record: Path, capsys: Out) -> None:
    assert main(["verify", str(record), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["whole"]
    (record / "results.tar.xz").unlink()
    assert main(["verify", str(record), "--json"]) == IN_PART
    found = json.loads(capsys.readouterr().out)
    assert found["holds"]
    assert not found["whole"]
    runs = found["figures"]["measured"]["runs"] + found["figures"]["sealed"]["runs"]
    assert main(["verify", str(record)]) == IN_PART
    out = capsys.readouterr().out
    assert f"0 of {runs} runs are verified" in out
    assert "everything holds" not in out


@pytest.mark.parametrize("kept", [0, 100, 0.5], ids=["empty", "a head", "half"])
def test_results_that_cannot_be_unpacked_are_named(record: Path, capsys: Out, kept: float) -> None:
    packed = record / "results.tar.xz"
    content = packed.read_bytes()
    packed.write_bytes(content[: int(kept * len(content)) if kept < 1 else int(kept)])
    assert main(["verify", str(record), "--json"]) == 1
    (said,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert said["code"] == "MLP0806"
    assert "cannot be unpacked" in said["headline"]


@pytest.mark.parametrize("name", ["plan.json", "journal.jsonl"])
def test_without_the_file_that_figures_are_made_again_by_nothing_is_accused(
    record: Path, capsys: Out, name: str
) -> None:
    (record / name).unlink()
    assert main(["verify", str(record), "--json"]) == IN_PART
    found = json.loads(capsys.readouterr().out)
    assert found["diagnostics"] == []
    assert found["figures"]["measured"]["recomputed"] == 0
    assert found["figures"]["measured"]["compared"] == found["figures"]["measured"]["runs"]


def cut(record: Path, lines: int) -> None:
    """Leave so many lines of the campaign's record, each of them whole."""
    path = record / "campaign.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:lines]))


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_runs_that_only_the_journal_of_jobs_knows_are_said(record: Path, capsys: Out, share: float) -> None:
    entries = [json.loads(line) for line in (record / "campaign.jsonl").read_text().splitlines()]
    kept = int(len(entries) * share)
    cut(record, kept)
    shutil.rmtree(record / "accepted")
    baseline = SourceFile("campaign.mlp", (record / "baseline.mlp").read_text())
    for entry in entries[:kept]:
        if entry["event"] == "accepted":  # what was handed out by then
            made = design(baseline, [Change(*change) for change in entry["changes"]])
            assert isinstance(made, Design)
            (record / "accepted").mkdir(exist_ok=True)
            (record / "accepted" / f"{entry['lane'].replace('/', '-')}.mlp").write_text(made.source.text)
    assert main(["verify", str(record), "--json"]) == IN_PART
    found = json.loads(capsys.readouterr().out)
    # Runs under the same design and seed share their verdict, and are made once.
    known = {entry["verdict"] for entry in entries[:kept] if entry["event"] in ("measured", "sealed")}
    gone = {entry["verdict"] for entry in entries[kept:] if entry["event"] in ("measured", "sealed")} - known
    assert len(found["unrecorded_runs"]) == len(gone) > 0
    assert main(["verify", str(record)]) == IN_PART
    out = capsys.readouterr().out
    assert "mlipilot execute" in out
    assert "restored from a copy" in out


def test_a_seal_that_was_opened_and_is_not_recorded_is_said(record: Path, capsys: Out) -> None:
    events = [json.loads(line)["event"] for line in (record / "campaign.jsonl").read_text().splitlines()]
    cut(record, events.index("sealed"))
    assert main(["verify", str(record), "--json"]) == IN_PART
    assert json.loads(capsys.readouterr().out)["unrecorded_runs"] == ["seal/usable"]


def test_of_a_record_that_claims_to_be_closed_no_run_may_be_missing(record: Path, capsys: Out) -> None:
    lines = (record / "campaign.jsonl").read_text().splitlines(keepends=True)
    gone = next(n for n, line in enumerate(lines) if json.loads(line)["event"] == "measured" and n > 20)
    (record / "campaign.jsonl").write_text("".join(lines[:gone] + lines[gone + 1 :]))
    assert main(["verify", str(record), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert len(found["unrecorded_runs"]) == 1
    assert [diagnostic["code"] for diagnostic in found["diagnostics"]] == ["MLP0807", "MLP0902", "MLP0914", "MLP0902"]
    headlines = [diagnostic["headline"] for diagnostic in found["diagnostics"]]
    for headline, words in zip(
        headlines,
        (f"line {gone + 1} of", "the record is closed, and", "its runs took", "is not recorded before it"),
        strict=True,
    ):
        assert words in headline


def _entries(run: Run) -> int:
    return len(run.campaign.read_text().splitlines())
