"""The power of a campaign before it runs, and its noise as an earlier one of the workspace found it."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulated import Campaign, better_with_channels, spec_text

from mlipilot.compiler.compile import compile_file
from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.pilot.campaign.calibrated import calibrated
from mlipilot.runtime.pilot.campaign.power_of import doubts, power_of
from mlipilot.runtime.record import Workspace, workspace_of

ARMS = "proposer = tpe, controls = [random]"


def compiled(folder: Path, pilot: str = ARMS, budget: str = "trials <= 12", **replaced: str) -> Compiled:
    """The plan of a spec that stands in a folder."""
    path = folder / "campaign.mlp"
    text = spec_text(pilot, budget)
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    found, diagnostics = compile_file(path)
    assert found is not None, diagnostics
    return found


def codes(plan: Compiled) -> list[str]:
    return [diagnostic.code for diagnostic in doubts(plan)]


def recorded(plan: Compiled, workspace: Workspace) -> str:
    """Run a campaign in a simulated laboratory, its record where a real one's is; the name of its run."""
    run = workspace.run(plan.spec, plan.plan.hash)
    run.folder.mkdir(parents=True)
    run.journal.touch()
    assert Campaign(run.folder, plan.spec.read_text(encoding="utf-8"), better_with_channels).run()
    return run.name


def test_more_seeds_find_smaller_gains_and_leave_fewer_trials(tmp_path: Path) -> None:
    plan = compiled(tmp_path, budget="device_time <= 40 h")
    found = [power_of(plan, seeds) for seeds in (2, 3, 5, 8)]
    gains = [power.forecast.detectable or 0.0 for power in found]
    trials = [power.trials or 0 for power in found]
    assert gains == sorted(gains, reverse=True)
    assert trials == sorted(trials, reverse=True)
    assert min(trials) > 0


def test_trials_that_the_budget_counts_are_no_more_than_its_device_time_pays(tmp_path: Path) -> None:
    assert power_of(compiled(tmp_path, budget="trials <= 3, device_time <= 40 h")).trials == 3
    paid = power_of(compiled(tmp_path, budget="trials <= 100_000, device_time <= 40 h")).trials
    cost = compiled(tmp_path, budget="device_time <= 40 h").estimate["campaign"]
    assert paid is not None
    assert cost["fewest"] < paid < cost["most"]


def test_the_defaults_find_what_they_promise(tmp_path: Path) -> None:
    assert codes(compiled(tmp_path)) == []


@pytest.mark.parametrize(
    ("pilot", "budget", "expected"),
    [
        ("confirm_seeds = 3", "trials <= 12", ["MLP0603"]),
        ("confirm_seeds = 3, detect = 2.2", "trials <= 3", []),
        ("confirm_seeds = 3, detect = 2.2", "trials <= 12", ["MLP0604"]),
        ("alpha = 0.0001", "trials <= 12", ["MLP0603"]),
        ("confirm_seeds = 60, detect = 1.2", "trials <= 1", ["MLP0603"]),
    ],
)
def test_a_gain_that_the_first_trial_misses_is_an_error_and_one_that_the_last_misses_a_warning(
    pilot: str, budget: str, expected: list[str], tmp_path: Path
) -> None:
    assert codes(compiled(tmp_path, f"{ARMS}, {pilot}", budget)) == expected


def test_what_is_advised_is_enough(tmp_path: Path) -> None:
    (error,) = doubts(compiled(tmp_path, f"{ARMS}, confirm_seeds = 2"))
    advised = [part.split("`")[0] for part in error.help.split("`confirm_seeds = ")[1:]]
    assert codes(compiled(tmp_path, f"{ARMS}, confirm_seeds = {advised[0]}")) == []
    enough = error.help.split("`detect = ")[1].split("`")[0]
    assert codes(compiled(tmp_path, f"{ARMS}, confirm_seeds = 2, detect = {enough}", "trials <= 1")) == []


def test_an_error_stands_at_the_word_that_asks_for_too_much(tmp_path: Path) -> None:
    for pilot, word in ((f"{ARMS}, confirm_seeds = 3", "3"), (f"{ARMS}, detect = 1.5", "1.5")):
        (error,) = doubts(compiled(tmp_path, pilot))
        assert error.source is not None
        assert error.primary is not None
        assert error.source.slice(error.primary.span) == word


def test_where_nothing_is_minimised_no_gain_is_asked_for(tmp_path: Path) -> None:
    text = {"minimize force_rmse(cu.test)": ""}
    assert codes(compiled(tmp_path, f"{ARMS}, confirm_seeds = 2, detect = 0.1", **text)) == []


def test_noise_is_read_from_the_last_campaign_of_the_spec(tmp_path: Path) -> None:
    plan = compiled(tmp_path)
    workspace = workspace_of(plan.spec)
    assert calibrated(plan, workspace) is None
    name = recorded(plan, workspace)
    found = calibrated(plan, workspace)
    assert found is not None
    assert found.run == name
    assert found.objective is not None
    assert found.objective.noise.freedom == 4
    assert found.objective.baseline == pytest.approx(0.020, rel=0.2)
    # In another plan the arms may differ, and the scorecard not.
    assert calibrated(compiled(tmp_path, "proposer = random, controls = [tpe]"), workspace) == found
    tighter = {"<= 5 meV/atom": "<= 4 meV/atom"}
    assert calibrated(compiled(tmp_path, **tighter), workspace) is not None
    other = {"minimize force_rmse(cu.test)": "minimize energy_rmse(cu.test)"}
    assert calibrated(compiled(tmp_path, **other), workspace) is None


def test_a_change_in_the_unit_of_the_metric_is_that_of_the_gain(tmp_path: Path) -> None:
    plan = compiled(tmp_path)
    workspace = workspace_of(plan.spec)
    recorded(plan, workspace)
    found = calibrated(plan, workspace)
    assert found is not None
    spread = found.objective
    assert spread is not None
    change = spread.change(2.0)
    assert change is not None
    assert spread.baseline is not None
    loss = spread.rule.loss
    gained = loss(spread.baseline) - loss(spread.baseline - change)
    assert gained == pytest.approx(2.0 * spread.noise.sigma)
    speed = next(one for one in found.spreads if one.rule.metric == "relative_speed")
    faster = speed.change(2.0)
    assert faster is not None
    assert speed.baseline is not None
    gained = speed.rule.loss(speed.baseline) - speed.rule.loss(speed.baseline + faster)
    assert gained == pytest.approx(2.0 * speed.noise.sigma)
    assert spread.change(0.0) == 0.0


def test_a_record_that_is_damaged_or_cut_tells_nothing(tmp_path: Path) -> None:
    plan = compiled(tmp_path)
    workspace = workspace_of(plan.spec)
    recorded(plan, workspace)
    path = workspace.run(plan.spec, plan.plan.hash).campaign
    lines = path.read_text(encoding="utf-8").splitlines()
    for text in ("", lines[0][:40], "\n".join(lines[:5]), "[]\n", lines[0].replace('"rules"', '"rulers"')):
        path.write_text(text, encoding="utf-8")
        assert calibrated(plan, workspace) is None
