"""What a probe measures of a training, and the forms of its figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

START_SECONDS = 0.5
"""Of any job: its process, inputs and outputs."""


class Rate(NamedTuple):
    """Seconds an atom."""

    median: float
    low: float
    high: float

    @property
    def spread(self) -> float:
        """The factor from the middle of the range to its ends."""
        return math.sqrt(self.high / self.low)


class Part(Protocol):
    """What a probe found of jobs that measure a model; each kind of job has a form of its own."""

    @property
    def rates(self) -> tuple[Rate, ...]:
        """What was timed repeatedly."""


class Measurement(NamedTuple):
    """Seconds and bytes that a probe found, on this machine."""

    atoms: float
    """Of a typical training frame."""
    setup: float
    """Of a training, before its graphs."""
    graph: float
    """Of reading a frame and building its graph."""
    steps: tuple[Rate, ...]
    """Of a training step, for each stage."""
    validation: Rate
    checkpoint: float
    evaluation: Rate
    first_call: float
    """Of a model that was just loaded, beyond what the call takes later."""
    parts: Mapping[str, tuple[Part, ...]]
    """Of jobs that use the model, by their kind."""
    making: tuple[float, float] | None
    """Of a step and of a labelled frame of a data set that is made."""
    train_bytes: int
    evaluate_bytes: int
    total_bytes: int | None
    """Memory of the device."""
    complete: bool
    """Nothing was left out for want of time."""

    @property
    def spread(self) -> float:
        """The largest spread of what was timed repeatedly."""
        used = [rate for parts in self.parts.values() for part in parts for rate in part.rates]
        return max(rate.spread for rate in (*self.steps, self.validation, self.evaluation, *used))


Measured = Mapping[str, Measurement]
"""By the id of the train job."""


class Cost(NamedTuple):
    """What a job takes."""

    seconds: float
    bytes: int | None


def read_seconds(value: Any) -> float:
    """Seconds from JSON. Raises `ValueError` for what is not a duration."""
    number = float(value)
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(value)
    return number


def read_rate(values: Any) -> Rate:
    """Median, low and high from JSON. Raises `ValueError` for what is not in this order."""
    median, low, high = (read_seconds(value) for value in values)
    if not 0 < low <= median <= high:
        raise ValueError(values)
    return Rate(median, low, high)
