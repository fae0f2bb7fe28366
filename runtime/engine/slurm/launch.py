"""Why a job did not come as far as its work: what it printed, and what Slurm says, as a diagnostic."""

from __future__ import annotations

from pathlib import Path

from mlipilot.runtime.engine.slurm.commands import QueuedJob
from mlipilot.runtime.engine.slurm.script import SETUP_MARK
from mlipilot.spec.diagnostics import Diagnostic

_WORDS = 400
"""Letters of what a job printed that are shown."""
_ABSENT = ("no module named", "no such file or directory", "command not found", "not found", "cannot execute")
"""What Bash and Python say where an interpreter or a package is not there."""


def said_last(output: Path) -> str:
    """The last line that a job printed; empty where it printed nothing, or its file is not there."""
    try:
        printed = output.read_text(encoding="utf-8", errors="replace").strip()[-_WORDS:]
    except OSError:
        return ""
    return printed.splitlines()[-1] if printed else ""


def launch_fault(output: Path, shown: QueuedJob) -> Diagnostic:
    """Why the first job of a run ended before its work began."""
    where = f"node `{shown.node}`" if shown.node else "the node"
    last = said_last(output)
    state = f"{shown.state}, {shown.reason}" if shown.reason not in ("", "None") else shown.state
    said = (f"Slurm says {state}", *([f"the job printed: {last}"] if last else []))
    if SETUP_MARK in last:
        line = last.partition(SETUP_MARK)[2].strip()
        headline = f"a line of `setup` fails on {where}: {line}"
        return Diagnostic("MLP0832", headline, notes=said, help=f"mend it in the `engine` block; `{output}` has more")
    if not output.exists():
        headline = f"{where} cannot write in `{output.parent}`"
        help_ = "move the spec into a folder that every node sees under the same path, such as your project folder"
        return Diagnostic("MLP0833", headline, notes=said, help=help_)
    if any(words in last.lower() for words in _ABSENT):
        headline = f"{where} does not have the environment that jobs need"
        help_ = "install it where nodes see it, and name its interpreter as `python`, or activate it in `setup`"
        return Diagnostic("MLP0834", headline, notes=said, help=help_)
    headline = f"the first job ended on {where} before its work began"
    return Diagnostic("MLP0835", headline, notes=said, help=f"see `{output}`")
