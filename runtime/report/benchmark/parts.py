"""A benchmark's part of a report: read from its result, every figure with the reason where it is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from mlipilot.runtime.encodings.benchmark.outcome import (
    FAILS,
    FILE,
    HOLDS,
    UNDECIDED,
    BenchmarkOutcome,
    Paper,
    Scored,
    read_outcome,
)
from mlipilot.runtime.encodings.benchmark.words import claims_told, grouped
from mlipilot.runtime.report.benchmark.accuracy import AccuracyPart, read_accuracy
from mlipilot.runtime.report.benchmark.geometry import GeometryPart, read_geometry
from mlipilot.runtime.report.benchmark.levels import CURVES, NOISE, read_levels
from mlipilot.runtime.report.benchmark.measures import Looks, Settings
from mlipilot.runtime.report.benchmark.overhead import OverheadPart, read_overhead
from mlipilot.runtime.report.benchmark.ranks import NEEDED, RankPart, read_ranks
from mlipilot.runtime.report.benchmark.shares import SharePart, read_shares
from mlipilot.runtime.report.benchmark.verdicts import ClaimPart, TierPart, read_claims, read_tiers
from mlipilot.runtime.report.drawing import Figure
from mlipilot.runtime.report.evidence import read_json
from mlipilot.runtime.report.quantity import Quantity, Unknown, attempt, format_percent, quantity
from mlipilot.runtime.report.section import Headline, Page, Result
from mlipilot.spec.numerals import count, signed_percent


@dataclass(frozen=True)
class LeftOut:
    """Cells that have no result for the same reason."""

    reason: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class PaperRow:
    """A number of the seed paper beside ours."""

    paper: Paper
    value: Quantity
    published: Quantity
    difference: str


@dataclass(frozen=True)
class Found:
    """What a benchmark that could be read is shown as."""

    outcome: BenchmarkOutcome
    confidence: str
    protocol: str
    judged: str
    """By which ROPE and in which family, in words."""
    claims: tuple[ClaimPart, ...]
    tiers: tuple[TierPart, ...]
    accuracy: tuple[AccuracyPart, ...]
    differences: Mapping[str, str]
    """Units of differences, by data set."""
    ranks: tuple[RankPart, ...] | Unknown
    ranks_hint: str
    geometry: GeometryPart | Unknown | None
    overhead: OverheadPart | Unknown | None
    shares: SharePart | Unknown | None
    curves: Figure | Unknown | None
    noise: Figure | Unknown | None
    left_out: tuple[LeftOut, ...]
    paper: tuple[PaperRow, ...]
    caveats: Mapping[str, str]
    """What the names of the paper's choices mean, of those that are met."""
    known: ClassVar[bool] = True

    @property
    def has_matched(self) -> bool:
        """Whether a control has as many features as an encoding."""
        return any(scored.matched for scored in self.outcome.scores)

    @property
    def has_raw(self) -> bool:
        """Whether the features as they are were among the controls."""
        return any(scored.arm == "raw" and scored.tier for scored in self.outcome.scores)

    @property
    def ranks_known(self) -> bool:
        """Whether the ranks could be read; there may be none."""
        return not isinstance(self.ranks, Unknown)


@dataclass(frozen=True)
class BenchmarkPart:
    """One block."""

    name: str
    found: Found | Unknown


def read_benchmarks(results: Sequence[Result], page: Page) -> tuple[BenchmarkPart, ...]:
    """One part for each block, in order; Unknown where its file is missing or damaged."""
    return tuple(_part(f"benchmark-{number}", result) for number, result in enumerate(results))


def headline(parts: Sequence[BenchmarkPart]) -> Headline:
    """What a page without a scorecard is headed by: what came of all that was required."""
    known = [part.found.outcome for part in parts if isinstance(part.found, Found)]
    claims = [claim for outcome in known for claim in outcome.claims]
    required = [claim for claim in claims if claim.verb == "require"]
    if len(known) < len(parts):
        return Headline("not known", "undecided", "A benchmark's outcome cannot be read; see below for the reason.")
    if not required:
        return Headline(
            "compared", "neutral", "Nothing was required of the encodings, so verdicts are shown as they are."
        )
    word = next(word for word in (FAILS, UNDECIDED, HOLDS) if any(claim.outcome == word for claim in required))
    tones = {FAILS: "fail", UNDECIDED: "undecided", HOLDS: "pass"}
    open_ones = [f"`{claim.written}`" for claim in required if claim.outcome == word and word != HOLDS]
    said = claims_told(claims, "require")
    why = f": {open_ones[0]}{f' and {len(open_ones) - 1} more' if len(open_ones) > 1 else ''}" if open_ones else ""
    return Headline(word, tones[word], f"{said[0].upper()}{said[1:]}{why}.")


def _part(name: str, result: Result) -> BenchmarkPart:
    block = str(result.params.get("block") or "")
    found = attempt(lambda: read_outcome(read_json(result.folder / FILE, "block", "hash", "protocol", "data")))
    if isinstance(found, Unknown):
        return BenchmarkPart(block, found)
    return BenchmarkPart(found.block, attempt(lambda: _found(name, found)))


def _found(name: str, outcome: BenchmarkOutcome) -> Found:
    looks = Looks(outcome)
    return Found(
        outcome,
        format_percent(outcome.confidence),
        _protocol(outcome),
        _judged(outcome, looks),
        read_claims(outcome),
        read_tiers(outcome, looks),
        read_accuracy(name, outcome, looks),
        {data: looks.measure(data).difference_unit for data in looks.sets},
        attempt(lambda: read_ranks(name, outcome, looks)),
        _too_few(len(looks.sets)),
        attempt(lambda: read_geometry(name, outcome, looks)),
        attempt(lambda: read_overhead(name, outcome, looks)),
        attempt(lambda: read_shares(name, outcome, looks)),
        read_levels(name, CURVES, outcome.learning_curves, looks),
        read_levels(name, NOISE, outcome.label_noise, looks),
        _left_out(outcome),
        tuple(map(_paper, outcome.paper)),
        _caveats(outcome),
    )


def _protocol(outcome: BenchmarkOutcome) -> str:
    outer, repeats, inner = (outcome.protocol.get(name) for name in ("outer", "repeats", "inner"))
    if not all(isinstance(number, int) for number in (outer, repeats, inner)):
        return "The protocol was not recorded."
    rounds = "shuffled once" if repeats == 1 else f"shuffled anew {repeats} times"
    return (
        f"Nested cross-validation: {outer} folds that measure, {rounds} ({outer} × {repeats}), and {inner} folds "
        f"inside each training part that tune{_tuned(outcome)}, the same for every arm."
    )


_FAMILIES = {
    "data": "the comparisons of a tier on one data set",
    "tier": "all comparisons of a tier",
    "block": "all comparisons",
}


def _judged(outcome: BenchmarkOutcome, looks: Looks) -> str:
    """Which differences count as none, and what p-values are corrected for."""
    ropes: dict[str, list[str]] = {}
    for compared in outcome.comparisons:
        if compared.rope is not None:
            measure = looks.measure(compared.place.data, compared.metric)
            width = f"{measure.moved(compared.rope).lstrip('+')} {measure.difference_unit}".rstrip()
            ropes.setdefault(width, []).append(compared.place.data)
    widths = [f"{width} on {', '.join(dict.fromkeys(sets))}" for width, sets in ropes.items()]
    rope = f"differences up to {widths[0] if len(widths) > 1 else next(iter(ropes), 'the ROPE')}"
    more = f", {', '.join(widths[1:])}" if len(widths) > 1 else ""
    family = _FAMILIES.get(outcome.family, "their family")
    return f"{rope}{more} count as none, and p-values are corrected by Holm's method for {family}."


def _tuned(outcome: BenchmarkOutcome) -> str:
    """How many candidates each arm has."""
    candidates = outcome.protocol.get("candidates")
    return f" among {count(candidates, 'candidate')}" if isinstance(candidates, int) else ""


def _too_few(sets: int) -> str:
    return (
        f"Ranks over data sets are shown from {NEEDED} sets on, since tests of fewer cannot tell arms apart; this "
        f"benchmark has {sets}."
    )


def _left_out(outcome: BenchmarkOutcome) -> tuple[LeftOut, ...]:
    settings = Settings([scored.place for scored in outcome.scores])
    return tuple(
        LeftOut(reason, tuple(_cell(scored, settings) for scored in cells))
        for reason, cells in grouped(outcome.left_out, lambda scored: scored.reason).items()
    )


def _cell(scored: Scored, settings: Settings) -> str:
    setting = settings.words(scored.place)
    matched = f" matched to {scored.matched}" if scored.matched else ""
    return f"{scored.arm}{matched} on {scored.place.data}{f', {setting}' if setting else ''}"


def _paper(paper: Paper) -> PaperRow:
    value = quantity(paper.value, digits=4, reason="it was not made again")
    published = quantity(paper.published, digits=4, reason="the paper does not print it")
    difference = ""
    if paper.value is not None and paper.published:
        difference = signed_percent(paper.value / paper.published - 1)
    return PaperRow(paper, value, published, difference)


def _caveats(outcome: BenchmarkOutcome) -> dict[str, str]:
    """What is hidden, by name; the paper's methods take a second to import, so only where its numbers are."""
    if not outcome.paper:
        return {}
    from mlipilot.runtime.encodings.paper.caveats import MEANINGS

    hidden = {word for row in outcome.paper for word in row.hides}
    return {caveat.value: meaning for caveat, meaning in MEANINGS.items() if caveat.value in hidden}
