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
REASONS = {
    "Priority": "for jobs of higher priority",
    "Resources": "for free nodes",
    "None": "to be looked at by the scheduler",
    "BeginTime": "for its time to begin",
    "Dependency": "for another job",
    "JobHeldUser": "until it is released: `scontrol release`",
    "JobHeldAdmin": "until an administrator releases it",
    "PartitionTimeLimit": "for ever: its time limit is above the partition's",
    "PartitionNodeLimit": "for ever: it asks for more nodes than the partition has",
    "PartitionConfig": "for ever: no node of the partition is as it asks for",
    "PartitionDown": "for the partition, which is down",
    "PartitionInactive": "for the partition, which takes no jobs now",
    "BadConstraints": "for ever: no node is as it asks for",
    "ReqNodeNotAvail": "for nodes that are down, drained or reserved",
    "NodeDown": "for a node that is down",
    "Licenses": "for a licence",
    "Reservation": "for its reservation",
    "Cleaning": "for an earlier start of it to be cleaned up",
}
"""Why a job waits, in words, by Slurm's reason; others are shown as they are."""


def waits(reason: str) -> str:
    """Why a job waits, in words."""
    word = reason.partition(",")[0].strip("()")
    if word.startswith(("QOS", "Assoc")):
        return f"for a limit of your account to allow it ({word})"
    known = REASONS.get(word)
    return f"in the queue ({word})" if known is None else f"in the queue {known}"


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
