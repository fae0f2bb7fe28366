"""Whether an attempt is under way as its folder tells, whoever runs it: what an engine goes by that cannot ask."""

from __future__ import annotations

from mlipilot.runtime.engine.protocol import Attempt, Presence
from mlipilot.runtime.record.liveness import Life
from mlipilot.runtime.record.store import Entry

_PRESENCE = {Life.ALIVE: Presence.THERE, Life.SUSPECT: Presence.UNKNOWN, Life.GONE: Presence.NOT_THERE}


def by_signs(attempt: Attempt) -> Presence:
    """What the signs of life in the folder of an attempt tell."""
    return _PRESENCE[Entry(attempt.folder).life(attempt.number)]
