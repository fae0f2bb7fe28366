"""What gains the campaign of a plan can find within its budget, by its noise where that was calibrated before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.pilot.campaign.calibrated import Calibrated, Spread, calibrated
from mlipilot.runtime.pilot.campaign.power_of import OTHERS, Power, compares, cost_of, doubts, power_of
from mlipilot.runtime.record import workspace_of
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True)
class CampaignPower:
    """What a campaign can find; gains are in units of σ, one run's standard deviation over seeds."""

    compiled: Compiled
    own: Power
    """That of the plan."""
    others: list[Power]
    """Of other numbers of `confirm_seeds` for the same budget, beside its own, in order."""
    calibrated: Calibrated | None
    """What an earlier campaign of the spec measured of its noise."""
    diagnostics: list[Diagnostic]
    """An error where it finds less than it is to detect."""

    @property
    def objective(self) -> Spread | None:
        """The noise of the metric that is improved."""
        return None if self.calibrated is None else self.calibrated.objective

    @property
    def detectable(self) -> float | None:
        """The smallest gain, in σ, that is found with a chance of 80 %; None where none is."""
        return self.own.forecast.detectable

    @property
    def is_enough(self) -> bool:
        """Whether it finds what it is to detect."""
        return not has_errors(self.diagnostics)

    @property
    def table(self) -> polars.DataFrame:
        """A row for each number of seeds: `confirm_seeds`, `trials`, `runs`, `detectable` in σ; null is unknown."""
        import polars

        rows = [(p.settings.confirm_seeds, p.trials, p.forecast.runs, p.forecast.detectable) for p in self.others]
        whole, real = polars.Int64, polars.Float64
        schema = {"confirm_seeds": whole, "trials": whole, "runs": real, "detectable": real}
        return polars.DataFrame(rows, schema=schema, orient="row")

    def document(self) -> dict[str, Any]:
        """As JSON."""
        compiled, known, cost = self.compiled, self.calibrated, cost_of(self.compiled)
        campaign = compiled.plan.campaign
        assert campaign is not None
        return {
            "spec": str(compiled.spec),
            "plan": compiled.plan.hash,
            "arms": campaign["arms"],
            "replicates": campaign["replicates"],
            "alpha": campaign["alpha"],
            "detect": campaign["detect"],
            "compares": compares(compiled),
            "trials": {
                "expected": self.own.trials,
                "fewest": None if cost is None else cost.fewest,
                "most": None if cost is None else cost.most,
            },
            "forecast": _forecast(self.own, self.objective),
            "by_confirm_seeds": [_forecast(other, self.objective) for other in self.others],
            "calibration": None
            if known is None
            else {
                "run": known.run,
                "same_baseline": known.is_same,
                "metrics": [_noise(spread) for spread in known.spreads],
            },
            "diagnostics": [diagnostic.code for diagnostic in self.diagnostics],
        }

    def __repr__(self) -> str:
        found = "no gain" if self.detectable is None else f"gains of {self.detectable:.2f} σ or more"
        trials = "any number of trials" if self.own.trials is None else f"about {count(self.own.trials, 'trial')}"
        finds = f"finds {found}," if compares(self.compiled) else "compares nothing,"
        return in_a_line("CampaignPower", f"{self.compiled.spec.name}:", finds, f"{trials} an arm")


def power(compiled: Compiled, said: list[Diagnostic]) -> CampaignPower | Diagnostic:
    """What the campaign of a plan can find; `said` are the diagnostics of its file. A diagnostic where it has none."""
    if compiled.plan.campaign is None:
        headline = f"`{compiled.spec}` declares no campaign"
        return Diagnostic("MLP0904", headline, help="add a `pilot` block, and a `search` for it")
    known = calibrated(compiled, workspace_of(compiled.spec))
    objective = None if known is None else known.objective
    runs = None if objective is None or objective.assumed else objective.noise.freedom + 1
    own = power_of(compiled, baseline_seeds=runs)
    counts = sorted({*OTHERS, own.settings.confirm_seeds})
    others = [power_of(compiled, number, runs) for number in counts]
    return CampaignPower(compiled, own, others, known, [*said, *doubts(compiled)])


def _noise(spread: Spread) -> dict[str, Any]:
    return {
        "verb": spread.rule.verb,
        "metric": spread.rule.shown,
        "baseline": None if spread.baseline is None else spread.rule.in_unit(spread.baseline),
        "unit": spread.rule.unit,
        "logarithmic": not spread.rule.is_even,
        "assumed": spread.assumed,
        **vars(spread.noise),
    }


def _forecast(power: Power, objective: Spread | None) -> dict[str, Any]:
    change = None if objective is None else objective.change(power.forecast.detectable)
    return {
        "confirm_seeds": power.settings.confirm_seeds,
        "expected_trials": power.trials,
        **power.forecast._asdict(),
        "change": None if objective is None or change is None else objective.rule.in_unit(change),
        "unit": None if objective is None else objective.rule.unit,
    }
