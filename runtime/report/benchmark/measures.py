"""How metrics, settings and arms of a benchmark are shown: titles, units, colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from mlipilot.runtime.encodings.benchmark.outcome import BenchmarkOutcome, Place, Scored
from mlipilot.runtime.encodings.benchmark.scores import METRICS
from mlipilot.runtime.report.drawing import KINDS, MUTED
from mlipilot.runtime.report.quantity import Known, Quantity, quantity
from mlipilot.spec.numerals import format_number

_TITLES = {
    "mcc": "Matthews correlation",
    "macro_f1": "macro F1",
    "auprc": "AUPRC",
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R²",
}
_SHARES = ("balanced_accuracy", "accuracy", "macro_f1", "auprc")
"""Metrics that are shown in percent."""
_OF_TARGET = ("rmse", "mae")
"""Those that have the unit of the target."""
_UNITS = {"eV/atom": ("meV/atom", 1000.0), "eV": ("meV", 1000.0)}
"""Of a target, to that of its errors."""
MARKERS = ("o", "s", "D", "^", "v")


class Measure(NamedTuple):
    """A metric as a reader sees it."""

    title: str
    unit: str
    factor: float
    """From what is recorded to what is shown."""
    greater_is_better: bool

    @property
    def label(self) -> str:
        """With its unit, for an axis or a column."""
        return f"{self.title}, {self.unit}" if self.unit else self.title

    @property
    def sense(self) -> str:
        """Which way is better."""
        return "the greater, the better" if self.greater_is_better else "the less, the better"

    @property
    def difference_unit(self) -> str:
        """Of a difference of two values."""
        return "points" if self.unit == "%" else self.unit

    def shown(self, value: Any, reason: str = "it was not measured") -> Quantity:
        """A value of it."""
        found = quantity(value, reason=reason)
        return Known(found.value * self.factor, self.unit) if isinstance(found, Known) else found

    def change(self, value: Any) -> str:
        """A difference of two values with its sign and unit: `+2.1 points`; `?` where it is not known."""
        found = quantity(value)
        if not isinstance(found, Known):
            return "?"
        return f"{self.moved(found.value)} {self.difference_unit}".rstrip()

    def moved(self, value: float) -> str:
        """A difference with its sign alone; of points a tenth, finer than any ROPE."""
        if self.unit != "%":
            return signed(value * self.factor)
        shown = round(value * self.factor, 1)
        return f"{shown:+.1f}".replace("-", "−") if shown else "0.0"

    def interval(self, lower: float, upper: float) -> str:
        """Of a difference."""
        return f"[{self.moved(lower)}, {self.moved(upper)}]"


def signed(value: float, digits: int = 2) -> str:
    """With a sign, in few digits: `+2.1`, `−0.34`."""
    return f"{'+' if value > 0 else ''}{format_number(value, digits)}"


def measure_of(metric: str, unit: str = "") -> Measure:
    """How a metric is shown, of a target in a unit."""
    title = _TITLES.get(metric, metric.replace("_", " "))
    known = next((known[metric] for known in METRICS.values() if metric in known), None)
    greater = known is None or known.greater_is_better
    if metric in _SHARES:
        return Measure(title, "%", 100.0, greater)
    shown, factor = _UNITS.get(unit, (unit, 1.0)) if metric in _OF_TARGET else ("", 1.0)
    return Measure(title, shown, factor, greater)


class Looks:
    """Of a block: a measure for each data set, a colour and a marker for each encoding."""

    def __init__(self, outcome: BenchmarkOutcome) -> None:
        self.sets: tuple[str, ...] = tuple(str(about.get("name", "")) for about in outcome.data)
        self._units = {str(about.get("name", "")): str(about.get("unit") or "") for about in outcome.data}
        of_scores = {scored.place.data: scored.metric for scored in reversed(outcome.scores)}
        of_comparisons = {compared.place.data: compared.metric for compared in reversed(outcome.comparisons)}
        self._metrics = of_comparisons | of_scores
        named = [scored.arm for scored in outcome.scores if not scored.tier]
        named += [compared.encoding for compared in outcome.comparisons] + [one.arm for one in outcome.geometry]
        self.encodings: tuple[str, ...] = tuple(dict.fromkeys(named))

    def measure(self, data: str, metric: str = "") -> Measure:
        """Of the primary metric, or another, on a data set."""
        return measure_of(metric or self._metrics.get(data, "score"), self._units.get(data, ""))

    def colour(self, arm: str) -> str:
        """Of an encoding; of a control muted."""
        return KINDS[self.encodings.index(arm) % len(KINDS)] if arm in self.encodings else MUTED

    def marker(self, arm: str) -> str:
        """Of an encoding; of a control a circle."""
        return MARKERS[self.encodings.index(arm) % len(MARKERS)] if arm in self.encodings else MARKERS[0]


class Settings:
    """Which factors of a block vary, so that only they are named."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._scalings = {place.scaling for place in places}
        self._dimensions = {place.dimension for place in places if place.head not in ("", "kernel")}
        self._heads = {place.head for place in places if place.head not in ("", "kernel")}

    def words(self, place: Place) -> str:
        """What stands around a cell: `standard, 64 features, linear head`; empty where nothing varies."""
        behind_features = place.head not in ("", "kernel")
        parts = []
        if len(self._scalings) > 1:
            parts.append(scaling_title(place.scaling))
        if len(self._dimensions) > 1 and behind_features:
            parts.append(dimension_title(place.dimension))
        if len(self._heads) > 1 and behind_features:
            parts.append(f"{place.head} head")
        return ", ".join(parts)


def scaling_title(scaling: str) -> str:
    """Of a column or a row."""
    return "not scaled" if scaling == "none" else f"{scaling} scaling"


def dimension_title(dimension: int | None) -> str:
    """Of the features before a head."""
    return "own features" if dimension is None else f"sketched to {dimension} features"


def short_names(names: Sequence[str]) -> Mapping[str, str]:
    """Names without arguments, where that leaves them different."""
    kinds = [name.partition("(")[0] for name in names]
    return {name: kind if kinds.count(kind) == 1 else name for name, kind in zip(names, kinds, strict=True)}


def encoding_score(outcome: BenchmarkOutcome, data: str, scaling: str, arm: str) -> Scored | None:
    """The score of an encoding under a scaling, behind the first head, with its own features where it was so run."""
    found = [
        scored
        for scored in outcome.scores
        if (scored.place.data, scored.place.scaling, scored.arm, scored.tier) == (data, scaling, arm, "")
    ]
    return min(found, key=lambda s: (s.place.head == "kernel", s.place.dimension is not None), default=None)
