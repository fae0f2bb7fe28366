"""A transcript repeats a campaign without its model, and a crash pays for nothing twice."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from campaign_spec import UNLIMITED, call, history, trial
from scripted_server import Call, Status, Text

from mlipilot.runtime.pilot.language import Ledger, Mode, Transcript
from mlipilot.runtime.pilot.trial import Exhausted

SCRIPT = (
    Status(500),
    Call({}, "read_spec"),
    Text("no"),
    Call(call(("potential.channels", "16"))),
    Status(429),
    Call(call(("potential.channels", "32"))),
)


def campaign(b: Any) -> list[Any]:
    """Two proposals after the first three trials."""
    trials = history(b.space)
    first = b.proposer.propose(trials, b.space, UNLIMITED)
    if isinstance(first, Exhausted):
        return [first]
    trials.append(trial(3, b.space, {"potential.channels": 16}))
    return [first, b.proposer.propose(trials, b.space, UNLIMITED)]


@pytest.mark.parametrize("dialect", ["chat", "responses"])
def test_a_replay_repeats_proposals_ledger_and_log_without_a_request(
    dialect: str, serve: Any, bench: Any, tmp_path: Path
) -> None:
    path = tmp_path / "llm.jsonl"
    server = serve(*SCRIPT)
    recorded = bench(server, endpoint={"dialect": dialect}, transcript=Transcript(path))
    proposals = campaign(recorded)
    assert [p.origin for p in proposals] == ["llm", "llm"]
    before = path.read_bytes()
    silent = serve(Status(418))
    replayed = bench(silent, endpoint={"dialect": dialect}, transcript=Transcript(path, Mode.STRICT))
    assert campaign(replayed) == proposals
    assert replayed.events == recorded.events
    assert replayed.entries == recorded.entries
    assert silent.requests == []
    assert replayed.waits == []
    assert path.read_bytes() == before


def test_strict_stops_where_the_transcript_ends(serve: Any, bench: Any, tmp_path: Path) -> None:
    path = tmp_path / "llm.jsonl"
    campaign(bench(serve(*SCRIPT), transcript=Transcript(path)))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]))
    server = serve(Call(call(("potential.channels", "16"))))
    b = bench(server, transcript=Transcript(path, Mode.STRICT))
    (found,) = campaign(b)
    assert isinstance(found, Exhausted)
    assert server.requests == []


@pytest.mark.parametrize("kept", range(len(SCRIPT) + 1))
def test_after_a_crash_only_what_is_missing_is_asked(kept: int, serve: Any, bench: Any, tmp_path: Path) -> None:
    path = tmp_path / "llm.jsonl"
    whole = bench(serve(*SCRIPT), transcript=Transcript(path))
    proposals = campaign(whole)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == len(SCRIPT)
    torn = lines[kept][:-9] if kept < len(lines) else b""
    path.write_bytes(b"".join(lines[:kept]) + torn)
    attempts = [entry["attempt"] for entry in whole.entries if entry["event"] == "llm-settle"][:kept]
    entries = [e for e in whole.entries if e["event"] == "llm-prices" or e["attempt"] in attempts]
    server = serve(*SCRIPT[kept:] or [Status(418)])
    b = bench(server, transcript=Transcript(path, Mode.REPLAY), ledger=Ledger(None, entries=entries))
    assert campaign(b) == proposals
    assert len(server.requests) == len(SCRIPT) - kept
    assert b.ledger.spent == whole.ledger.spent
    assert [json.loads(line)["key"] for line in path.read_bytes().splitlines()] == [
        json.loads(line)["key"] for line in lines
    ]


def test_the_same_question_has_another_answer_in_another_replicate(serve: Any, bench: Any, tmp_path: Path) -> None:
    path = tmp_path / "llm.jsonl"
    server = serve(Call(call(("potential.channels", "16"))), Call(call(("potential.channels", "32"))))
    values = []
    for replicate in range(2):
        b = bench(server, transcript=Transcript(path, Mode.REPLAY), about={"replicate": replicate})
        values.append(b.proposer.propose(history(b.space), b.space, UNLIMITED).changes[0].value)
    assert values == ["16", "32"]
    assert server.requests[0] == server.requests[1]


def test_recording_never_answers_from_the_transcript(serve: Any, bench: Any, tmp_path: Path) -> None:
    path = tmp_path / "llm.jsonl"
    server = serve(Call(call(("potential.channels", "16"))), Call(call(("potential.channels", "32"))))
    for _ in range(2):
        b = bench(server, transcript=Transcript(path))
        b.proposer.propose(history(b.space), b.space, UNLIMITED)
    assert len(server.requests) == 2
    assert [json.loads(line)["occurrence"] for line in path.read_bytes().splitlines()] == [0, 1]


def test_a_key_is_the_hash_of_what_was_asked(serve: Any, bench: Any, tmp_path: Path) -> None:
    path = tmp_path / "llm.jsonl"
    server = serve(Call(call(("potential.channels", "16"))))
    b = bench(server, transcript=Transcript(path), about={"arm": "llm"})
    b.proposer.propose(history(b.space), b.space, UNLIMITED)
    request = {"about": {"arm": "llm", "trial": 3}, "dialect": "chat", "body": server.requests[0]}
    text = json.dumps(request, sort_keys=True, separators=(",", ":"))
    assert json.loads(path.read_bytes())["key"] == hashlib.sha256(text.encode()).hexdigest()
