"""Repeating: proposers that run again give the same record; a record whose proposals were altered is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from simulated import Campaign, spec_text
from stocked import alter

from mlipilot.runtime.pilot.audit.record import Record, read_campaign
from mlipilot.runtime.pilot.audit.replaying import Replayed, replay
from mlipilot.runtime.pilot.audit.retelling import pinned
from mlipilot.runtime.pilot.campaign.lane import USER
from mlipilot.spec.diagnostics import Diagnostic

PILOT = "proposer = tpe, controls = [random], confirm_seeds = 2"


def replayed(folder: Path) -> Replayed:
    record = read_campaign(folder)
    assert isinstance(record, Record)
    baseline = pinned(record)
    assert not isinstance(baseline, Diagnostic)
    found = replay(record, baseline)
    assert isinstance(found, Replayed)
    return found


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    campaign = Campaign(tmp_path, spec_text(PILOT, "trials <= 4"))
    assert campaign.run()
    return campaign


def test_a_campaign_repeats_bit_for_bit(campaign: Campaign) -> None:
    found = replayed(campaign.folder)
    assert found.differences == []
    assert found.entries == len(campaign.path.read_text().splitlines()) - 1  # all but the first
    assert found.open == []


def test_a_proposal_that_was_exchanged_is_told_with_its_entry(campaign: Campaign) -> None:
    seen: list[int] = []

    def exchange(entry: dict[str, Any]) -> None:
        if entry["event"] == "proposed" and entry["lane"] == "tpe/1" and entry["trial"] == 2:
            entry["proposal"]["hypothesis"] = "a person thought so"
            seen.append(entry["seq"])

    alter(campaign.path, exchange)
    found = replayed(campaign.folder)
    assert [(d.lane, d.seq) for d in found.differences] == [("tpe/1", seen[0])]


def test_what_a_user_proposed_is_taken_from_the_record(campaign: Campaign) -> None:
    def by_user(entry: dict[str, Any]) -> None:
        if entry["event"] == "proposed" and entry["lane"] == "random/1" and entry["trial"] == 4:
            entry["proposal"]["origin"] = USER

    alter(campaign.path, by_user)
    assert replayed(campaign.folder).is_identical


@pytest.mark.parametrize("lines", [3, 9, 12, 20])
def test_a_record_that_goes_on_repeats_as_far_as_it_goes(campaign: Campaign, lines: int) -> None:
    text = campaign.path.read_text().splitlines(keepends=True)
    campaign.path.write_text("".join(text[:lines]))
    found = replayed(campaign.folder)
    assert found.is_identical
    assert found.open


def test_a_campaign_stopped_after_any_run_ends_with_the_same_record(tmp_path: Path) -> None:
    def said(path: Path) -> dict[str, list[dict[str, Any]]]:
        lanes: dict[str, list[dict[str, Any]]] = {}
        for line in path.read_text().splitlines():
            entry = json.loads(line)
            body = {k: v for k, v in entry.items() if k not in ("seq", "time", "hash", "previous")}
            lanes.setdefault(entry.get("lane", ""), []).append(body)
        return lanes

    text = spec_text("proposer = random, confirm_seeds = 2", "trials <= 3")
    whole = Campaign(tmp_path / "whole", text)
    whole.folder.mkdir()
    assert whole.run()
    for count in range(len(whole.laboratory.made)):
        folder = tmp_path / f"stopped-{count}"
        folder.mkdir()
        assert not Campaign(folder, text, stop_after=count).run()
        again = Campaign(folder, text)
        assert again.run()
        assert said(again.path) == said(whole.path), count
