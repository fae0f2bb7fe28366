"""What the campaign of a plan can detect, before anything of it is run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mlipilot.compiler.campaign_cost import CampaignCost, read_cost
from mlipilot.compiler.compile import Checked, check_source
from mlipilot.compiler.faults import beside, place
from mlipilot.compiler.lower.campaign import baseline_seeds
from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.pilot.gate.power import WANTED_POWER, Forecast, forecast, is_underpowered, trial_power
from mlipilot.runtime.pilot.gate.settings import Settings
from mlipilot.spec.diagnostics import Annotation, Diagnostic, has_errors
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.source import Unreadable, read_source
from mlipilot.spec.values import BlockValue

OTHERS = (2, 3, 5, 8)
"""Numbers of `confirm_seeds` that are compared."""
_MOST_SEEDS = 64
"""No more are advised."""


@dataclass(frozen=True)
class Power:
    """What each arm can find, in each replicate."""

    settings: Settings
    trials: int | None
    """Expected by the estimate if no candidate is better; None where nothing limits them."""
    forecast: Forecast
    """For so many, or for as many as spend half of `alpha`."""

    def __repr__(self) -> str:
        return in_a_line("Power", f"confirm_seeds = {self.settings.confirm_seeds}:", f"{self.forecast!r}"[1:-1])


def settings_of(compiled: Compiled) -> Settings:
    """The gate of a plan with a campaign."""
    campaign = _campaign(compiled)
    return Settings(alpha=campaign["alpha"], confirm_seeds=campaign["confirm_seeds"])


def cost_of(compiled: Compiled) -> CampaignCost | None:
    """The cost of a campaign; None of a plan whose file has none."""
    document = compiled.estimate.get("campaign")
    return None if document is None else read_cost(document)


def power_of(compiled: Compiled, confirm_seeds: int | None = None, baseline_seeds: int | None = None) -> Power:
    """What a plan's campaign can find; with another number of seeds, what it could for the same budget.

    `baseline_seeds` are the runs that calibrate the noise, where another number gave one than the plan has.
    """
    settings = settings_of(compiled)
    if confirm_seeds is not None:
        settings = replace(settings, confirm_seeds=confirm_seeds)
    baseline = baseline_seeds or len(_campaign(compiled)["baseline_seeds"])
    trials = _trials(compiled, settings, baseline)
    return Power(settings, trials, forecast(settings.horizon if trials is None else max(1, trials), settings, baseline))


def compares(compiled: Compiled) -> bool:
    """Whether a metric is improved, so that gains are compared; else a design satisfies the scorecard or does not."""
    judge = with_role(compiled.plan.jobs, Role.VERDICT)[0]
    return any(rule["verb"] in ("minimize", "maximize") for rule in judge.params["constraints"])


def doubts(compiled: Compiled) -> list[Diagnostic]:
    """An error where even one trial would miss the gain that is to be detected, a warning where so many trials do."""
    if compiled.plan.campaign is None or not compares(compiled):
        return []
    wanted = float(compiled.plan.campaign["detect"])
    settings, baseline = settings_of(compiled), len(compiled.plan.campaign["baseline_seeds"])
    refused = _refused(settings, wanted, baseline)
    if refused is not None:
        return [_about(compiled, refused)]
    found = power_of(compiled)
    if not is_underpowered(found.forecast, wanted):
        return []
    return [
        _about(
            compiled,
            Diagnostic(
                "MLP0604",
                f"by the estimate each arm has room for {count(found.forecast.trials, 'trial')}, and so many find "
                f"{_found(found.forecast)}, not {wanted:g} σ",
                notes=("the more is tried, the stricter each confirmation must be",),
                help="use more `confirm_seeds`, or limit `trials`" + _say(found.forecast),
            ),
        )
    ]


def refusal(checked: Checked) -> list[Diagnostic]:
    """The error of a spec whose campaign would miss its gain even in one trial: this takes no estimate, and no plan.

    None is said of a spec that has errors as it is.
    """
    spec = checked.spec
    if spec is None or has_errors(checked.diagnostics):
        return []
    pilot, card = spec.only("pilot"), spec.only("scorecard")
    if pilot is None or card is None or not any(r.verb in ("minimize", "maximize") for r in card.constraints):
        return []
    settings = Settings(alpha=float(pilot.number("alpha")), confirm_seeds=pilot.integer("confirm_seeds"))
    refused = _refused(settings, float(pilot.number("detect")), len(baseline_seeds(spec)))
    return [] if refused is None else [_at(pilot, settings.confirm_seeds, refused)]


def _refused(settings: Settings, wanted: float, baseline: int) -> Diagnostic | None:
    found = forecast(1, settings, baseline)
    if not is_underpowered(found, wanted):
        return None
    notes: tuple[str, ...] = ()
    seeds = next(
        (
            n
            for n in range(settings.confirm_seeds + 1, _MOST_SEEDS + 1)
            if trial_power(wanted, found.level, baseline - 1, replace(settings, confirm_seeds=n)) >= WANTED_POWER
        ),
        None,
    )
    if seeds is not None:
        advice = f"use `confirm_seeds = {seeds}`{_say(found)}"
    else:
        notes = ("no number of seeds finds it: the screen, which is one run, loses smaller gains",)
        advice = _say(found).removeprefix(", or ")
    headline = f"this campaign finds {_found(found)}, and not {wanted:g} σ"
    return Diagnostic("MLP0603", headline, notes=notes, help=advice)


def _found(found: Forecast) -> str:
    return "no gain" if found.detectable is None else f"gains of {found.detectable:.2f} σ or more"


def _say(found: Forecast) -> str:
    return "" if found.detectable is None else f", or say `detect = {math.ceil(10 * found.detectable) / 10:g}`"


def _about(compiled: Compiled, diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic at what the spec's text says, if that is still there."""
    source = read_source(compiled.spec)
    spec = None if isinstance(source, Unreadable) or compiled.spec.suffix == ".json" else check_source(source).spec
    pilot = None if spec is None else spec.only("pilot")
    return diagnostic if pilot is None else _at(pilot, settings_of(compiled).confirm_seeds, diagnostic)


def _at(pilot: BlockValue, seeds: int, diagnostic: Diagnostic) -> Diagnostic:
    field = "detect" if not pilot.fields["detect"].is_default else "confirm_seeds"
    label = f"with {count(seeds, 'seed')} at each look"
    primary = Annotation(place(pilot, field), label)
    secondary: tuple[Annotation, ...] = ()
    if field == "detect" and (span := pilot.fields["confirm_seeds"].span) is not None:
        primary = Annotation(primary.span, "the gain that is to be found")
        secondary = (beside(pilot, span, label),)
    return replace(diagnostic, source=pilot.source, primary=primary, secondary=secondary)


def _trials(compiled: Compiled, settings: Settings, baseline: int) -> int | None:
    """Trials that a lane's share reaches for if no candidate is better."""
    budget, cost = compiled.plan.budget, cost_of(compiled)
    limit = int(budget["trials"]) if "trials" in budget else None
    if cost is None or cost.share is None:
        return limit
    one = forecast(1, settings, baseline)
    confirming = one.runs - baseline - settings.screen_seeds
    trials = int(cost.share / (cost.screened + confirming * cost.run))
    return trials if limit is None else min(limit, trials)


def _campaign(compiled: Compiled) -> Mapping[str, Any]:
    assert compiled.plan.campaign is not None
    return compiled.plan.campaign
