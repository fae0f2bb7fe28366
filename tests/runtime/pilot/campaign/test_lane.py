"""A lane believes what is proven, spends what it may, and leaves the baseline's bytes alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from simulated import SECONDS, Campaign, entries_of, spec_text

from mlipilot.runtime.pilot.campaign.control import Control
from mlipilot.runtime.pilot.campaign.measurement import Measurement, Run
from mlipilot.runtime.pilot.trial import Failure, Proposal
from mlipilot.spec.edit import Change

EASY = "trials <= 25"


def feasible(point: Mapping[str, str]) -> dict[str, float]:
    """Every design satisfies the scorecard, and none is better than another."""
    return {"force_rmse": 0.020, "energy_rmse": 0.002}


def improves(point: Mapping[str, str]) -> dict[str, float]:
    """Feasible throughout; 16 channels are 40 % better, 4 are worse, nothing else matters."""
    factor = {"4": 1.4, "8": 1.0, "16": 0.6}[point.get("potential.channels", "8")]
    return {"force_rmse": 0.020 * factor, "energy_rmse": 0.002}


@pytest.fixture(scope="module")
def improving(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """A campaign that finds the improvement; tests look at it and change nothing."""
    campaign = Campaign(tmp_path_factory.mktemp("improving"), spec_text(budget=EASY), truth=improves, noise=0.01)
    assert campaign.run()
    return campaign


def ended(campaign: Campaign, lane: str) -> dict[str, object]:
    return entries_of(campaign.path, "ended", lane)[0]


def test_edits_that_change_nothing_are_not_accepted(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, spec_text(budget="trials <= 20"), truth=feasible)
    assert campaign.run()
    states = [entry["state"] for entry in entries_of(campaign.path, "trial")]
    assert states == ["rejected"] * 40
    assert not list(tmp_path.glob("accepted/*"))


def test_a_real_gain_is_accepted_and_written_into_the_spec(improving: Campaign) -> None:
    campaign, folder = improving, improving.folder
    for lane in campaign.phases.lanes:
        assert lane.incumbent.trial, lane.ended
        made = (folder / "accepted" / f"{lane.name.replace('/', '-')}.mlp").read_text()
        changed = [
            (old, new) for old, new in zip(campaign.text.splitlines(), made.splitlines(), strict=True) if old != new
        ]
        assert 1 <= len(changed) <= 3
        assert any("channels" in new and "16" in new for _, new in changed)
    assert (folder / "baseline.mlp").read_text() == campaign.text


def test_ablation_leaves_the_change_that_matters(improving: Campaign, tmp_path: Path) -> None:
    steps = [s for e in entries_of(improving.path, "trial") for s in e["steps"] if s["step"] == "ablation"]
    assert steps
    for step in steps:
        parts = dict(zip(step["changes"], step["parts"], strict=True))
        assert parts["potential.channels"] == "needed"
        assert "potential.channels" in step["kept"]
    without = Campaign(tmp_path, spec_text("proposer = tpe, ablate = false", EASY), truth=improves, noise=0.01)
    assert without.run()
    assert not [s for e in entries_of(without.path, "trial") for s in e["steps"] if s["step"] == "ablation"]


def test_the_first_feasible_design_needs_no_gain(tmp_path: Path) -> None:
    def worse_but_feasible(point: Mapping[str, str]) -> dict[str, float]:
        if point.get("potential.channels") == "16":
            return {"force_rmse": 0.024, "energy_rmse": 0.002}
        return {"force_rmse": 0.020, "energy_rmse": 0.010}

    campaign = Campaign(tmp_path, spec_text(budget=EASY), truth=worse_but_feasible)
    assert campaign.run()
    accepted = [e for e in entries_of(campaign.path, "trial") if e["state"] == "accepted"]
    assert accepted
    assert all("satisfies the scorecard" in entry["reason"] for entry in accepted)
    infeasible = [e for e in entries_of(campaign.path, "trial") if e["state"] == "infeasible"]
    assert infeasible
    assert all(entry["violation"] > 0 for entry in infeasible)


def test_arms_have_equal_shares_and_keep_to_them(tmp_path: Path) -> None:
    budget = "device_time <= 30 min"
    campaign = Campaign(tmp_path, spec_text("proposer = tpe, controls = [random, default]", budget), truth=improves)
    assert campaign.run()
    shares = {entry["share"] for entry in entries_of(campaign.path, "baseline")}
    assert len(shares) == 1
    share = shares.pop()
    assert share > 100
    total = sum(entry["device_seconds"] for entry in entries_of(campaign.path, "measured"))
    assert total <= 1800
    for lane in campaign.phases.lanes:
        assert 0 < lane.spent <= share
        assert "device time" in str(ended(campaign, lane.name)["reason"])


def test_trials_are_counted_for_each_arm_in_each_replicate(tmp_path: Path) -> None:
    pilot = "proposer = tpe, controls = [random], replicates = 2"
    campaign = Campaign(tmp_path, spec_text(pilot, "trials <= 3"), truth=feasible)
    assert campaign.run()
    assert [lane.name for lane in campaign.phases.lanes] == ["tpe/1", "random/1", "tpe/2", "random/2"]
    for lane in campaign.phases.lanes:
        assert [entry["trial"] for entry in entries_of(campaign.path, "trial", lane.name)] == [1, 2, 3]
    first, second = (entries_of(campaign.path, "proposed", f"random/{n}")[0]["proposal"] for n in (1, 2))
    assert first["changes"] != second["changes"]


def test_a_shortened_screen_trains_less_and_accepts_nothing_by_itself(tmp_path: Path) -> None:
    pilot = "proposer = tpe, controls = [random], screen = 25 %"
    campaign = Campaign(tmp_path, spec_text(pilot, EASY), truth=improves)
    assert campaign.run()
    by_purpose: dict[str, set[float]] = {}
    for run in campaign.laboratory.made:
        by_purpose.setdefault(run.purpose.split("-")[0], set()).add(float(run.fidelity))
    assert by_purpose["screen"] == {0.25}
    assert by_purpose["candidate"] == by_purpose["calibration"] == {1.0}
    screened = [e["device_seconds"] for e in entries_of(campaign.path, "measured", "tpe/1") if e["purpose"] == "screen"]
    assert set(screened) == {SECONDS / 4}
    assert min(lane.incumbent.trial for lane in campaign.phases.lanes) > 0


def test_fresh_seeds_decide(improving: Campaign) -> None:
    seeds = [(run.purpose, run.seed) for run in improving.laboratory.made if run.purpose in ("screen", "candidate")]
    screens = {seed for purpose, seed in seeds if purpose == "screen"}
    confirming = [seed for purpose, seed in seeds if purpose == "candidate"]
    assert confirming
    assert not screens & set(confirming)
    assert len(set(confirming)) == len(confirming)


def lost(kind: Failure, wanted: Callable[[Run], bool]) -> Callable[[Run], Measurement | None]:
    def fail(run: Run) -> Measurement | None:
        return Measurement((), 3.0, "", kind, "MLP0803", f"{kind.value} failed") if wanted(run) else None

    return fail


@pytest.mark.parametrize("kind", list(Failure))
def test_a_failure_is_kept_apart_by_whose_it_is(tmp_path: Path, kind: Failure) -> None:
    campaign = Campaign(
        tmp_path,
        spec_text(budget="trials <= 6"),
        truth=improves,
        fail=lost(kind, lambda run: run.trial == 2 and run.purpose == "screen"),
    )
    assert campaign.run()
    for lane in campaign.phases.lanes:
        trials = entries_of(campaign.path, "trial", lane.name)
        assert len(trials) == 6
        second = trials[1]
        assert (second["state"], second["failure"]) == ("failed", kind.value)
        assert second["objective"] is None
        assert second["violation"] is None
        assert second["device_seconds"] == 3.0


def test_an_arm_gives_up_when_the_machine_fails_again_and_again(tmp_path: Path) -> None:
    fail = lost(Failure.INFRASTRUCTURE, lambda run: run.lane == "tpe/1")
    campaign = Campaign(tmp_path, spec_text(budget="trials <= 6"), truth=improves, fail=fail)
    assert campaign.run()
    assert "3 trials in a row were lost" in str(ended(campaign, "tpe/1")["reason"])
    assert "6 trials" in str(ended(campaign, "random/1")["reason"])


def test_an_incumbent_that_cannot_be_measured_accepts_nobody(tmp_path: Path) -> None:
    fail = lost(Failure.INFRASTRUCTURE, lambda run: run.purpose == "incumbent")
    campaign = Campaign(tmp_path, spec_text(budget=EASY), truth=improves, fail=fail)
    assert campaign.run()
    decided: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for entry in entries_of(campaign.path, "trial"):
        is_confirmed = "confirmation" in {step["step"] for step in entry["steps"]}
        decided[is_confirmed].append((entry["state"], entry["reason"] if is_confirmed else ""))
    assert set(decided[True]) == {("undecided", "fewer than 5 fresh seeds of each arm")}
    assert set(decided[False]) == {("rejected", "")}
    assert [lane.incumbent.trial for lane in campaign.phases.lanes] == [0, 0]


def begun(folder: Path, budget: str) -> Campaign:
    """A campaign that was stopped after its first run; a user may speak to it."""
    campaign = Campaign(folder, spec_text(budget=budget), truth=improves, stop_after=1)
    assert not campaign.run()
    campaign.stop_after = None
    return campaign


def test_a_veto_ends_a_trial_and_says_so(tmp_path: Path) -> None:
    campaign = begun(tmp_path, "trials <= 4")
    Control(tmp_path).forbid("tpe/1", 2, "not on our card")
    assert campaign.run()
    second = entries_of(campaign.path, "trial", "tpe/1")[1]
    assert (second["state"], second["reason"]) == ("vetoed", "vetoed: not on our card")
    assert not [run for run in campaign.laboratory.made if (run.lane, run.trial) == ("tpe/1", 2)]
    assert len(entries_of(campaign.path, "trial", "tpe/1")) == 4


def test_a_suggested_edit_is_tried_next_and_marked(tmp_path: Path) -> None:
    edit = Proposal((Change("potential.channels", "16", "more capacity"),), hypothesis="more capacity")
    campaign = begun(tmp_path, "trials <= 3")
    Control(tmp_path).suggest("random/1", edit)
    assert campaign.run()
    first, second, _ = entries_of(campaign.path, "proposed", "random/1")
    assert first["proposal"]["origin"] == "user"
    assert [change["value"] for change in first["proposal"]["changes"]] == ["16"]
    assert second["proposal"]["origin"] == "random"


def test_an_edit_that_does_not_check_costs_nothing(tmp_path: Path) -> None:
    search = "search { potential.r_max ~ choice(2 Å, 4.5 Å, 5 Å), potential.channels ~ choice(8, 16) }\n"
    campaign = Campaign(tmp_path, spec_text("proposer = grid", "trials <= 5", search), truth=feasible)
    assert campaign.run()
    failed = [e for e in entries_of(campaign.path, "trial", "grid/1") if e["state"] == "failed"]
    assert failed
    for entry in failed:
        assert entry["failure"] == "candidate"
        assert entry["reason"].startswith("MLP0501")
        assert entry["device_seconds"] == 0


def test_the_default_arm_measures_the_baseline_again_and_never_beats_it(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, spec_text("proposer = default", "trials <= 10"), truth=feasible)
    assert campaign.run()
    trials = entries_of(campaign.path, "trial", "default/1")
    assert len(trials) == 10
    assert {entry["state"] for entry in trials} == {"rejected"}
    assert len({run.seed for run in campaign.laboratory.made if run.lane == "default/1"}) >= 10


def test_what_arms_end_with_is_closed_under_new_seeds_and_sealed_once(improving: Campaign) -> None:
    campaign = improving
    closed = entries_of(campaign.path, "closed")[0]
    assert set(closed["lanes"]) == {"tpe/1", "random/1"}
    sealed = entries_of(campaign.path, "sealed")
    assert len(sealed) == 5 * len(closed["designs"])
    used = {run.seed for run in campaign.laboratory.made if run.lane != "seal"}
    assert not used & {entry["seed"] for entry in sealed}


def test_what_was_said_to_another_campaign_of_the_folder_is_not_heard(tmp_path: Path) -> None:
    Control(tmp_path).forbid("tpe/1", 2, "not on our card")
    campaign = Campaign(tmp_path, spec_text(budget="trials <= 2"), truth=improves)
    assert campaign.run()
    assert [entry["state"] for entry in entries_of(campaign.path, "trial", "tpe/1")].count("vetoed") == 0


def test_a_baseline_without_results_stops_the_campaign(tmp_path: Path) -> None:
    fail = lost(Failure.CANDIDATE, lambda run: run.purpose == "calibration")
    campaign = Campaign(tmp_path, spec_text(), truth=improves, fail=fail)
    assert not campaign.run()
    (refusal,) = campaign.refusals
    assert refusal.code == "MLP0901"
    assert "0 of 5" in refusal.headline
