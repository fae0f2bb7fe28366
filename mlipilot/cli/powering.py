"""`power`: what gains a campaign can find within its budget, and what benchmarks of encodings can, before they run."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlipilot.cli.proof import show
from mlipilot.compiler.compile import check_file
from mlipilot.compiler.operations import Role, with_role
from mlipilot.compiler.render.style import style_for, visible
from mlipilot.compiler.review import promises
from mlipilot.runtime.loading import load_any
from mlipilot.runtime.pilot.campaign.calibrated import Calibrated, Spread
from mlipilot.runtime.pilot.campaign.power_of import Power, compares, cost_of
from mlipilot.runtime.pilot.campaign.powers import CampaignPower
from mlipilot.runtime.pilot.campaign.powers import power as power_of
from mlipilot.runtime.pilot.gate.power import WANTED_POWER
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count, percent, short

if TYPE_CHECKING:
    from pathlib import Path

    from mlipilot.compiler.plan import Compiled

_HEADS = ("confirm_seeds", "trials", "runs", "finds")
_SPREAD_HEADS = ("metric", "baseline", "over seeds", "measured again")


def power(given: Path | None, *, as_json: bool) -> int:
    """Say what the campaign of a spec or plan can find; 2 where that is less than it is to detect.

    Of one without a campaign, what its benchmarks of encodings can find.
    """
    compiled, diagnostics = load_any(given)
    if compiled is not None and compiled.plan.campaign is None and with_role(compiled.plan.jobs, Role.COMPARISON):
        return _of_benchmarks(compiled, diagnostics, as_json=as_json)
    found = None if compiled is None else power_of(compiled, diagnostics)
    if found is None or isinstance(found, Diagnostic):
        show([*diagnostics, *([] if found is None else [found])])
        return 2
    show(found.diagnostics)
    if as_json:
        print(json.dumps(found.document(), indent=1, sort_keys=True, ensure_ascii=False))
    else:
        print("\n".join(_lines(found)))
    return 0 if found.is_enough else 2


def _of_benchmarks(compiled: Compiled, diagnostics: list[Diagnostic], *, as_json: bool) -> int:
    checked = check_file(compiled.spec)
    show(diagnostics)
    if checked.spec is None:
        show(checked.diagnostics)
        return 2
    found = promises.benchmark_power(checked.spec)
    if as_json:
        print(json.dumps(found.document(), indent=1, sort_keys=True, ensure_ascii=False))
    else:
        print(promises.as_text(found, style_for(sys.stdout)))
    return 0


def _lines(found: CampaignPower) -> list[str]:
    compiled, known, own, objective = found.compiled, found.calibrated, found.own, found.objective
    campaign = compiled.plan.campaign
    assert campaign is not None
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
    lines += ["", *_noise(known), "", *_table(_HEADS, [_row(other, own, objective) for other in found.others])]
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
