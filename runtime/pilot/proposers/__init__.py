"""Proposers that are no language models: the controls, a person, and a record."""

from mlipilot.runtime.pilot.proposers.default import Default
from mlipilot.runtime.pilot.proposers.grid import Grid
from mlipilot.runtime.pilot.proposers.human import Human, Watched
from mlipilot.runtime.pilot.proposers.random import Random
from mlipilot.runtime.pilot.proposers.replay import Replay, read_record
from mlipilot.runtime.pilot.proposers.tpe import TPE

__all__ = ["TPE", "Default", "Grid", "Human", "Random", "Replay", "Watched", "read_record"]
