"""A campaign with language models that was cut off goes on as if nothing had been, and repeats without its endpoint."""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from asked import assert_paid, assert_untouched, call, campaign, counted, language_entries, settled, sound, trial_of
from scripted_server import Call, Refusal, Text
from simulated import Campaign, entries_of

from mlipilot.cli import main
from mlipilot.runtime.pilot.audit.record import Record, read_campaign
from mlipilot.runtime.pilot.audit.replaying import Replayed, replay
from mlipilot.runtime.pilot.audit.retelling import pinned
from mlipilot.runtime.pilot.campaign.lane import USER
from mlipilot.runtime.pilot.campaign.log import said
from mlipilot.runtime.pilot.language.connection import Connection
from mlipilot.runtime.record import Journal, read_journal
from mlipilot.spec.diagnostics import Diagnostic

ARM = "llm(gpt-5.5)/1"
PILOT = 'proposer = llm("gpt-5.5"), controls = [llm_shuffled("gpt-5.5")]'
BUDGET = "trials <= 3, tokens <= 2_000_000"


def forgetful(body: dict[str, Any]) -> Any:
    """A function of the request alone: refused until it is asked plainly, corrected once, or sound at once."""
    text = json.dumps(body)
    number = trial_of(body)
    if number == 1 and "tools" in body:
        return Refusal()
    if number == 2 and "That call was refused" not in text:
        return Call(call(("budget.tokens", "9")))
    return Call(sound(body)) if "tools" in body else Text(json.dumps(sound(body)))


def told(made: Campaign) -> dict[str, list[Any]]:
    """What each lane entered, in its order, without the place and time of it; of a model's layer as a set."""
    found: dict[str, list[Any]] = {}
    for entry in read_journal(made.path).entries:
        if not str(entry["event"]).startswith("llm-") and entry["event"] != "torn":
            found.setdefault(entry.get("lane", ""), []).append((entry["event"], said(entry)))
    return found


def heard(made: Campaign) -> Counter[str]:
    """What a model's layer entered, each as often; times apart."""
    kept = ("event", "lane", "attempt", "class", "rung", "tokens", "known", "trial", "message")
    return Counter(json.dumps({k: e[k] for k in kept if k in e}, sort_keys=True) for e in language_entries(made))


@pytest.mark.parametrize("in_background", [False, True])
@pytest.mark.parametrize("runs", [12, 14])
def test_stopped_after_every_few_runs_it_ends_the_same_and_asks_nothing_twice(
    runs: int, in_background: bool, tmp_path: Path, serve: Any
) -> None:
    first = serve(forgetful)
    whole = campaign(tmp_path / "whole", PILOT, BUDGET)
    assert whole.run()
    server = serve(forgetful)
    made = campaign(tmp_path / "parts", PILOT, BUDGET, stop_after=runs, in_background=in_background)
    parts = 1
    while not made.run():
        parts += 1
        assert parts < 50
    assert parts > 1
    assert told(made) == told(whole)
    assert heard(made) == heard(whole)
    assert len(server.requests) == len(first.requests)
    assert_paid(made, server)
    assert_untouched(made)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("entries", [2, 3, 5])
def test_cut_off_in_the_midst_of_proposals_it_ends_the_same_and_asks_nothing_twice(
    entries: int, tmp_path: Path, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = serve(forgetful)
    whole = campaign(tmp_path / "whole", PILOT, BUDGET)
    assert whole.run()
    server = serve(forgetful)
    made = campaign(tmp_path / "parts", PILOT, BUDGET)
    append = Journal.append
    left = 0

    def until_killed(journal: Journal, event: str, **data: Any) -> dict[str, Any]:
        nonlocal left
        if event.startswith("llm-"):
            left -= 1
            if left < 0:
                raise Killed
        return append(journal, event, **data)

    monkeypatch.setattr(Journal, "append", until_killed)
    for _ in range(200):
        left = entries
        try:
            assert made.run()
            break
        except Killed:
            continue
    else:
        raise AssertionError("it does not get on")
    assert told(made) == told(whole)
    assert heard(made) == heard(whole)
    assert len(server.requests) == len(first.requests)
    assert_paid(made, server)


def test_killed_at_random_moments_it_ends_the_same_and_counts_what_was_lost(tmp_path: Path, serve: Any) -> None:
    first = serve(forgetful)
    whole = campaign(tmp_path / "whole", PILOT, BUDGET)
    assert whole.run()
    generator = random.Random(3)
    child: subprocess.Popen[bytes] | None = None
    kill_at = {2, 7}

    def deadly(body: dict[str, Any]) -> Any:
        if len(server.requests) in kill_at and child is not None:
            threading.Timer(generator.uniform(0.0, 0.03), child.kill).start()
            time.sleep(generator.uniform(0.0, 0.03))
        return forgetful(body)

    server = serve(deadly)
    folder = tmp_path / "killed"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    for _ in range(len(kill_at) + 1):
        child = subprocess.Popen([sys.executable, __file__, str(folder)], env=environment)
        if child.wait(timeout=600) == 0:
            break
    assert child is not None
    assert child.returncode == 0
    made = campaign(folder, PILOT, BUDGET)
    assert made.run()
    arms = made.restored()
    assert told(made) == told(whole)
    assert_untouched(made)
    reserved: dict[tuple[str, str], list[int]] = {}
    for entry in language_entries(made):
        if entry["event"] == "llm-reserve":
            reserved.setdefault((entry["lane"], entry["attempt"]), []).append(entry["tokens"])
    again = [tokens for times in reserved.values() for tokens in times[:-1]]
    # Lanes ask side by side: a kill may lose one request of each, and never one that was not entered.
    assert 0 <= len(server.requests) - len(first.requests) <= len(again) <= len(kill_at) * len(arms)
    spent = sum(arm.ledger.spent.tokens for arm in arms.values() if arm.ledger is not None)
    assert settled(made) == settled(whole)
    # What was lost may have cost all that was set aside for it, and stays entered.
    assert spent == settled(whole) + sum(again)


def repeated(made: Campaign) -> Replayed:
    """What the audit finds when it repeats the record from its transcripts."""
    record = read_campaign(made.folder)
    assert isinstance(record, Record)
    baseline = pinned(record)
    assert not isinstance(baseline, Diagnostic)
    found = replay(record, baseline)
    assert isinstance(found, Replayed)
    return found


def assert_repeats(made: Campaign) -> None:
    """That the audit repeats the whole record from its transcripts."""
    found = repeated(made)
    assert found.differences == []
    assert found.open == []


@pytest.mark.parametrize("tokens", [2_000_000, 100_000, 60_000])
def test_one_that_was_killed_while_it_asked_repeats_with_all_that_was_lost(
    tokens: int, tmp_path: Path, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(forgetful)
    made = campaign(tmp_path / "c", PILOT, f"trials <= 3, tokens <= {tokens}")
    send = Connection.send
    sent = 0

    def until_killed(connection: Connection, body: dict[str, Any]) -> Any:
        nonlocal sent
        sent += 1
        if sent in (1, 2, 4, 7):
            raise Killed
        return send(connection, body)

    monkeypatch.setattr(Connection, "send", until_killed)
    for _ in range(8):
        with contextlib.suppress(Killed):
            assert made.run()
            break
    lost = sum(entry["event"] == "llm-reserve" for entry in language_entries(made)) - sum(
        counted(made, lane).attempts for lane in made.arms
    )
    assert lost > 0
    assert_repeats(made)


def test_an_edit_that_comes_while_a_model_is_asked_is_the_trial_that_was_promised(
    tmp_path: Path, serve: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(forgetful)
    made = campaign(tmp_path / "c", 'proposer = llm("gpt-5.5"), controls = [random]', BUDGET)
    with monkeypatch.context() as patched:
        patched.setattr(Connection, "send", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            made.run()
    arguments = ["propose", str(made.folder), "--set", "potential.channels=16", "--because", "capacity"]
    assert main(arguments) == 0
    promised = int(capsys.readouterr().out.partition("trial ")[2].partition(",")[0])
    assert made.run()
    by_user = [e["trial"] for e in entries_of(made.path, "proposed", ARM) if e["proposal"]["origin"] == USER]
    assert by_user == [promised]
    assert_repeats(made)


@pytest.mark.parametrize("budget", [BUDGET, "trials <= 3, tokens <= 20_000"])
def test_it_repeats_from_its_transcripts_alone(budget: str, tmp_path: Path, serve: Any) -> None:
    server = serve(forgetful)
    made = campaign(tmp_path / "c", PILOT, budget)
    assert made.run()
    assert ("budget" in counted(made).faults) == (budget != BUDGET)
    record = made.path.read_bytes()
    server.close()
    assert_repeats(made)
    assert made.path.read_bytes() == record
    assert len(server.requests) == counted(made).attempts + counted(made, "llm_shuffled(gpt-5.5)/1").attempts


def test_a_transcript_that_lacks_an_answer_is_found(tmp_path: Path, serve: Any) -> None:
    serve(forgetful)
    made = campaign(tmp_path / "c", PILOT, BUDGET)
    assert made.run()
    (transcript,) = (tmp_path / "c" / "transcripts").glob("llm-gpt*.jsonl")
    transcript.write_bytes(b"".join(transcript.read_bytes().splitlines(keepends=True)[:-1]))
    (found,) = repeated(made).differences
    assert (found.lane, found.event, found.what) == (ARM, "proposed", "`ended` was to be expected")


if __name__ == "__main__":
    sys.exit(0 if campaign(Path(sys.argv[1]), PILOT, BUDGET, in_background=True).run() else 1)
