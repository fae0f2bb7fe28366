"""What a state of Slurm's means: a job that is still there, or an end and what it was for."""

from __future__ import annotations

from mlipilot.runtime.engine.protocol import Cause

LIVE = frozenset(
    (
        "PENDING",
        "RUNNING",
        "CONFIGURING",
        "COMPLETING",
        "SUSPENDED",
        "REQUEUED",
        "REQUEUE_FED",
        "REQUEUE_HOLD",
        "RESIZING",
        "RESV_DEL_HOLD",
        "SIGNALING",
        "SPECIAL_EXIT",
        "STAGE_OUT",
        "STOPPED",
    )
)
"""Of jobs that wait, run, or will again."""
BEGUN = frozenset(("RUNNING", "COMPLETING", "SUSPENDED", "RESIZING", "SIGNALING", "STAGE_OUT", "STOPPED"))
"""Of jobs whose script was started."""
LAUNCH_FAILED = frozenset(("launch_failed_requeued_held", "JobHoldMaxRequeue"))
"""Why a job is held that Slurm started twice, or could not start: it will never run."""
ENDS = {
    "PREEMPTED": Cause.PREEMPTED,
    "REVOKED": Cause.PREEMPTED,
    "NODE_FAIL": Cause.NODE,
    "BOOT_FAIL": Cause.NODE,
    "TIMEOUT": Cause.TIME,
    "DEADLINE": Cause.DEADLINE,
    "OUT_OF_MEMORY": Cause.MEMORY,
    "CANCELLED": Cause.CANCELLED,
    "COMPLETED": Cause.SILENT,
    "FAILED": Cause.SILENT,
}
"""What a job ended of that left no record: one that Slurm calls completed or failed was killed before it could."""
