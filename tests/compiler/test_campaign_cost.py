"""What a campaign costs: a trial, its close, and the trials that the budget allows each arm."""

from __future__ import annotations

from pathlib import Path

import pytest
from copper import TEXT, checked, compiled, replaced

from mlipilot.compiler.campaign_cost import CLOSE_MARGIN, CampaignCost, campaign_cost, least, read_cost
from mlipilot.compiler.compile import compile_spec
from mlipilot.compiler.estimate import budget_warnings
from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.review.trials import sentences

BUDGET = "trials <= 12, device_time <= 2 h, wall <= 4 h, tokens <= 200_000"
SEARCH = "search { fit.forces.lr ~ log_uniform(1e-3, 3e-2) }\n"


def text(pilot: str = "proposer = tpe", budget: str = "device_time <= 40 h") -> str:
    return replaced(BUDGET, budget) + SEARCH + f"pilot {{ {pilot} }}\n"


def cost(pilot: str = "proposer = tpe", budget: str = "device_time <= 40 h") -> CampaignCost:
    return read_cost(compiled(text(pilot, budget)).estimate["campaign"])


def test_a_run_is_its_jobs_and_the_calibration_the_plan_s() -> None:
    found = compiled(text())
    seconds, campaign = found.estimate["seconds"], found.plan.campaign
    assert campaign is not None
    assert cost().run == pytest.approx(
        sum(seconds[found.plan.jobs[place].id] for place in campaign["template"]), abs=0.1
    )
    assert cost().calibration == pytest.approx(found.estimate["device_seconds"], abs=0.1)
    assert cost().calibration > 5 * cost().run


def test_a_confirmed_trial_has_the_fresh_seeds_of_both_besides_its_screen() -> None:
    for seeds in (4, 5, 9):
        found = cost(f"proposer = tpe, confirm_seeds = {seeds}")
        assert found.confirmed == pytest.approx(found.screened + 2 * seeds * found.run, abs=1.0)


def test_a_shorter_screen_is_cheaper_and_is_calibrated_besides() -> None:
    whole, half = cost(), cost("proposer = tpe, screen = 50 %")
    trained = compiled(text()).estimate["seconds"]["train/fit/seed-1"]
    assert half.run == whole.run
    assert half.screened == pytest.approx(whole.run - trained / 2, abs=0.1)
    assert half.calibration == pytest.approx(whole.calibration + 5 * half.screened, abs=0.5)


def test_lanes_share_what_calibration_and_close_leave() -> None:
    for pilot, lanes in (
        ("proposer = tpe", 2),
        ("proposer = tpe, controls = [random, default], replicates = 3", 9),
        ("proposer = grid, controls = [default, random, tpe]", 4),
    ):
        found = cost(pilot)
        assert found.lanes == lanes
        assert found.share is not None
        assert lanes * found.share + found.calibration < 40 * 3600
        assert lanes * found.share + found.calibration + found.close > 0.9 * 40 * 3600


def test_the_close_measures_again_only_where_something_is_sealed() -> None:
    unsealed = replaced("train = 8, valid = 2, test = 3, sealed = 1", "train = 8, valid = 3, test = 3", text())
    without = read_cost(compiled(unsealed).estimate["campaign"])
    assert without.close == pytest.approx(without.lanes * 5 * without.run * CLOSE_MARGIN, rel=1e-3)
    assert cost().close > cost().lanes * 5 * cost().run * CLOSE_MARGIN


@pytest.mark.parametrize("hours", [5, 10, 40, 400])
def test_trials_that_are_allowed_fit_the_share_and_one_more_does_not(hours: int) -> None:
    found = cost(budget=f"device_time <= {hours} h")
    assert found.share is not None
    assert found.fewest is not None
    assert found.most is not None
    assert found.fewest * found.confirmed <= found.share + 1e-6
    assert (found.fewest + 1) * found.confirmed > found.share
    assert found.fewest <= found.most
    assert found.most > 0
    assert (found.most - 1) * found.screened + found.confirmed <= found.share + 1e-6
    assert found.most * found.screened + found.confirmed > found.share


def test_a_limit_of_trials_holds_with_and_without_one_of_device_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (cost(budget="trials <= 3").fewest, cost(budget="trials <= 3").most) == (3, 3)
    assert cost(budget="trials <= 3").share is None
    assert cost(budget="trials <= 3, device_time <= 400 h").most == 3
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.jsonl").write_text('{"proposal": {"changes": []}}\n')
    endless = cost('proposer = replay("x.jsonl"), controls = [grid]', "wall <= 1 h")
    assert (endless.fewest, endless.most) == (None, None)


def test_a_budget_that_leaves_no_trial_is_a_warning_and_what_it_advises_is_enough() -> None:
    for budget in ("device_time <= 1 h", "device_time <= 1 s", "device_time <= 1 h, trials <= 3"):
        spec = checked(text(budget=budget))
        found = compile_spec(spec)
        assert isinstance(found, Compiled)
        assert cost(budget=budget).fewest == 0
        assert [warning.code for warning in budget_warnings(spec, found)] == ["MLP0602"]
    needed = least(cost(budget="device_time <= 1 h"))
    spec = checked(text(budget=f"device_time <= {int(needed) + 1} s"))
    found = compile_spec(spec)
    assert isinstance(found, Compiled)
    assert budget_warnings(spec, found) == []
    assert cost(budget=f"device_time <= {int(needed) + 1} s").fewest == 1


def test_a_probe_moves_the_cost_of_a_campaign_as_it_does_the_jobs() -> None:
    found = compiled(text())
    doubled = {job: 2 * seconds for job, seconds in found.estimate["seconds"].items()}
    twice = campaign_cost(found.plan, doubled)
    assert twice.run == pytest.approx(2 * cost().run, abs=0.2)
    assert twice.close == pytest.approx(2 * cost().close, abs=1.0)


def test_sentences_say_the_arms_and_the_trials() -> None:
    first, second, *others = sentences(compiled(text("proposer = tpe, controls = [random, default], replicates = 5")))
    assert "3 arms (`tpe`, `random`, `default`) in 5 replicates" in first
    found = cost("proposer = tpe, controls = [random, default], replicates = 5")
    assert f"{found.fewest} to {found.most} trials" in second
    assert len(others) == 1
    assert sentences(compiled(TEXT)) == []


def test_a_sealed_split_smaller_than_the_one_that_decides_is_said() -> None:
    def seal(split: str) -> list[str]:
        return sentences(compiled(replaced("train = 8, valid = 2, test = 3, sealed = 1", split, text())))[2:]

    (few,) = seal("train = 8, valid = 2, test = 3, sealed = 1")
    assert "seals 1 of its trajectories and tests on 3" in few
    assert seal("train = 6, valid = 2, test = 3, sealed = 3") == []
    (none,) = seal("train = 8, valid = 3, test = 3")
    assert "judged on `test` alone" in none
