"""What blocks mean beyond their fields: the stages that run, the steps of a simulation."""

from __future__ import annotations

import math

from mlipilot.spec.values import BlockValue


def enabled_stages(training: BlockValue) -> list[BlockValue]:
    """The stages of a training that run, in order."""
    return [stage for stage in training.children if not stage.has("enabled") or stage.flag("enabled")]


def steps(dynamics: BlockValue) -> int:
    """Steps of a run: the duration is reached, never cut."""
    return math.ceil(dynamics.number("duration") / dynamics.number("timestep"))


def sampling_steps(dynamics: BlockValue) -> int:
    """Steps between stored frames: at most `sampling` apart."""
    return max(1, math.floor(dynamics.number("sampling") / dynamics.number("timestep")))
