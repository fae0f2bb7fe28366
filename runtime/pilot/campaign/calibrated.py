"""What an earlier campaign of a spec found out about its noise, read from the record in the workspace."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.plan import Compiled
from mlipilot.runtime.forecast import keys_here
from mlipilot.runtime.pilot.campaign.rules import Rule, read_rules
from mlipilot.runtime.pilot.gate.noise import Noise, is_number, mean
from mlipilot.runtime.record import Run, Workspace
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.schema import METRICS


@dataclass(frozen=True)
class Spread:
    """How one metric of the scorecard varies when nothing is changed."""

    rule: Rule
    baseline: float | None
    """Its mean over the baseline's seeds, in base units; None where it was not measured."""
    noise: Noise
    """On the rule's scale of comparison."""
    assumed: bool
    """Whether the baseline did not tell, and the noise is a guess."""

    def change(self, gain: float | None) -> float | None:
        """How far a gain of so many σ moves the metric from its baseline, in base units; None where that is unknown."""
        if gain is None or self.baseline is None or self.assumed:
            return None
        difference = gain * self.noise.sigma
        if self.rule.is_even:
            return difference
        lower = METRICS[self.rule.metric].lower_is_better
        return self.baseline * (self.rule.gain(difference) if lower else math.expm1(difference))

    def __repr__(self) -> str:
        sigma = "assumed" if self.assumed else self.rule.spread(self.noise.sigma)
        return in_a_line("Spread", f"{self.rule.shown}:", f"{self.rule.reads(self.baseline)}, σ {sigma}")


@dataclass(frozen=True)
class Calibrated:
    """The calibration of a campaign."""

    run: str
    """The name of its run."""
    is_same: bool
    """Whether it measured the very baseline that is asked for, on this machine."""
    spreads: tuple[Spread, ...]
    """In the order of the scorecard."""

    @property
    def objective(self) -> Spread | None:
        """That of the metric which is improved."""
        return next((spread for spread in self.spreads if spread.rule.is_objective), None)

    def __repr__(self) -> str:
        return in_a_line("Calibrated", f"{self.run}:", count(len(self.spreads), "rule"))


def calibrated(compiled: Compiled, workspace: Workspace) -> Calibrated | None:
    """The last calibration of this baseline, or else of an earlier one under the same scorecard; None where none is."""
    prefix = workspace.run(compiled.spec, "").name
    runs = [run for run in workspace.runs() if run.name.startswith(prefix)]
    found = [read for run in runs if (read := _read(run, compiled)) is not None]
    return next((one for one in found if one.is_same), found[0] if found else None)


def _read(run: Run, compiled: Compiled) -> Calibrated | None:
    """The calibration of a run, if its scorecard is the plan's; None also for a record that is damaged."""
    rules: tuple[Rule, ...] = ()
    measured: list[dict[str, Any]] = []
    try:
        for entry in _entries(run.campaign):
            if entry["event"] == "campaign":
                rules = read_rules(entry["rules"])
            elif entry["event"] == "measured" and entry["purpose"] == "calibration":
                measured.append(entry)
            elif entry["event"] == "calibrated":
                if [(rule.verb, rule.shown) for rule in rules] != _rules_of(compiled):
                    return None
                spreads = tuple(
                    _spread(place, rule, entry["noise"][place], measured) for place, rule in enumerate(rules)
                )
                return Calibrated(run.name, _keys(compiled) == {one["verdict"] for one in measured}, spreads)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    return None


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    """Entries from the first on, as far as they are asked for: a calibration begins a record that may be long."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _spread(place: int, rule: Rule, noise: dict[str, Any], measured: list[dict[str, Any]]) -> Spread:
    figures = [entry["figures"][place][0] for entry in measured if entry["figures"]]
    values = [value for value in figures if is_number(value)]
    assumed = bool(noise["assumed"])
    known = Noise(**{name: value for name, value in noise.items() if name != "assumed"})
    return Spread(rule, mean(values) if values else None, known, assumed)


def _verdicts(compiled: Compiled) -> list[str]:
    """The jobs that judge the baseline under each of its seeds, first measurements alone."""
    return [job.id for job in with_role(compiled.plan.jobs, Role.VERDICT) if not job.repeat]


def _rules_of(compiled: Compiled) -> list[tuple[str, str]]:
    judge = compiled.plan.job(_verdicts(compiled)[0])
    return [(rule["verb"], rule["shown"]) for rule in judge.params["constraints"]]


def _keys(compiled: Compiled) -> set[str | None]:
    keys = keys_here(compiled)
    return {keys[job] for job in _verdicts(compiled)}
