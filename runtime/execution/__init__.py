"""Execution: a plan's jobs, each once, in the order that their inputs allow."""

from mlipilot.runtime.execution.outcome import JobState, Outcome, State
from mlipilot.runtime.execution.supervisor import execute

__all__ = ["JobState", "Outcome", "State", "execute"]
