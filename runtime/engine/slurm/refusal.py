"""What a refusal of Slurm's means: that a job can never run as it was asked for, or that none is taken now."""

from __future__ import annotations

_FOR_NOW = (
    "submitjob",  # AssocMaxSubmitJobLimit, QOSMaxSubmitJobPerUserLimit and their kin
    "temporarily unable to accept job",
    "resource temporarily unavailable",
    "i/o error writing script/environment to file",
    "slurm database connection",
    "job rate limit",
    "too many jobs",
    "maximum job count",
    "no space left",
    "slurmctld is in the process of",
)
"""What is said where the same job is taken later: limits on how many are submitted, a controller in trouble."""


def is_for_now(words: str) -> bool:
    """Whether a job that was refused with these words is taken later."""
    said = words.lower()
    return any(part in said for part in _FOR_NOW)
