"""What a lane asks of whoever drives it: runs to be measured, or time to think."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple, TypeAlias

from mlipilot.runtime.pilot.campaign.measurement import Measurement, Run
from mlipilot.runtime.pilot.trial import Exhausted, Proposal


class Measure(NamedTuple):
    """Measure these; the answer is a list of measurements in the same order."""

    runs: tuple[Run, ...]


class Think(NamedTuple):
    """Call this, which may take long and may be left alone meanwhile; the answer is what it returns."""

    call: Callable[[], Proposal | Exhausted]


class Seal(NamedTuple):
    """Open the sealed split, once, for the models of these runs; the answer is a measurement for each."""

    runs: tuple[Run, ...]


Request: TypeAlias = Measure | Think | Seal
Steps: TypeAlias = Generator[Request, object, None]
Measuring: TypeAlias = Generator[Request, object, list[Measurement]]
