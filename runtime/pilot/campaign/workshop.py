"""What a lane needs of the world, besides measurements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mlipilot.runtime.pilot.campaign.design import Design, Refused
from mlipilot.runtime.pilot.language import Limit
from mlipilot.runtime.pilot.trial import Proposal
from mlipilot.spec.edit import Change
from mlipilot.spec.values import Data


class Workshop(Protocol):
    """Designs, points, and what a user says."""

    def design(self, changes: tuple[Change, ...]) -> Design | Refused:
        """The baseline with changes made."""

    def point(self, changes: tuple[Change, ...]) -> Mapping[str, Data]:
        """The settled point that changes of the baseline make."""

    def twin(self, lane: str, point: Mapping[str, Data]) -> int | None:
        """The trial of a lane that had this point before."""

    def tried(self, lane: str, number: int, point: Mapping[str, Data]) -> None:
        """Remember the point of a trial."""

    def suggestion(self, lane: str) -> Proposal | None:
        """What a user wants tried next in a lane."""

    def veto(self, lane: str, trial: int) -> str | None:
        """Why a user forbids a trial; None where none does."""

    def allowance(self, lane: str) -> Limit:
        """What this lane's language model may still use."""

    def accepted(self, lane: str, design: Design, trial: int) -> None:
        """Publish what a lane has accepted."""
