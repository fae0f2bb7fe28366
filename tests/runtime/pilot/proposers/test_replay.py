"""A record gives the same proposals again; what is none is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import spaces

from mlipilot.runtime.pilot.proposers import TPE, Replay, read_record
from mlipilot.runtime.pilot.proposers.replay import recorded
from mlipilot.runtime.pilot.trial import Exhausted, Proposal
from mlipilot.spec.edit import Change


def test_a_recorded_campaign_is_proposed_again_and_then_ends(tmp_path: Path) -> None:
    space = spaces.space_of(spaces.WHOLE)
    first = spaces.campaign(TPE(1), space, 15)
    path = tmp_path / "campaign.jsonl"
    lines = [{"event": "proposed", "proposal": recorded(one.proposal)} for one in first]
    path.write_text("\n".join(json.dumps(line) for line in [{"event": "start"}, *lines]) + "\n", encoding="utf-8")
    read = read_record(path)
    assert isinstance(read, list)
    again = spaces.campaign(Replay(read), space, 100)
    assert spaces.proposals(again) == spaces.proposals(first)
    assert isinstance(Replay(read).propose(again, space, spaces.FREE), Exhausted)


def test_a_record_that_does_not_begin_with_the_baseline_is_led_by_it() -> None:
    space = spaces.space_of(spaces.SMALL)
    one = Proposal((Change("m.channels", "16", "more"),), hypothesis="h", magnitude=0.1)
    assert spaces.proposals(spaces.campaign(Replay([one]), space, 9))[1:] == [one]
    assert spaces.campaign(Replay([one]), space, 9)[0].proposal.changes == ()


def test_a_record_of_another_search_stops_where_it_leaves_this_one() -> None:
    space = spaces.space_of(spaces.SMALL)
    record = [Proposal((Change("m.channels", value),)) for value in ("16", "64", "32")]
    history = spaces.campaign(Replay(record), space, 9)
    assert len(history) == 2
    answer = Replay(record).propose(history, space, spaces.FREE)
    assert isinstance(answer, Exhausted)
    assert "m.channels" in answer.reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"proposal": 3}',
        '{"proposal": {"changes": 3}}',
        '{"proposal": {"changes": [3]}}',
        '{"proposal": {"changes": [{"path": "m.channels", "value": 16, "because": ""}]}}',
        '{"proposal": {"changes": [], "hypothesis": 3}}',
        '{"proposal": {"changes": [], "magnitude": true}}',
        '{"proposal": {"changes": [], "magnitude": NaN}}',
    ],
)
def test_a_file_that_is_no_record_is_refused_with_the_reason(tmp_path: Path, text: str) -> None:
    path = tmp_path / "campaign.jsonl"
    path.write_text(text, encoding="utf-8")
    assert isinstance(read_record(path), str)
    assert isinstance(read_record(tmp_path / "absent.jsonl"), str)
