"""What a record says came of a campaign."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from simulated import Campaign, better_with_channels, spec_text

from mlipilot.runtime.display.campaign_document import document
from mlipilot.runtime.pilot.campaign.measurement import Figure, Measurement, Run
from mlipilot.runtime.pilot.campaign.rules import objective_of
from mlipilot.runtime.pilot.outcome.added_value import added_value, change_in_words, compare, fisher, sentence
from mlipilot.runtime.pilot.outcome.final import Final
from mlipilot.runtime.pilot.outcome.reading import read_result
from mlipilot.runtime.pilot.outcome.result import OPEN, LaneResult, Result
from mlipilot.runtime.pilot.outcome.sample import Sample
from mlipilot.runtime.pilot.outcome.tally import tally
from mlipilot.runtime.pilot.outcome.wording import Activity, headline, observed_in_words
from mlipilot.runtime.pilot.trial import Failure
from mlipilot.runtime.record import read_journal
from mlipilot.spec.source import SourceFile

TEXT = spec_text(budget="trials <= 8, device_time <= 40 min")


def result_of(campaign: Campaign, *, until: int | None = None) -> Result:
    entries = read_journal(campaign.path).entries[:until]
    found = read_result(entries, SourceFile("baseline.mlp", campaign.text))
    assert isinstance(found, Result), found
    return found


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campaign]:
    made = Campaign(tmp_path_factory.mktemp("campaign"), TEXT)
    assert made.run()
    yield made


@pytest.fixture(scope="module")
def result(campaign: Campaign) -> Result:
    return result_of(campaign)


def entries_of(campaign: Campaign, event: str) -> list[dict[str, Any]]:
    return [entry for entry in read_journal(campaign.path).entries if entry["event"] == event]


def test_every_trial_of_the_record_is_in_the_result_with_its_decision(campaign: Campaign, result: Result) -> None:
    recorded = [(e["lane"], e["trial"], e["state"], e["reason"]) for e in entries_of(campaign, "trial")]
    shown = [(lane.name, t.number, t.state, t.reason) for lane in result.lanes for t in lane.trials]
    assert sorted(recorded) == sorted(shown)
    assert shown


def test_an_edit_says_what_stood_in_the_baseline(result: Result) -> None:
    accepted = [trial for lane in result.lanes for trial in lane.accepted]
    assert accepted
    edits = {edit.path: edit for trial in accepted for edit in trial.kept or ()}
    assert edits["potential.channels"].before == "8"
    assert edits["potential.channels"].after == "16"


def test_device_seconds_are_those_that_each_lane_said_it_spent(campaign: Campaign, result: Result) -> None:
    ended = {entry["lane"]: entry["device_seconds"] for entry in entries_of(campaign, "ended")}
    assert {lane.name: lane.spent for lane in result.lanes} == pytest.approx(ended)
    every = sum(e["device_seconds"] for event in ("measured", "sealed") for e in entries_of(campaign, event))
    assert result.spent == pytest.approx(every)


def test_final_figures_are_the_sealed_ones_with_mean_and_range(campaign: Campaign, result: Result) -> None:
    place = objective_of(result.rules)
    assert place is not None
    lane = next(lane for lane in result.lanes if lane.final is not None)
    assert lane.final is not None
    sealed = [e["figures"][place][0] for e in entries_of(campaign, "sealed") if e["design"] == lane.final.place]
    assert lane.final.evidence == "sealed"
    assert lane.final.values(place) == sealed
    assert lane.final.mean(place) == pytest.approx(sum(sealed) / len(sealed))
    assert lane.final.range(place) == (min(sealed), max(sealed))


def test_before_the_seal_a_lane_is_known_by_its_confirmation(campaign: Campaign) -> None:
    last = max(e["seq"] for e in entries_of(campaign, "ended"))
    found = result_of(campaign, until=last + 1)
    finals = [lane.final for lane in found.lanes if lane.final is not None]
    assert found.stage == "closing"
    assert finals
    for final in finals:
        assert final.evidence == "confirmation"
        assert len(final.samples) >= found.settings.gate.confirm_seeds


def test_a_record_that_goes_on_is_a_result_at_each_of_its_entries(campaign: Campaign) -> None:
    count = len(read_journal(campaign.path).entries)
    stages = [result_of(campaign, until=until).stage for until in range(1, count + 1)]
    assert list(dict.fromkeys(stages)) == ["calibrating", "searching", "closing", "closed"]


def test_a_trial_under_way_is_open_and_reconciled(campaign: Campaign) -> None:
    first = entries_of(campaign, "proposed")[0]["seq"]
    found = result_of(campaign, until=first + 1)
    assert [trial.state for lane in found.lanes for trial in lane.trials] == [OPEN]
    counts = tally(found)
    assert counts.trials == {OPEN: 1}
    assert counts.is_reconciled
    assert headline(found, Activity(True)).startswith("0 trials of at most 16 decided")
    assert headline(found, Activity(True, is_paused=True)).startswith("Paused")
    assert headline(found, Activity(False)).startswith("Stopped")


def test_runs_that_failed_are_counted_by_whose_fault_it_was(tmp_path: Path) -> None:
    def fail(run: Run) -> Measurement | None:
        if run.lane == "random/1" and run.trial == 1:
            return Measurement((), 3.0, "", Failure.CANDIDATE, "MLP0810", "MLP0810 the loss is not finite")
        return None

    made = Campaign(tmp_path, spec_text(budget="trials <= 3"), fail=fail)
    assert made.run()
    counts = tally(result_of(made))
    assert counts.failures == {Failure.CANDIDATE: 1}
    searched = next(runs for runs in counts.runs if runs.phase == "trials")
    assert searched.failed == {Failure.CANDIDATE: 1}
    assert searched.requested == searched.measured + 1
    assert counts.is_reconciled


def test_a_measured_gain_of_the_gate_is_in_units_of_sigma(result: Result) -> None:
    assert result.calibrated is not None
    assert len(result.calibrated.noise) == len(result.rules)
    assert result.power.detectable is not None
    assert result.power.trials == 8


def test_what_is_no_campaign_is_refused_with_a_reason() -> None:
    assert isinstance(read_result([]), str)
    assert isinstance(read_result([{"event": "begin"}]), str)
    broken = [{"event": "campaign", "settings": {}, "rules": [], "hash": "0", "time": 0.0}]
    assert isinstance(read_result(broken), str)


def test_what_a_language_model_cost_and_how_often_it_answered_is_counted_for_its_lane(campaign: Campaign) -> None:
    entries = list(read_journal(campaign.path).entries)
    said = [
        {"event": "llm-prices", "prices": ["1", "2", None]},
        {"event": "llm-reserve", "attempt": "a", "tokens": 900, "money": "9/10"},
        {"event": "llm-attempt", "attempt": "a"},
        {"event": "llm-settle", "attempt": "a", "known": True, "tokens": 120, "money": "1/8"},
        {"event": "llm-reserve", "attempt": "b", "tokens": 900, "money": "9/10"},
        {"event": "llm-attempt", "attempt": "b", "fault": "timeout"},
        {"event": "llm-fault", "attempt": "a", "class": "bad_json"},
        {"event": "llm-proposal", "attempt": "a", "rung": "repaired"},
    ]
    entries[20:20] = [{"lane": "tpe/1", "time": 0.0, **entry} for entry in said]
    found = read_result(entries)
    assert isinstance(found, Result)
    asked, other = found.lanes
    assert (asked.cost.tokens, other.cost.tokens) == (1020, 0)
    assert asked.reliability.rungs == {"repaired": 1}
    counts = tally(found)
    assert (counts.attempts, counts.unanswered, counts.faults) == (2, 1, {"bad_json": 1})
    assert counts.whose == {"format": 1}
    assert [len(lane.trials) for lane in found.lanes] == [len(lane.trials) for lane in result_of(campaign).lanes]


# -- the added value --


def lanes(arm: str, result: Result, values: list[float | None], evidence: str = "sealed") -> list[LaneResult]:
    """An arm whose replicates ended with these objectives; None accepted nothing."""
    known = result.lanes[0]
    found = []
    for replicate, value in enumerate(values, 1):
        final = None
        if value is not None:
            figures = tuple(Figure(value, value, value) for _ in result.rules)
            sample = Sample("seal", 0, evidence, 1, "r", Measurement(figures, 1.0), 0.0)
            final = Final(evidence, (sample,), 0)  # type: ignore[arg-type]
        found.append(replace(known, name=f"{arm}/{replicate}", arm=arm, replicate=replicate, final=final))
    return found


def against(result: Result, ours: list[float | None], theirs: list[float | None], own: str = "llm(small)") -> Result:
    settings = replace(result.settings, arms=(own, "random"), replicates=len(ours))
    return replace(result, settings=settings, lanes=(*lanes(own, result, ours), *lanes("random", result, theirs)))


def test_five_replicates_give_the_interval_of_students_t(result: Result) -> None:
    ours: list[float | None] = [0.010, 0.011, 0.009, 0.010, 0.012]
    theirs: list[float | None] = [0.020, 0.021, 0.022, 0.019, 0.020]
    found = added_value(against(result, ours, theirs))
    assert found is not None
    differences = [math.log(b / a) for a, b in zip(ours, theirs, strict=True) if a and b]
    middle = sum(differences) / 5
    error = math.sqrt(sum((d - middle) ** 2 for d in differences) / 4 / 5)
    assert found.loss == pytest.approx(middle)
    assert found.interval == pytest.approx((middle - 2.776445 * error, middle + 2.776445 * error))
    assert found.is_shown


def test_an_interval_that_holds_zero_says_that_there_is_none(result: Result) -> None:
    text = sentence(against(result, [0.010, 0.012, 0.009, 0.011, 0.010], [0.011, 0.010, 0.010, 0.009, 0.012]))
    assert "there is none that these 5 replicates show" in text


def test_fewer_than_five_replicates_give_no_interval(result: Result) -> None:
    few = added_value(against(result, [0.01, 0.01, 0.01, 0.01], [0.02, 0.02, 0.02, 0.02]))
    assert few is not None
    assert few.interval is None
    assert "at least 5" in sentence(against(result, [0.01, 0.01], [0.02, 0.02]))
    one = sentence(against(result, [0.01], [0.02]))
    assert "no interval can be given with one replicate" in one
    assert "50 % lower" in one


def test_where_a_replicate_accepted_nothing_counts_are_compared_and_not_the_objective(result: Result) -> None:
    reached: list[float | None] = [0.01, 0.01, 0.01, 0.01, 0.01]
    found = added_value(against(result, reached, [0.02, None, None, None, None]))
    assert found is not None
    assert (found.own_reached, found.control_reached) == (5, 1)
    assert found.evidence is None
    assert math.isnan(found.loss)
    assert "the objective cannot be compared" in sentence(against(result, reached, [0.02, None, None, None, None]))


def test_evidence_of_different_kinds_is_not_compared(result: Result) -> None:
    rule_place = objective_of(result.rules)
    assert rule_place is not None
    found = compare(
        lanes("tpe", result, [0.01]),
        lanes("random", result, [0.02], evidence="closing"),
        result.rules[rule_place],
        rule_place,
    )
    assert found.evidence is None


def test_the_best_of_several_controls_is_the_one_compared_with(result: Result) -> None:
    settings = replace(result.settings, arms=("llm(small)", "random", "tpe"), replicates=1)
    arms = [*lanes("llm(small)", result, [0.01]), *lanes("random", result, [0.03]), *lanes("tpe", result, [0.02])]
    found = added_value(replace(result, settings=settings, lanes=tuple(arms)))
    assert found is not None
    assert found.control == "tpe"


def test_the_sentence_says_when_no_language_model_took_part(result: Result) -> None:
    assert sentence(result).startswith("No language model took part")
    assert sentence(against(result, [0.01], [0.02])).startswith("The language model's added value")
    alone = replace(result, settings=replace(result.settings, arms=("tpe",)))
    assert "no control ran" in sentence(alone)


@pytest.mark.parametrize(
    ("ours", "theirs", "of", "p"), [(5, 0, 5, 2 / 252), (3, 1, 5, 132 / 252), (2, 2, 5, 1.0), (0, 0, 3, 1.0)]
)
def test_fishers_exact_test(ours: int, theirs: int, of: int, p: float) -> None:
    assert fisher(ours, theirs, of) == pytest.approx(p)


def test_a_change_is_said_in_the_direction_of_the_value(result: Result) -> None:
    by_metric = {rule.metric: rule for rule in result.rules}
    assert change_in_words(by_metric["force_rmse"], math.log(2)) == "50 % lower"
    assert change_in_words(by_metric["relative_speed"], math.log(2)) == "100 % higher"


def test_a_prediction_is_held_against_what_was_measured(result: Result) -> None:
    trial = result.lanes[0].trials[0]
    said = replace(trial.proposal, metric="force_rmse(cu.test)", direction="lower", magnitude=0.2)
    wrong = {"observed": 0.31, "came_true": False}
    assert observed_in_words(replace(trial, proposal=said, prediction=wrong)) == "+31 %, not as predicted"
    assert observed_in_words(replace(trial, proposal=said, prediction=None)) == "not measured"
    assert observed_in_words(trial) == ""


def test_the_truth_of_the_simulation_is_what_the_campaign_found(result: Result) -> None:
    best = result.best
    place = objective_of(result.rules)
    assert best is not None
    assert best.final is not None
    assert place is not None
    assert best.final.mean(place) == pytest.approx(
        better_with_channels({"potential.channels": "16"})["force_rmse"], rel=0.2
    )


def test_a_sigma_is_a_percentage_or_a_factor_and_of_a_share_points(result: Result) -> None:
    by_metric = {rule.metric: rule for rule in result.rules}
    error, share = by_metric["force_rmse"], by_metric["survival"]
    assert [error.spread(sigma) for sigma in (0.0, 0.01, 0.25, math.log(3.1), 7.0)] == [
        "0 %",
        "1 %",
        "28 %",
        "a factor of 3.1",
        "a factor of 1097",
    ]
    assert share.spread(0.012) == "1.2 points"


def test_a_large_figure_is_read_in_whole_numbers(result: Result) -> None:
    rule = next(rule for rule in result.rules if rule.metric == "force_rmse")
    assert rule.reads(1.0341) == "1034 meV/Å"
    assert rule.reads(math.nan) == rule.reads(None) == "unknown"


# -- why --


def ending(result: Result, *figures: Figure | None, evidence: str = "sealed") -> Final:
    """A design whose models have these figures by every rule; None failed."""
    lost = Measurement((), 1.0, "", Failure.CANDIDATE, "MLP0810", "MLP0810 the loss is not finite")
    samples = [
        Sample("seal", 0, evidence, seed, "r", lost if f is None else Measurement((f,) * len(result.rules), 1.0), 0.0)
        for seed, f in enumerate(figures, 1)
    ]
    return Final(evidence, tuple(samples), 0)  # type: ignore[arg-type]


def test_a_verdict_that_is_not_accepted_has_the_reason_of_the_rule_that_decides(result: Result) -> None:
    place, rule = next((n, r) for n, r in enumerate(result.rules) if r.is_required and r.metric == "energy_rmse")
    limit = rule.threshold
    assert limit is not None
    good, wide = Figure(limit / 2, limit / 3, limit / 1.5), Figure(limit / 2, limit / 3, 2 * limit)
    bad = Figure(3 * limit, 2 * limit, 4 * limit)
    assert ending(result, good, good).reason(rule, place) == ""
    undecided = ending(result, good, wide)
    assert undecided.outcome(rule, place) == "undecided"
    assert "model of seed 2" in undecided.reason(rule, place)
    assert "more sealed trajectories would decide it" in undecided.reason(rule, place)
    assert "more test trajectories" in ending(result, wide, evidence="closing").reason(rule, place)
    assert rule.reads(3 * limit) in ending(result, good, wide, bad).reason(rule, place)
    assert "the loss is not finite" in ending(result, good, None).reason(rule, place)
    assert "no bounds" in ending(result, Figure(limit / 2, None, None)).reason(rule, place)
    assert ending(result).reason(rule, place) == "nothing was measured"


def test_status_as_json_has_the_reason_of_every_verdict_of_the_close(result: Result) -> None:
    rule = next(r for r in result.rules if r.is_required and r.metric == "energy_rmse")
    assert rule.threshold is not None
    wide = Figure(rule.threshold / 2, rule.threshold / 3, 2 * rule.threshold)
    lane = replace(result.lanes[0], final=ending(result, wide))
    shown = document(replace(result, lanes=(lane, *result.lanes[1:])), Activity(False))["lanes"][0]["final"]
    assert shown["verdict"] != "accepted"
    assert shown["reason"]
    assert len(shown["rules"]) == len(result.rules)
    for entry in shown["rules"]:
        assert (entry["reason"] is None) == (entry["outcome"] in (None, "pass"))


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        ([0.01], [None], ["`llm(small)` alone", "because `random` accepted nothing", "no interval can be given"]),
        ([None], [0.01], ["`random` alone", "because `llm(small)` accepted nothing", "no interval can be given"]),
        ([None], [None], ["there is none", "neither arm accepted"]),
        ([0.01, None], [0.02, 0.02], ["1 of 2", "some replicate accepted nothing", "no interval"]),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why(
    ours: list[float | None], theirs: list[float | None], said: list[str], result: Result
) -> None:
    text = sentence(against(result, ours, theirs))
    assert text.startswith("The language model's added value")
    for words in said:
        assert words in text
    assert sentence(against(result, ours, theirs, own="grid")).startswith("No language model took part")


def test_other_obstacles_of_a_comparison_are_named(result: Result) -> None:
    place = objective_of(result.rules)
    assert place is not None
    mixed = compare(
        lanes("tpe", result, [0.01]), lanes("random", result, [0.02], "closing"), result.rules[place], place
    )
    assert "on the sealed split" in mixed.obstacle
    assert "under new seeds" in mixed.obstacle
    unknown = compare(lanes("tpe", result, [math.nan]), lanes("random", result, [0.02]), result.rules[place], place)
    assert result.rules[place].shown in unknown.obstacle
    rules = tuple(rule for rule in result.rules if not rule.is_objective)
    assert "minimises nothing" in sentence(replace(against(result, [0.01], [0.02]), rules=rules))
