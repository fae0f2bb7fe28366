"""How often a job runs again that ended without a result, by what ended it."""

from __future__ import annotations

from mlipilot.runtime.engine.protocol import Cause

MOST = {
    Cause.SILENT: 2,
    Cause.LOST: 20,
    Cause.PREEMPTED: 50,
    Cause.NODE: 5,
    Cause.TIME: 20,
    Cause.DEADLINE: 0,
    Cause.MEMORY: 0,
    Cause.CANCELLED: 0,
    Cause.OWN: 0,
}
"""Times that a job is begun again after ends of a cause: who preempts does so often, a controller that is killed may
lose a job each time, and who kills without a trace seldom does so by accident. With the same memory it would run out
of it again, and what somebody cancelled is not to run."""
MOST_FROM_ITS_BEGINNING = 3
"""Times that a job whose time was up is begun again that cannot save what it has: each time with twice the time, where
it is not the user who says how much."""
WORDS = {
    Cause.LOST: "it was lost before it began",
    Cause.PREEMPTED: "its node was needed for others",
    Cause.NODE: "its node failed",
    Cause.TIME: "its time was up",
}
"""Why it runs again, where the engine says no more."""
REMEDIES = {
    Cause.TIME: "give jobs of its kind more `time` in the `engine` block",
    Cause.MEMORY: "give jobs of its kind more `memory` in the `engine` block",
    Cause.NODE: "leave the node out with `exclude` in the `engine` block",
}
"""What helps a job that does not run again."""
