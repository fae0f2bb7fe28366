"""What came of a benchmark: verdicts, claims and figures, and their form in `benchmark.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line

FILE, SCORES = "benchmark.json", "scores.parquet"
HOLDS, FAILS, UNDECIDED = "holds", "fails", "undecided"
LEFT_OUT = "left out"
"""In place of a verdict where one of two cells has no result."""


@dataclass(frozen=True)
class Place:
    """What stands around a comparison or a cell: a data set and factors."""

    data: str
    scaling: str
    dimension: int | None
    head: str
    """`linear`, `neighbours`, `kernel`; empty of a model of its own."""


@dataclass(frozen=True)
class Compared:
    """An encoding against a control on one data set; numbers are None where a cell was left out.

    Differences are in units of the metric, above 0 where the encoding is better, whichever way the metric goes.
    """

    place: Place
    tier: str
    encoding: str
    control: str
    metric: str
    word: str
    """`better`, `equivalent`, `worse`, `undecided` or `left out`."""
    reason: str = ""
    """Why it was left out."""
    difference: float | None = None
    lower: float | None = None
    """Ends of the interval of the posterior at the confidence of the block."""
    upper: float | None = None
    rope: float | None = None
    chance_better: float | None = None
    """Beyond the ROPE."""
    chance_equivalent: float | None = None
    chance_worse: float | None = None
    p_value: float | None = None
    corrected_p: float | None = None
    family: int = 0
    """Comparisons that were corrected together."""
    samples_factor: float | None = None
    """About how many times as many samples would decide it; None where it is decided, or none would."""


@dataclass(frozen=True)
class Scored:
    """A cell: the means of its metrics over the folds."""

    place: Place
    arm: str
    tier: str
    """Of a control; empty of an encoding."""
    matched: str
    """The encoding whose number of features it has; otherwise empty."""
    metric: str
    mean: float | None
    lower: float | None
    """Ends of the interval of the mean by the corrected error."""
    upper: float | None
    means: Mapping[str, float | None]
    """Of every metric of the task."""
    fit_seconds: float | None
    reason: str = ""
    """Why it was left out."""


@dataclass(frozen=True)
class ClaimOutcome:
    """What came of a claim."""

    verb: str
    relation: str
    written: str
    because: str
    outcome: str
    """`holds`, `fails` or `undecided`."""
    words: Mapping[str, int]
    """How many of its comparisons have each verdict."""
    advice: str = ""
    """What would decide it; empty where it is decided."""


@dataclass(frozen=True)
class Share:
    """How much of the variance of an encoding's scores a factor explains on a data set."""

    data: str
    factor: str
    levels: int
    omega_squared: float


@dataclass(frozen=True)
class Rank:
    """The mean rank of an arm over the data sets, 1 the best."""

    scaling: str
    arm: str
    mean: float


@dataclass(frozen=True)
class Ranking:
    """Arms over all data sets, tier by tier; only where there are enough sets."""

    tier: str
    data_sets: int
    friedman_p: float
    ranks: tuple[Rank, ...]
    cliques: tuple[tuple[str, ...], ...]
    """Arms that no corrected signed-rank test tells apart."""


@dataclass(frozen=True)
class Geometry:
    """Figures of a representation on a data set."""

    data: str
    scaling: str
    arm: str
    figures: Mapping[str, float | None]
    reasons: Mapping[str, str]
    """Of figures that are not known."""


@dataclass(frozen=True)
class Overhead:
    """Time and memory of an arm, measured beside the raw features in one process."""

    data: str
    arm: str
    features: int
    encode_ratio: float | None
    """Times are ratios to the raw features' of the same round: medians, with the least and the largest."""
    encode_range: tuple[float, float] | None
    fit_ratio: float | None
    fit_range: tuple[float, float] | None
    predict_ratio: float | None
    """Of encoding and predicting."""
    predict_range: tuple[float, float] | None
    encode_seconds: float | None
    """Of one sample, median."""
    bytes: int | None
    """Of the features of one sample."""
    reason: str = ""


@dataclass(frozen=True)
class Change:
    """A change with its interval."""

    difference: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Mechanism:
    """What an intervention on an encoding did to geometry and metric."""

    data: str
    encoding: str
    intervention: str
    figure: str
    geometry: Change
    metric: Change
    holds: bool
    """Whether both rose, with intervals that leave out 0."""


@dataclass(frozen=True)
class Level:
    """An arm at one number of training rows, or one share of noise in their labels."""

    place: Place
    arm: str
    tier: str
    level: float
    mean: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Paper:
    """A number of the seed paper's tables, made again in its own choices."""

    data: str
    table: str
    row: str
    value: float | None
    published: float | None
    hides: tuple[str, ...]


@dataclass(frozen=True)
class BenchmarkOutcome:
    """All that a benchmark found."""

    block: str
    hash: str
    confidence: float
    protocol: Mapping[str, int]
    data: tuple[Mapping[str, Any], ...]
    """Of each set: name, samples, features, task, classes, deviation, unit, sha256, source, licence."""
    family: str = ""
    """Comparisons that were corrected together: of a tier on one data set (`data`), of a `tier`, or all (`block`)."""
    comparisons: tuple[Compared, ...] = ()
    scores: tuple[Scored, ...] = ()
    claims: tuple[ClaimOutcome, ...] = ()
    shares: tuple[Share, ...] = ()
    rankings: tuple[Ranking, ...] = ()
    geometry: tuple[Geometry, ...] = ()
    overhead: tuple[Overhead, ...] = ()
    hardware: Mapping[str, Any] = field(default_factory=dict)
    """That the overhead was measured on."""
    mechanisms: tuple[Mechanism, ...] = ()
    learning_curves: tuple[Level, ...] = ()
    label_noise: tuple[Level, ...] = ()
    paper: tuple[Paper, ...] = ()
    words: str = ""
    """One paragraph, made of the verdicts."""

    @property
    def required(self) -> str:
        """Of all requirements together: `holds`, `fails` or `undecided`; empty where nothing is required."""
        found = [claim.outcome for claim in self.claims if claim.verb == "require"]
        return next((word for word in (FAILS, UNDECIDED, HOLDS) if word in found), "")

    @property
    def left_out(self) -> tuple[Scored, ...]:
        """Cells without a result."""
        return tuple(scored for scored in self.scores if scored.reason)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    def __repr__(self) -> str:
        said = f"{self.required}," if self.required else ""
        return in_a_line("BenchmarkOutcome", f"{self.block}:", said, count(len(self.comparisons), "comparison"))


_PARTS: Mapping[str, type] = {
    "comparisons": Compared,
    "scores": Scored,
    "claims": ClaimOutcome,
    "shares": Share,
    "rankings": Ranking,
    "geometry": Geometry,
    "overhead": Overhead,
    "mechanisms": Mechanism,
    "learning_curves": Level,
    "label_noise": Level,
    "paper": Paper,
}
_INNER: Mapping[str, Any] = {
    "place": lambda value: Place(**value),
    "ranks": lambda value: tuple(Rank(**rank) for rank in value),
    "cliques": lambda value: tuple(map(tuple, value)),
    "hides": tuple,
}


def read_outcome(document: Mapping[str, Any]) -> BenchmarkOutcome:
    """From JSON. Raises KeyError, TypeError or ValueError where it is not that of an outcome."""
    found = dict(document)
    for name, part in _PARTS.items():
        found[name] = tuple(_read(part, item) for item in found.get(name, ()))
    return BenchmarkOutcome(**found | {"data": tuple(found["data"])})


def _read(part: type, item: Mapping[str, Any]) -> Any:
    known = {one.name for one in fields(part)}
    inner = dict(_INNER)
    if part is Mechanism:
        inner |= {"geometry": lambda value: Change(**value), "metric": lambda value: Change(**value)}
    if part is Overhead:
        inner |= dict.fromkeys(("encode_range", "fit_range", "predict_range"), _ends)
    return part(**{n: inner[n](value) if n in inner else value for n, value in item.items() if n in known})


def _ends(value: Any) -> tuple[float, float] | None:
    return None if value is None else (value[0], value[1])


def write_outcome(outcome: BenchmarkOutcome, folder: Path) -> None:
    """Write `benchmark.json`."""
    text = json.dumps(outcome.document(), indent=1, ensure_ascii=False, allow_nan=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def load_outcome(folder: Path) -> BenchmarkOutcome | None:
    """Of a result; None where there is none, or it was damaged."""
    try:
        return read_outcome(json.loads((folder / FILE).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None


__all__ = [
    "FAILS",
    "FILE",
    "HOLDS",
    "LEFT_OUT",
    "SCORES",
    "UNDECIDED",
    "BenchmarkOutcome",
    "Change",
    "ClaimOutcome",
    "Compared",
    "Geometry",
    "Level",
    "Mechanism",
    "Overhead",
    "Paper",
    "Place",
    "Rank",
    "Ranking",
    "Scored",
    "Share",
    "load_outcome",
    "read_outcome",
    "write_outcome",
]
