"""A run that a campaign asks for, and what was measured of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from mlipilot.runtime.pilot.trial import Failure
from mlipilot.spec.document import Spec
from mlipilot.spec.edit import Change
from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line

_UNRECORDED = "unrecorded"


class Figure(NamedTuple):
    """One metric of one model, in base units; None where it is not known."""

    estimate: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Run:
    """A design under one seed."""

    changes: tuple[Change, ...]
    seed: int
    fidelity: Fraction = Fraction(1)
    """Share of every stage's epochs that is trained."""
    repeat: int = 0
    """Above 0: the model of this seed is measured once more."""
    lane: str = field(default="", compare=False)
    """Who asks: an arm and its replicate."""
    trial: int = field(default=0, compare=False)
    purpose: str = field(default="", compare=False)
    """`screen`, `candidate`, `incumbent`, `ablation`, `calibration` or `seal`."""
    spec: Spec | None = field(default=None, compare=False, repr=False)
    """The edited spec; None where the run is only looked up."""

    @cached_property
    def key(self) -> str:
        """What is run, whoever asks: hexadecimal, 24 digits."""
        text = f'[{_identity(self.changes)}, {self.seed}, "{self.fidelity}", {self.repeat}]'
        return hashlib.sha256(text.encode()).hexdigest()[:24]


@lru_cache(64)
def _identity(changes: tuple[Change, ...]) -> str:
    """A design as JSON: that of an incumbent is asked for again and again."""
    return json.dumps(sorted((change.path, change.value) for change in changes))


@dataclass(frozen=True)
class Measurement:
    """What a run gave: a figure for each rule of the scorecard, or why there is none."""

    figures: tuple[Figure, ...]
    device_seconds: float
    """Of all its attempts, and of the jobs that it shares with other runs."""
    verdict_key: str = ""
    """Of the job whose result the figures were read from."""
    failure: Failure | None = None
    code: str = ""
    reason: str = ""

    @property
    def is_unrecorded(self) -> bool:
        """Whether it was never made: a campaign that is decided again asks for runs that its record lacks."""
        return self.code == _UNRECORDED

    def document(self) -> dict[str, Any]:
        """As JSON."""
        found: dict[str, Any] = {
            "figures": [list(figure) for figure in self.figures],
            "device_seconds": self.device_seconds,
            "verdict": self.verdict_key,
        }
        if self.failure is not None:
            found |= {"failure": self.failure.value, "code": self.code, "reason": self.reason}
        return found

    def __repr__(self) -> str:
        what = count(len(self.figures), "figure") if self.failure is None else f"{self.failure.value}: {self.reason}"
        return in_a_line("Measurement", f"{what},", f"{self.device_seconds:.1f} s")


def unrecorded() -> Measurement:
    """What stands for a run that a record lacks."""
    return Measurement((), 0.0, "", Failure.INFRASTRUCTURE, _UNRECORDED, "the record lacks it")


def read_measurement(document: Mapping[str, Any]) -> Measurement:
    """A measurement from JSON."""
    failure = document.get("failure")
    return Measurement(
        tuple([Figure(*figure) for figure in document["figures"]]),
        float(document["device_seconds"]),
        document["verdict"],
        None if failure is None else Failure(failure),
        document.get("code", ""),
        document.get("reason", ""),
    )
