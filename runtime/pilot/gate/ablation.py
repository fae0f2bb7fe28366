"""Which changes an accepted edit needs: each is left out in turn, and what earns its place stays."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from mlipilot.runtime.pilot.gate.confirmation import compare
from mlipilot.runtime.pilot.gate.noise import Noise, is_number
from mlipilot.runtime.pilot.gate.settings import Settings
from mlipilot.spec.edit import Change


class Part(StrEnum):
    """What leaving a change out showed."""

    NEEDED = "needed"
    IDLE = "idle"
    UNDECIDED = "undecided"


class Ablation(NamedTuple):
    """The changes that stay, and why."""

    kept: tuple[Change, ...]
    parts: tuple[Part, ...]
    """One for each change, in order."""
    losses: tuple[float | None, ...]
    """By how much the metric is worse without it; None where that was not measured."""
    needs_confirmation: bool
    """Whether the smaller edit is one that was not measured: two changes may each be idle, and not both."""


def without_each(changes: Sequence[Change]) -> tuple[tuple[Change, ...], ...]:
    """The edits to measure: each lacks one change. None for an edit of a single change."""
    if len(changes) < 2:
        return ()
    return tuple((*changes[:left_out], *changes[left_out + 1 :]) for left_out in range(len(changes)))


def ablate(
    changes: Sequence[Change],
    whole: Sequence[float],
    without: Sequence[Sequence[float]],
    noise: Noise,
    settings: Settings,
    level: float = 0.05,
) -> Ablation:
    """Judge the changes of an accepted edit from fresh seeds of it and of each edit that `without_each` named.

    Needed: the metric is worse without it, with error probability `level` over all changes together (Bonferroni).
    Idle: the loss is below the least gain that counts, and not significant; such a change goes. Anything else, a
    failed measurement too, is undecided and stays: what was accepted as a whole is not broken on a doubt. If all are
    idle, the one with the largest loss stays.
    """
    parts: list[Part] = []
    losses: list[float | None] = []
    for values in without:
        if not values or not whole or not all(map(is_number, [*values, *whole])):
            parts.append(Part.UNDECIDED)
            losses.append(None)
            continue
        found = compare(whole, values, noise)
        losses.append(found.gain)
        if found.p < level / len(changes):
            parts.append(Part.NEEDED)
        elif found.gain < settings.minimum_gain * noise.sigma:
            parts.append(Part.IDLE)
        else:
            parts.append(Part.UNDECIDED)
    kept = [n for n, part in enumerate(parts) if part is not Part.IDLE]
    if not kept and changes:
        kept = [max(range(len(parts)), key=lambda n: losses[n] or 0.0)]
    dropped = len(changes) - len(kept)
    return Ablation(tuple(changes[n] for n in kept), tuple(parts), tuple(losses), needs_confirmation=dropped > 1)
