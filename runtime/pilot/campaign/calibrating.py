"""The calibration: the baseline under several seeds, and one of its models measured again.

It says how much a run varies by its seed, how much by measuring alone, what a run costs, and what has to be beaten.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mlipilot.compiler import campaign_cost
from mlipilot.runtime.pilot.campaign import judging
from mlipilot.runtime.pilot.campaign.design import Design
from mlipilot.runtime.pilot.campaign.incumbent import Incumbent
from mlipilot.runtime.pilot.campaign.log import LaneLog
from mlipilot.runtime.pilot.campaign.measurement import Measurement, Run
from mlipilot.runtime.pilot.campaign.requests import Measure, Measuring, Steps
from mlipilot.runtime.pilot.campaign.rules import Rule, objective_of
from mlipilot.runtime.pilot.campaign.settings import Settings
from mlipilot.runtime.pilot.gate.feasibility import Feasible
from mlipilot.runtime.pilot.gate.noise import Noise, calibrate, is_number, mean
from mlipilot.spec.numerals import count

BASELINE = "baseline"
"""The lane of the calibration; what it spends is common to all arms."""
ASSUMED = Noise(math.log(2.0), 1)
"""Where the baseline does not tell: a factor of two, known as badly as can be."""


@dataclass
class Calibration:
    """What every lane starts from."""

    incumbent: Incumbent
    noises: dict[int, Noise]
    """By rule, on its scale of comparison."""
    screen_noise: Noise | None
    """Of the objective at the fidelity of a screen."""
    run_seconds: float
    """Device seconds of one run."""
    measuring_seconds: float
    """Device seconds of measuring a model that is trained."""
    spent: float
    """Device seconds of the calibration."""


class Impossible(Exception):
    """The baseline could not be measured: nothing could be compared with it."""


def calibrating(
    settings: Settings, rules: tuple[Rule, ...], baseline: Design, log: LaneLog, repeats: int, found: list[Calibration]
) -> Steps:
    """Measure the baseline; what is learned is added to `found`."""

    def measured(runs: list[Run]) -> Measuring:
        answer = yield Measure(tuple(runs))
        assert isinstance(answer, list)
        for run, measurement in zip(runs, answer, strict=True):
            log.write("measured", trial=0, run=run.key, purpose=run.purpose, seed=run.seed, **measurement.document())
        return answer

    def run(seed: int, purpose: str, **others: object) -> Run:
        return Run((), seed, lane=BASELINE, purpose=purpose, spec=baseline.spec, **others)  # type: ignore[arg-type]

    whole = [run(seed, "calibration") for seed in settings.baseline_seeds]
    again = [run(settings.baseline_seeds[0], f"repeat-{n}", repeat=n) for n in range(1, repeats + 1)]
    shortened = []
    if settings.fidelity != 1:
        shortened = [run(seed, "screen", fidelity=settings.fidelity) for seed in settings.baseline_seeds]
    answers = yield from measured([*whole, *again, *shortened])
    runs, repeated = answers[: len(whole)], answers[len(whole) : len(whole) + len(again)]
    screens = [answer for answer in answers[len(whole) + len(again) :] if answer.failure is None]
    sound = [answer for answer in runs if answer.failure is None]
    if len(sound) < 2:
        reason = next((answer.reason for answer in runs if answer.failure is not None), "there is one seed")
        raise Impossible(f"{len(sound)} of {count(len(runs), 'run')} of the baseline gave a result: {reason}")
    noises = {place: _noise(place, rule, sound, [runs[0], *repeated]) for place, rule in enumerate(rules)}
    place = objective_of(rules)
    screen_noise = None
    if place is not None and screens:
        screen_noise = _noise(place, rules[place], screens, [])
    standing = judging.standing(rules, sound, noises, settings.confidence)
    # The first run has made the data too.
    seconds = mean([answer.device_seconds for answer in sound[1:]])
    measuring = [answer.device_seconds for answer in repeated if answer.failure is None]
    measuring_seconds = mean(measuring) if measuring else seconds
    spent = math.fsum(answer.device_seconds for answer in answers)
    incumbent = Incumbent(baseline, 0, standing.outcome is Feasible.FEASIBLE, sound, screens)
    log.write(
        "calibrated",
        noise=[{**vars(noises[n]), "assumed": noises[n] is ASSUMED} for n in range(len(rules))],
        outcome=standing.outcome.value,
        reason=standing.reason,
        run_seconds=seconds,
        measuring_seconds=measuring_seconds,
        spent=spent,
    )
    found.append(Calibration(incumbent, noises, screen_noise, seconds, measuring_seconds, spent))


def _noise(place: int, rule: Rule, runs: list[Measurement], repeated: list[Measurement]) -> Noise:
    """From what can be compared; a metric that the baseline mostly lacks is assumed."""
    values = [value for value in map(rule.level, judging.estimates(place, runs)) if is_number(value)]
    again = [value for value in map(rule.level, judging.estimates(place, repeated)) if is_number(value)]
    noise = calibrate(values, [again] if len(again) > 1 else [])
    return noise if isinstance(noise, Noise) else ASSUMED


def share(settings: Settings, calibration: Calibration) -> float | None:
    """Device seconds of each lane: what the calibration left, less what closing the campaign takes."""
    lanes, sealing = len(settings.lanes), calibration.measuring_seconds if settings.seals else 0.0
    closing = campaign_cost.close(lanes, settings.gate.confirm_seeds, calibration.run_seconds, sealing)
    return campaign_cost.share(settings.limits.device_seconds, calibration.spent, closing, lanes)
