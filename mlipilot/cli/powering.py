"""`power`: what gains a campaign can find within its budget, before anything of it is run."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlipilot.cli.proof import load_any, show
from mlipilot.compiler.render.style import style_for, visible
from mlipilot.runtime.pilot.campaign.calibrated import Calibrated, Spread, calibrated
from mlipilot.runtime.pilot.campaign.power_of import OTHERS, Power, compares, cost_of, doubts, power_of
from mlipilot.runtime.pilot.gate.power import WANTED_POWER
from mlipilot.runtime.record import workspace_of
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.numerals import count, percent, short

if TYPE_CHECKING:
    from pathlib import Path

    from mlipilot.compiler.plan import Compiled

_HEADS = ("confirm_seeds", "trials", "runs", "finds")
_SPREAD_HEADS = ("metric", "baseline", "over seeds", "measured again")


def power(given: Path | None, *, as_json: bool) -> int:
    """Say what the campaign of a spec or plan can find; 2 where that is less than it is to detect."""
    compiled, diagnostics = load_any(given)
    if compiled is not None and compiled.plan.campaign is None:
        diagnostics.append(
            Diagnostic(
                "MLP0904", f"`{compiled.spec}` declares no campaign", help="add a `pilot` block, and a `search` for it"
            )
        )
        compiled = None
    if compiled is None:
        show(diagnostics)
        return 2
    known = calibrated(compiled, workspace_of(compiled.spec))
    found = [*diagnostics, *doubts(compiled)]
    show(found)
    if as_json:
        print(json.dumps(_document(compiled, known, found), indent=1, sort_keys=True, ensure_ascii=False))
    else:
        print("\n".join(_lines(compiled, known)))
    return 2 if has_errors(found) else 0


def _powers(compiled: Compiled, known: Calibrated | None) -> tuple[Power, list[Power]]:
    """That of the plan, and of other numbers of seeds beside its own, in order."""
    objective = None if known is None else known.objective
    runs = None if objective is None or objective.assumed else objective.noise.freedom + 1
    own = power_of(compiled, baseline_seeds=runs)
    counts = sorted({*OTHERS, own.settings.confirm_seeds})
    return own, [power_of(compiled, count, runs) for count in counts]


def _lines(compiled: Compiled, known: Calibrated | None) -> list[str]:
    campaign = compiled.plan.campaign
    assert campaign is not None
    objective = None if known is None else known.objective
    own, others = _powers(compiled, known)
    replicates = f" in each of {campaign['replicates']} replicates" if campaign["replicates"] > 1 else ""
    lines = [f"arms: {', '.join(f'`{arm}`' for arm in campaign['arms'])}, {_trials(compiled, own)}{replicates}"]
    if not compares(compiled):
        lines.append("the scorecard minimises nothing: an arm ends with the first design that satisfies it")
        return [*lines, *_noise(known)]
    lines += [
        f"about {_number(own.forecast.confirmations)} of them come to a confirmation though none is better, the last "
        f"at a level of {short(own.forecast.level, 2)}: {_number(own.forecast.runs)} runs with the calibration",
        f"finds {_found(own, objective)}, with a chance of {percent(WANTED_POWER)} "
        f"(`detect = {campaign['detect']:g}`, `alpha = {campaign['alpha']:g}`)",
    ]
    if campaign["screen"] < 1:
        lines.append("this holds where a run of fewer epochs shows the gain as well as a whole one does")
    lines += ["", *_noise(known), "", *_table(_HEADS, [_row(other, own, objective) for other in others])]
    return lines


def _trials(compiled: Compiled, own: Power) -> str:
    cost = cost_of(compiled)
    if own.trials is None:
        return f"any number of trials each; what follows is for {own.forecast.trials}"
    if cost is None or cost.fewest == cost.most:
        return f"{count(own.trials, 'trial')} each"
    return f"about {count(own.trials, 'trial')} each by the estimate ({cost.fewest} to {cost.most})"


def _found(power: Power, objective: Spread | None) -> str:
    if power.forecast.detectable is None:
        return "no gain"
    gain = f"gains of {power.forecast.detectable:.2f} σ or more"
    change = None if objective is None else objective.change(power.forecast.detectable)
    if objective is None or change is None:
        return gain
    return f"{gain}, which is a change of {objective.rule.reads(change)}"


def _row(power: Power, own: Power, objective: Spread | None) -> tuple[str, ...]:
    seeds = str(power.settings.confirm_seeds) + (" (here)" if power.settings == own.settings else "")
    trials = "any" if power.trials is None else str(power.trials)
    return seeds, trials, _number(power.forecast.runs), _found(power, objective)


def _noise(known: Calibrated | None) -> list[str]:
    if known is None:
        return ["σ is one run's over seeds; it is not known before this baseline was calibrated by `execute`"]
    whose = "this baseline" if known.is_same else "an earlier baseline of this spec"
    rows = []
    for spread in known.spreads:
        if spread.rule.verb == "require" or spread.rule.is_objective:
            freedom = count(spread.noise.freedom, "degree of freedom", "degrees of freedom")
            over = f"{spread.rule.spread(spread.noise.sigma)} ({freedom})"
            again = "unknown" if spread.noise.sigma_eval is None else spread.rule.spread(spread.noise.sigma_eval)
            rows.append(
                (
                    f"{spread.rule.verb} {spread.rule.shown}",
                    spread.rule.reads(spread.baseline),
                    "assumed: the baseline does not tell" if spread.assumed else over,
                    again,
                )
            )
    return [f"σ as `{known.run}` calibrated it for {whose}:", *_table(_SPREAD_HEADS, rows)]


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    lines = [
        "  ".join(visible(cell).ljust(width) for cell, width in zip(r, widths, strict=True)) for r in [heads, *rows]
    ]
    head, *body = (line.rstrip() for line in lines)
    return [style_for(sys.stdout).paint(head, "strong"), *body]


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _document(compiled: Compiled, known: Calibrated | None, found: list[Diagnostic]) -> dict[str, Any]:
    campaign, cost = compiled.plan.campaign, cost_of(compiled)
    assert campaign is not None
    objective = None if known is None else known.objective
    own, others = _powers(compiled, known)
    return {
        "spec": str(compiled.spec),
        "plan": compiled.plan.hash,
        "arms": campaign["arms"],
        "replicates": campaign["replicates"],
        "alpha": campaign["alpha"],
        "detect": campaign["detect"],
        "compares": compares(compiled),
        "trials": {
            "expected": own.trials,
            "fewest": None if cost is None else cost.fewest,
            "most": None if cost is None else cost.most,
        },
        "forecast": _forecast(own, objective),
        "by_confirm_seeds": [_forecast(other, objective) for other in others],
        "calibration": None
        if known is None
        else {
            "run": known.run,
            "same_baseline": known.is_same,
            "metrics": [
                {
                    "verb": spread.rule.verb,
                    "metric": spread.rule.shown,
                    "baseline": None if spread.baseline is None else spread.rule.in_unit(spread.baseline),
                    "unit": spread.rule.unit,
                    "logarithmic": not spread.rule.is_even,
                    "assumed": spread.assumed,
                    **vars(spread.noise),
                }
                for spread in known.spreads
            ],
        },
        "diagnostics": [diagnostic.code for diagnostic in found],
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
