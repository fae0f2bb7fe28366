"""A measurement as the record has it: which run, for whom, when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from mlipilot.runtime.pilot.campaign.measurement import Measurement, read_measurement
from mlipilot.spec.one_line import in_a_line


class Sample(NamedTuple):
    """One entry of a measurement."""

    lane: str
    trial: int
    """Of the close: the place of the design."""
    purpose: str
    """That of the run; `sealed` for what the seal gave."""
    seed: int
    run: str
    """The run's key."""
    measurement: Measurement
    time: float
    """When it was entered, in seconds since the epoch."""

    def __repr__(self) -> str:
        return in_a_line(
            "Sample", f"{self.lane}/{self.trial} {self.purpose}, seed {self.seed}:", f"{self.measurement!r}"[1:-1]
        )


def read_sample(entry: Mapping[str, Any]) -> Sample:
    """A sample from an entry `measured` or `sealed`."""
    is_sealed = entry["event"] == "sealed"
    return Sample(
        str(entry["lane"]),
        int(entry["design"] if is_sealed else entry["trial"]),
        "sealed" if is_sealed else str(entry["purpose"]),
        int(entry["seed"]),
        str(entry["run"]),
        read_measurement(dict(entry)),
        float(entry["time"]),
    )
