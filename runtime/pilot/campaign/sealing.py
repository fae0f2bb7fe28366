"""The close of a campaign: what each arm ended with is trained under new seeds, and judged once on the sealed split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlipilot.runtime.pilot.campaign.design import Design
from mlipilot.runtime.pilot.campaign.log import LaneLog
from mlipilot.runtime.pilot.campaign.measurement import Run
from mlipilot.runtime.pilot.campaign.requests import Measure, Seal, Steps
from mlipilot.runtime.pilot.campaign.settings import Settings, seed_of

if TYPE_CHECKING:
    from mlipilot.runtime.pilot.campaign.lane import Lane

SEAL = "seal"
"""The lane of the close; its share was set aside."""


def is_closed(entries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a record says that its campaign has ended."""
    return any(entry["event"] == "closed" for entry in entries)


def sealing(settings: Settings, lanes: list[Lane], log: LaneLog) -> Steps:
    """Measure what was accepted under seeds that decided nothing; then, where data are sealed, open the seal.

    Lanes that ended with the same design share its runs. One that accepted nothing has nothing to close.
    """
    designs: dict[tuple[tuple[str, str], ...], Design] = {}
    for lane in lanes:
        if lane.incumbent.trial:
            designs.setdefault(_identity(lane.incumbent.design), lane.incumbent.design)
    runs: list[Run] = []
    for place, made in enumerate(designs.values()):
        for number in range(settings.gate.confirm_seeds):
            seed = seed_of(settings.seed, SEAL, *(word for change in _identity(made) for word in change), number)
            runs.append(Run(made.changes, seed, lane=SEAL, trial=place, purpose=f"design-{place}", spec=made.spec))
    if not runs:
        log.write("closed", reason="no arm accepted a design")
        return
    answer = yield Measure(tuple(runs))
    assert isinstance(answer, list)
    for run, found in zip(runs, answer, strict=True):
        log.write("measured", trial=run.trial, run=run.key, purpose=run.purpose, seed=run.seed, **found.document())
    sound = tuple(run for run, found in zip(runs, answer, strict=True) if found.failure is None)
    if settings.seals and sound:
        opened = yield Seal(sound)
        assert isinstance(opened, list)
        for run, found in zip(sound, opened, strict=True):
            log.write("sealed", design=run.trial, run=run.key, seed=run.seed, **found.document())
    order = list(designs)
    log.write(
        "closed",
        reason="",
        designs=[[list(change) for change in made.changes] for made in designs.values()],
        lanes={lane.name: order.index(_identity(lane.incumbent.design)) for lane in lanes if lane.incumbent.trial},
    )


def _identity(made: Design) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((change.path, change.value) for change in made.changes))
