"""The phases of a campaign: calibration, all arms side by side, the close. It knows nothing of jobs or clocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mlipilot.compiler.lower.campaign import REPEATS
from mlipilot.runtime.pilot.campaign.calibrating import BASELINE, Calibration, calibrating, share
from mlipilot.runtime.pilot.campaign.design import Design
from mlipilot.runtime.pilot.campaign.lane import Lane
from mlipilot.runtime.pilot.campaign.log import LaneLog
from mlipilot.runtime.pilot.campaign.requests import Steps
from mlipilot.runtime.pilot.campaign.rules import Rule
from mlipilot.runtime.pilot.campaign.sealing import SEAL, sealing
from mlipilot.runtime.pilot.campaign.settings import Settings
from mlipilot.runtime.pilot.campaign.workshop import Workshop
from mlipilot.runtime.pilot.trial import Proposer
from mlipilot.spec.space import SearchSpace

Drive = Callable[[Mapping[str, Steps]], bool]
"""Goes on with coroutines until each has ended; False where it was stopped before."""


@dataclass
class Phases:
    """One campaign."""

    settings: Settings
    rules: tuple[Rule, ...]
    space: SearchSpace
    workshop: Workshop
    proposers: Mapping[str, Proposer]
    """By lane."""
    log: Callable[[str], LaneLog]
    """The record of a lane."""
    trusts: bool = True
    """Whether recorded proposals are taken as they are."""
    lanes: list[Lane] = field(default_factory=list)
    calibration: Calibration | None = None
    is_closing: bool = False

    def run(self, drive: Drive) -> bool:
        """All phases; False where it was stopped."""
        baseline = self.workshop.design(())
        assert isinstance(baseline, Design)
        found: list[Calibration] = []
        first = calibrating(self.settings, self.rules, baseline, self.log(BASELINE), REPEATS, found)
        if not drive({BASELINE: first}):
            return False
        self.calibration = found[0]
        part = share(self.settings, found[0])
        self.lanes = [
            Lane(
                name,
                self.settings,
                self.rules,
                self.space,
                proposer,
                self.log(name),
                self.workshop,
                found[0],
                part,
                self.trusts,
            )
            for name, proposer in self.proposers.items()
        ]
        if not drive({lane.name: lane.steps() for lane in self.lanes}):
            return False
        self.is_closing = True
        return drive({SEAL: sealing(self.settings, self.lanes, self.log(SEAL))})
