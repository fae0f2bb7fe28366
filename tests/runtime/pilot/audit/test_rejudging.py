"""Deciding again: other settings give the decisions that follow by hand; what was never measured is said."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from simulated import Campaign, entries_of, spec_text

from mlipilot.compiler.compile import check_source
from mlipilot.runtime.pilot.audit.asked import read_setting, with_thresholds
from mlipilot.runtime.pilot.audit.record import Record, read_campaign
from mlipilot.runtime.pilot.audit.rejudging import Rejudged, rejudge
from mlipilot.runtime.pilot.audit.retelling import pinned
from mlipilot.runtime.pilot.campaign.rules import Rule
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.source import SourceFile

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


def spec_of(record: Record) -> Spec:
    baseline = pinned(record)
    assert not isinstance(baseline, Diagnostic)
    return baseline[1]


def threshold(record: Record, *texts: str) -> tuple[Rule, ...]:
    found = with_thresholds(texts, spec_of(record))
    assert found.rules is not None, found.diagnostics
    return found.rules


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
    rules = threshold(record, "force_rmse(cu.test)=60 meV/Å", "energy_rmse(cu.test) = 10 meV/atom")
    found = again(record, rules=rules)
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
    ("text", "code", "place"),
    [
        ("force_rmse(cu.test)", "MLP0916", "force_rmse(cu.test)"),
        ("=5 meV/Å", "MLP0916", "=5 meV/Å"),
        ("force_rms(cu.test)=5 meV/Å", "MLP0916", "force_rms(cu.test)"),
        ("force_rmse(cu.test)=", "MLP0916", ""),
        ("force_rmse(cu.test)=))", "MLP0916", "))"),
        # These are what `check` says of the same rule in a spec.
        ("force_rmse(cu.test)=5", "MLP0204", "5"),
        ("force_rmse(cu.test)=5 meV", "MLP0203", "5 meV"),
        ("force_rmse(cu.test)=much", "MLP0201", "much"),
        ("force_rmse(cu.test)=1e999 meV/Å", "MLP0205", "1e999 meV/Å"),
        ("force_rmse(cu.test) >= 5 meV/Å", "MLP0509", ">="),
        ("force_rmse(cu.test)=0 meV/Å", "MLP0505", "0 meV/Å"),
        ("force_rmse(cu.test) <= -5 meV/Å", "MLP0505", "-5 meV/Å"),
        ("survival(hot)=99 %", "MLP0505", "99 %"),
        ("survival(hot)=0 %", "MLP0205", "0 %"),
        ("relative_speed(cu.cell(4, 4, 4))=-1", "MLP0205", "-1"),
    ],
)
def test_a_threshold_that_check_would_refuse_is_refused_in_the_same_words(
    record: Record, text: str, code: str, place: str
) -> None:
    """The same faults, at their places in what was typed."""
    spec = spec_of(record)
    found = with_thresholds([text], spec)
    assert found.rules is None
    diagnostic = found.diagnostics[0]
    assert diagnostic.code == code
    assert diagnostic.place is not None
    source, span = diagnostic.place
    assert (source.text, source.slice(span)) == (text, place)
    if code == "MLP0916":
        return
    metric, value = re.split(r" ?[<>]?= ?", text)
    sign = text[len(metric) :].split("=", maxsplit=1)[0].strip() or ("<" if metric.startswith("force") else ">")
    lines = spec.source.text.splitlines()
    written = [
        re.sub(r"[<>]= .*? because", lambda _: f"{sign}= {value} because", line)
        if line.strip().startswith(f"require {metric}")
        else line
        for line in lines
    ]
    assert written != lines
    checked = check_source(SourceFile(spec.source.name, "\n".join(written) + "\n")).diagnostics
    assert (code, diagnostic.headline) in [(other.code, other.headline) for other in checked]


def test_what_was_wrong_before_is_not_said_of_a_threshold(record: Record) -> None:
    found = with_thresholds(["force_rmse(cu.test)=29 meV/Å"], spec_of(record))
    assert found.rules is not None
    assert found.diagnostics == []


def test_a_rule_is_not_bounded_twice(record: Record) -> None:
    texts = ["force_rmse(cu.test)=5 meV/Å", "force_rmse( cu.test ) <= 6 meV/Å"]
    found = with_thresholds(texts, spec_of(record))
    assert found.rules is None
    assert [diagnostic.code for diagnostic in found.diagnostics] == ["MLP0916"]
    assert with_thresholds([texts[0], "energy_rmse(cu.test)=6 meV/atom"], spec_of(record)).rules is not None


@pytest.mark.parametrize(
    ("field", "text"),
    [("alpha", "0"), ("alpha", "0.5"), ("alpha", "-0.01"), ("alpha", "nan"), ("alpha", "60 %"), ("alpha", "2 eV")]
    + [("confirm_seeds", text) for text in ("0", "1001", "2.5", "many", "")],
)
def test_a_setting_outside_its_domain_is_refused(field: str, text: str) -> None:
    assert isinstance(read_setting(field, text), list)


def test_a_setting_is_read_as_in_a_spec() -> None:
    assert read_setting("alpha", "1 %") == Fraction(1, 100)
    assert read_setting("confirm_seeds", "4") == 4


def test_a_threshold_is_read_in_its_unit(record: Record) -> None:
    rules = threshold(record, "force_rmse( cu.test ) = 0.025 eV/Å")
    found = [rule for rule in rules if rule.shown == "force_rmse(cu.test)" and rule.is_required]
    assert len(found) == 1
    assert math.isclose(found[0].threshold or 0.0, 0.025)
    assert [rule for rule in rules if rule not in found] == [
        r for r in record.rules if r.shown != found[0].shown or not r.is_required
    ]
