"""Deciding again: other settings give the decisions that follow by hand; what was never measured is said."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import pytest
from simulated import Campaign, entries_of, spec_text

from mlipilot.runtime.pilot.audit.record import Record, read_campaign
from mlipilot.runtime.pilot.audit.rejudging import Rejudged, rejudge, with_threshold
from mlipilot.runtime.pilot.audit.retelling import pinned
from mlipilot.runtime.pilot.campaign.rules import Rule
from mlipilot.spec.diagnostics import Diagnostic

SEARCH = "search { potential.channels ~ choice(4, 8, 16) }"


def truth(point: Mapping[str, str]) -> dict[str, float]:
    """The baseline (8 channels) lies just inside; 16 channels halve the force error, 4 double both."""
    factor = {"4": 2.0, "8": 1.0, "16": 0.5}[point.get("potential.channels", "8")]
    return {"force_rmse": 0.020 * factor, "energy_rmse": 0.003 * factor}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    folder = tmp_path_factory.mktemp("rejudged")
    text = spec_text("proposer = grid, confirm_seeds = 2", "trials <= 2", SEARCH)
    campaign = Campaign(folder, text, truth=truth, noise=0.02)
    assert campaign.run()
    read = read_campaign(folder)
    assert isinstance(read, Record)
    return read


def again(record: Record, *, alpha: float | None = None, rules: tuple[Rule, ...] | None = None) -> Rejudged:
    baseline = pinned(record)
    assert not isinstance(baseline, Diagnostic)
    gate = record.settings.gate
    settings = replace(record.settings, gate=replace(gate, alpha=gate.alpha if alpha is None else alpha))
    lanes = rejudge(record, baseline, settings, rules or record.rules)
    return next(lane for lane in lanes if lane.lane == "grid/1")


def threshold(record: Record, text: str) -> tuple[Rule, ...]:
    found = with_threshold(text, record.rules)
    assert not isinstance(found, Diagnostic), str(found)
    return found


def states(record: Record) -> dict[str, str]:
    """By channels, what was decided."""
    trials = record.trials("grid/1")
    return {trial.proposed.proposal.changes[0].value: trial.state for trial in trials}


def test_the_same_settings_give_the_same_decisions(record: Record) -> None:
    assert states(record) == {"4": "infeasible", "16": "accepted"}
    found = again(record)
    assert found.changed == []
    assert found.trials == 2
    assert found.was == found.accepted != ()
    assert not found.lacking


def test_a_stricter_threshold_rejects_what_was_accepted(record: Record) -> None:
    """Half of 20 meV/Å is 10: a bound of 5 meV/Å fails every model by the bound of its own."""
    found = again(record, rules=threshold(record, "force_rmse(cu.test)=5 meV/Å"))
    accepted = next(trial.number for trial in record.trials("grid/1") if trial.state == "accepted")
    assert [(c.trial, c.was, c.state) for c in found.changed] == [(accepted, "accepted", "infeasible")]
    assert found.accepted is None
    assert found.was is not None


def test_a_looser_threshold_leaves_the_race_to_decide(record: Record) -> None:
    """With 60 meV/Å and 10 meV/atom four channels are not ended by the scorecard, but by the race."""
    rules = threshold(record, "force_rmse(cu.test)=60 meV/Å")
    found = again(
        replace(record, rules=rules),
        rules=threshold(replace(record, rules=rules), "energy_rmse(cu.test) = 10 meV/atom"),
    )
    assert [(c.was, c.state) for c in found.changed] == [("infeasible", "rejected")]


def test_a_level_that_no_measurement_reaches_leaves_undecided_what_needs_more_runs(record: Record) -> None:
    found = again(record, alpha=1e-12)
    changed = found.changed[0]
    looks = sum(
        1 for e in entries_of(record.path, "measured") if e["purpose"] == "candidate" and e["trial"] == changed.trial
    )
    assert (changed.was, changed.state) == ("accepted", "undecided")
    assert changed.reason == "needs 4 runs that the record lacks", looks
    assert found.lacking == 1
    assert found.accepted is None


def test_the_level_decides_as_the_recorded_p_value_says(record: Record) -> None:
    """The look that accepted had this p; its share of a level is known, so that the alpha that just fails is too."""
    trial = next(trial for trial in record.trials("grid/1") if trial.state == "accepted")
    step = next(step for step in trial.steps if step["step"] == "confirmation" and step["outcome"] == "accept")
    just_fails = record.settings.gate.alpha * step["p"] / step["level"]
    assert again(record, alpha=just_fails * 1.01).changed == []
    assert [c.was for c in again(record, alpha=just_fails * 0.99).changed] == ["accepted"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("force_rmse(cu.test)", "no metric with a threshold"),
        ("force_rms(cu.test)=5 meV/Å", "no bound"),
        ("force_rmse(cu.test)=5", "no threshold"),
        ("force_rmse(cu.test)=5 meV", "no threshold"),
        ("force_rmse(cu.test)=much", "no threshold"),
        ("force_rmse(cu.test)=", "no threshold"),
        ("=5 meV/Å", "no metric with a threshold"),
    ],
)
def test_a_threshold_that_is_none_is_refused_at_its_place(record: Record, text: str, says: str) -> None:
    found = with_threshold(text, record.rules)
    assert isinstance(found, Diagnostic)
    assert found.code == "MLP0916"
    assert says in found.headline
    assert found.place is not None
    assert found.help


def test_a_threshold_is_read_in_its_unit(record: Record) -> None:
    rules = threshold(record, "force_rmse( cu.test ) = 0.025 eV/Å")
    found = [rule for rule in rules if rule.shown == "force_rmse(cu.test)" and rule.is_required]
    assert len(found) == 1
    assert math.isclose(found[0].threshold or 0.0, 0.025)
    assert [rule for rule in rules if rule not in found] == [
        r for r in record.rules if r.shown != found[0].shown or not r.is_required
    ]
