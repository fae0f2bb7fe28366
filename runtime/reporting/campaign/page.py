"""The page of a campaign: sections read from its folder, put into one HTML file that needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from mlipilot.runtime.pilot.outcome import wording
from mlipilot.runtime.pilot.outcome.final import WORDS
from mlipilot.runtime.pilot.outcome.folder import CampaignFolder
from mlipilot.runtime.pilot.outcome.result import Result
from mlipilot.runtime.pilot.outcome.tally import tally
from mlipilot.runtime.report.quantity import attempt, format_duration, format_percent, quantity
from mlipilot.runtime.report.section import TEMPLATES, Headline
from mlipilot.runtime.reporting.campaign.arms import accepted_edits, arm_rows, endings
from mlipilot.runtime.reporting.campaign.judged import final_cards, power_of
from mlipilot.runtime.reporting.campaign.progress import progress
from mlipilot.runtime.reporting.campaign.trials import lane_trials
from mlipilot.runtime.reporting.page import environment, write_page
from mlipilot.spec.numerals import count, short

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Model:
    """How a language model's answers were."""

    lane: str
    tokens: str
    money: str
    attempts: int
    unanswered: int
    rungs: str
    faults: str


def write_campaign_report(campaign: CampaignFolder, path: Path) -> None:
    """Write the report of a campaign to `path`, whole or not at all; the same record gives the same bytes.

    What is not known is shown as such, with the reason; only an unwritable `path` raises (OSError).
    """
    write_page(render_campaign(campaign), path)


def render_campaign(campaign: CampaignFolder) -> str:
    """The report of a campaign as HTML."""
    result = campaign.result
    style = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("page.css", "campaign.css"))
    return (
        environment()
        .get_template("campaign.html")
        .render(
            result=result,
            style=Markup(style),
            headline=_headline(campaign),
            aside=_aside(result),
            progress=attempt(lambda: progress(result)),
            arms=arm_rows(result),
            endings=endings(result),
            accepted=accepted_edits(campaign),
            cards=final_cards(result),
            lanes=lane_trials(result),
            power=power_of(result),
            tally=tally(result),
            budget=_budget(result),
            models=_models(result),
            facts=_facts(result),
            rules=[rule for rule in result.rules if not rule.is_objective],
        )
    )


def _headline(campaign: CampaignFolder) -> Headline:
    result = campaign.result
    sentence = wording.headline(result, campaign.activity) + "."
    if result.stage != "closed":
        return Headline("paused" if campaign.activity.is_paused else "not finished", "undecided", sentence)
    best = result.best
    if best is None or best.final is None:
        return Headline("none accepted", "neutral", sentence)
    word = best.final.verdict(result.rules)
    return Headline(word, {"accepted": "pass", "rejected": "fail", "undecided": "undecided"}[word], sentence)


def _aside(result: Result) -> str:
    best = result.best
    words = []
    if best is not None and best.final is not None:
        trial = best.accepted[-1].number
        words.append(f"best design: `{best.name}`, trial {trial}, judged {WORDS[best.final.evidence]}")
    words.append(count(sum(len(lane.trials) for lane in result.lanes), "trial"))
    words.append(f"device time {format_duration(quantity(result.spent))}")
    return " · ".join(words)


def _budget(result: Result) -> Facts:
    limits = result.settings.limits
    rows: list[tuple[str, str]] = []
    spent = format_duration(quantity(result.spent))
    if limits.device_seconds is None:
        rows.append(("device time", f"{spent}, without a limit"))
    else:
        left = format_duration(quantity(max(0.0, limits.device_seconds - result.spent)))
        total = format_duration(quantity(limits.device_seconds))
        rows.append(("device time", f"{spent} of {total}; {left} left"))
    if result.calibrated is not None:
        rows.append(("of it for the baseline", format_duration(quantity(result.calibrated.spent))))
    closing = sum(sample.measurement.device_seconds for sample in result.closing)
    rows.append(("of it for the close", format_duration(quantity(closing))))
    if limits.trials is not None:
        used = ", ".join(f"{lane.name} {len(lane.trials)}" for lane in result.lanes)
        rows.append(("trials of each arm", f"{limits.trials} at most; {used}"))
    if limits.tokens is not None or result.tokens:
        of = "" if limits.tokens is None else f" of {limits.tokens:,}"
        rows.append(("tokens", f"{result.tokens:,}{of}"))
    if limits.money is not None:
        spent = "unknown" if result.money is None else short(float(result.money), 4)
        rows.append(("money", f"{spent} of {short(limits.money, 4)}"))
    return tuple(rows)


def _models(result: Result) -> tuple[Model, ...]:
    def shown(counts: dict[str, int]) -> str:
        return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items()) or "none"

    return tuple(
        Model(
            lane.name,
            f"{lane.cost.tokens:,}" + (f" ({lane.set_aside:,} set aside)" if lane.set_aside else ""),
            "unknown" if lane.money is None else short(float(lane.money), 4),
            lane.reliability.attempts,
            lane.reliability.unanswered,
            shown(lane.reliability.rungs),
            shown(lane.reliability.faults),
        )
        for lane in result.lanes
        if lane.is_language_model
    )


def _facts(result: Result) -> dict[str, Facts]:
    settings = result.settings
    gate = settings.gate

    def moment(seconds: float) -> str:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")

    return {
        "hashes": tuple(result.hashes.items()),
        "packages": tuple((name, version or "not installed") for name, version in result.packages.items()),
        "gate": (
            ("α of the whole campaign", format_percent(gate.alpha)),
            ("confidence of the scorecard", format_percent(settings.confidence)),
            ("fresh seeds of each look", f"{gate.confirm_seeds}, {count(gate.looks, 'look')} at most"),
            ("least gain that counts", f"{gate.minimum_gain:g} σ"),
            ("screen", _screen(result)),
            ("ablation", "each accepted edit of several changes" if settings.ablate else "none"),
        ),
        "campaign": (
            ("arms", ", ".join(settings.arms)),
            ("replicates", str(settings.replicates)),
            ("seed", str(settings.seed)),
            ("seeds of the baseline", ", ".join(map(str, settings.baseline_seeds))),
            ("sealed split", _seal(result)),
            ("begun", moment(result.began)),
            ("last entry", moment(result.last)),
        ),
    }


def _seal(result: Result) -> str:
    if not result.settings.seals:
        return "none"
    is_open = any(lane.final is not None and lane.final.evidence == "sealed" for lane in result.lanes)
    return "opened once, at the end" if is_open else "not opened"


def _screen(result: Result) -> str:
    share = result.settings.fidelity
    epochs = "all epochs" if share == 1 else f"{format_percent(float(share))} of the epochs"
    return f"{count(result.settings.gate.screen_seeds, 'seed')}, {epochs}"
