"""Verdicts tier by tier, never pooled: a mark for each comparison, and the table of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mlipilot.runtime.encodings.benchmark.outcome import LEFT_OUT, BenchmarkOutcome, ClaimOutcome, Compared
from mlipilot.runtime.encodings.benchmark.words import by_tier, grouped, tally, tier_title
from mlipilot.runtime.report.benchmark.measures import Looks, Settings
from mlipilot.runtime.report.quantity import Known, format_percent, quantity
from mlipilot.spec.numerals import count, format_number
from mlipilot.spec.schema.encoding import TIERS

GLYPHS = {"better": "▲", "equivalent": "=", "worse": "▼", "undecided": "?", LEFT_OUT: "–"}
MOST_MARKS = 36
"""In a cell; more are told as counts."""


@dataclass(frozen=True)
class Verdict:
    """A verdict as it is shown."""

    word: str

    @property
    def glyph(self) -> str:
        """Of the verdict."""
        return GLYPHS.get(self.word, "·")

    @property
    def look(self) -> str:
        """A class of the page's style."""
        return self.word.replace(" ", "-")


@dataclass(frozen=True)
class Tally(Verdict):
    """How many comparisons have a verdict."""

    number: int


@dataclass(frozen=True)
class Mark(Verdict):
    """A comparison: its verdict, and the numbers behind."""

    title: str
    """The whole comparison in words."""
    difference: str
    interval: str
    corrected: str
    """The p-value, corrected in its family."""
    reason: str


@dataclass(frozen=True)
class SummaryRow:
    """An encoding in a tier: on each data set the marks of its comparisons."""

    encoding: str
    counts: tuple[Tally, ...]
    cells: tuple[tuple[tuple[Mark, ...], ...], ...]
    """Marks of each setting in a run; empty where there are too many."""
    tallies: tuple[tuple[Tally, ...], ...]
    """Of the cells."""


@dataclass(frozen=True)
class VerdictRow:
    """An encoding against a control in a setting: a mark for each data set; None where they were not compared."""

    encoding: str
    control: str
    setting: str
    marks: tuple[Mark | None, ...]


@dataclass(frozen=True)
class TierPart:
    """The verdicts of a tier."""

    tier: str
    title: str
    about: str
    """What its controls are."""
    counts: tuple[Tally, ...]
    total: str
    order: str
    """In which a cell has its marks."""
    summary: tuple[SummaryRow, ...]
    rows: tuple[VerdictRow, ...]

    @property
    def has_settings(self) -> bool:
        """Whether rows differ in what stands around their comparisons."""
        return any(row.setting for row in self.rows)


@dataclass(frozen=True)
class ClaimPart:
    """A claim and what came of it."""

    claim: ClaimOutcome
    counts: tuple[Tally, ...]


def read_claims(outcome: BenchmarkOutcome) -> tuple[ClaimPart, ...]:
    """Requirements first."""
    ordered = sorted(outcome.claims, key=lambda claim: claim.verb != "require")
    return tuple(ClaimPart(claim, _tallies(claim.words)) for claim in ordered)


def read_tiers(outcome: BenchmarkOutcome, looks: Looks) -> tuple[TierPart, ...]:
    """A part for each tier that has a comparison."""
    settings = Settings([compared.place for compared in outcome.comparisons])
    return tuple(_tier(tier, found, looks, settings, outcome) for tier, found in by_tier(outcome.comparisons).items())


def _tier(
    tier: str, comparisons: Sequence[Compared], looks: Looks, settings: Settings, outcome: BenchmarkOutcome
) -> TierPart:
    marks = {id(compared): _mark(compared, looks, settings, outcome.confidence) for compared in comparisons}
    summary = []
    for encoding, own in grouped(comparisons, lambda compared: compared.encoding).items():
        of_set = grouped(own, lambda compared: compared.place.data)
        cells = [of_set.get(data, []) for data in looks.sets]
        summary.append(
            SummaryRow(
                encoding,
                _tallies(tally(own)),
                tuple(_runs(cell, marks, settings) for cell in cells),
                tuple(_tallies(tally(cell)) for cell in cells),
            )
        )
    rows = grouped(comparisons, lambda one: (one.encoding, one.control, settings.words(one.place)))
    return TierPart(
        tier,
        tier_title(tier),
        next((known.doc for known in TIERS if known.name == tier), ""),
        _tallies(tally(comparisons)),
        count(len(comparisons), "comparison"),
        _order(comparisons, settings),
        tuple(summary),
        tuple(
            VerdictRow(*key, tuple(_of_set(own, data, marks) for data in looks.sets))
            for key, own in sorted(rows.items(), key=lambda item: looks.encodings.index(item[0][0]))
        ),
    )


def _runs(cell: Sequence[Compared], marks: Mapping[int, Mark], settings: Settings) -> tuple[tuple[Mark, ...], ...]:
    if len(cell) > MOST_MARKS:
        return ()
    runs = grouped(cell, lambda compared: settings.words(compared.place)).values()
    return tuple(tuple(marks[id(one)] for one in run) for run in runs)


def _order(comparisons: Sequence[Compared], settings: Settings) -> str:
    """Controls and settings in the order of the marks; empty where that would say nothing."""
    controls = list(dict.fromkeys(compared.control for compared in comparisons))
    runs = [run for run in dict.fromkeys(settings.words(compared.place) for compared in comparisons) if run]
    parts = [f"across: {', '.join(controls)}"] if len(controls) > 1 else []
    return "; ".join([*parts, *([f"down: {', then '.join(runs)}"] if len(runs) > 1 else [])])


def _of_set(comparisons: Sequence[Compared], data: str, marks: Mapping[int, Mark]) -> Mark | None:
    return next((marks[id(one)] for one in comparisons if one.place.data == data), None)


def _tallies(counts: Mapping[str, int]) -> tuple[Tally, ...]:
    return tuple(Tally(word, number) for word, number in counts.items() if number)


def _mark(compared: Compared, looks: Looks, settings: Settings, confidence: float) -> Mark:
    measure = looks.measure(compared.place.data, compared.metric)
    difference, interval, corrected = "", "", ""
    known = [quantity(value) for value in (compared.difference, compared.lower, compared.upper)]
    if isinstance(known[0], Known):
        difference = measure.moved(known[0].value)
    if isinstance(known[1], Known) and isinstance(known[2], Known):
        interval = measure.interval(known[1].value, known[2].value)
    setting = settings.words(compared.place)
    words = [
        f"{compared.encoding} against {compared.control} on {compared.place.data}{f' ({setting})' if setting else ''}"
    ]
    if compared.reason:
        words.append(f"{compared.word}: {compared.reason}")
    else:
        words.append(f"{compared.word}: {measure.title} {measure.change(compared.difference)}")
        if interval:
            words.append(f"interval at {format_percent(confidence)} {interval}")
        chances = (compared.chance_better, compared.chance_equivalent, compared.chance_worse)
        if all(chance is not None for chance in chances):
            better, within, worse = (format_percent(round(chance or 0.0, 3)) for chance in chances)
            words.append(f"chances: better {better}, within the ROPE {within}, worse {worse}")
        if compared.corrected_p is not None:
            family = f" of {compared.family}" if compared.family else ""
            corrected = f"p {format_number(compared.corrected_p, 2)}"
            words.append(f"corrected {corrected}{family}")
        if compared.samples_factor is not None:
            words.append(f"about {format_number(compared.samples_factor, 2)} times the samples would decide it")
    return Mark(compared.word, "; ".join(words), difference, interval, corrected, compared.reason)
