"""Engines on a Slurm of the tests, whose jobs do what they are told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from minislurm import MiniSlurm
from told import SCRIPTED

from mlipilot.runtime.engine.protocol import Setting
from mlipilot.runtime.engine.slurm.commands import Commands
from mlipilot.runtime.engine.slurm.engine import PROOF, SlurmEngine, Times
from mlipilot.runtime.foundation.atomic_files import write_json

TIMES = Times(interval=0.3, grace=6.0, settle=1.5, stale=60.0, stop=5.0)
"""Short ones, so that failures show within seconds."""


def interpreter(folder: Path, more: str = "") -> Path:
    """A stand-in for the interpreter of the nodes: the real one, with a module of scripted jobs, and `more`."""
    path = folder / "python"
    path.write_text(
        f"#!{sys.executable}\n{SCRIPTED}\n{more}\n"
        "from pathlib import Path\nfrom mlipilot.runtime.engine.slurm.task import main\n"
        "assert sys.argv[1:3] == ['-m', 'mlipilot.runtime.engine.slurm.task']\n"
        "sys.exit(main(Path(sys.argv[3])))\n"
    )
    path.chmod(0o755)
    return path


def engine_on(
    cluster: MiniSlurm, folder: Path, *, times: Times = TIMES, is_proven: bool = True, **options: Any
) -> SlurmEngine:
    """An engine on a cluster; one whose jobs were seen to begin submits all at once."""
    found = {"workers": 20, "python": str(interpreter(folder)), **options}
    if is_proven:
        (folder / "slurm").mkdir(exist_ok=True)
        write_json(folder / "slurm" / PROOF, {})
    return SlurmEngine(Setting(found, 1, folder), Commands(cluster.environment, seconds=4.0), times)
