"""What an execution looks like on a terminal, and in a log where there is none."""

from mlipilot.runtime.display.benchmark import benchmark_text
from mlipilot.runtime.display.plain import PlainWatcher
from mlipilot.runtime.display.scorecard import scorecard_text
from mlipilot.runtime.display.terminal import TerminalWatcher

__all__ = ["PlainWatcher", "TerminalWatcher", "benchmark_text", "scorecard_text"]
