"""Engines on a Slurm of the tests, whose jobs do what they are told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from minislurm import MiniSlurm
from told import SCRIPTED

from mlipilot.runtime.engine.protocol import Setting
from mlipilot.runtime.engine.slurm.commands import Commands
from mlipilot.runtime.engine.slurm.engine import SlurmEngine

TIMES = {"interval": 0.3, "grace": 6.0, "settle": 1.5, "stale": 20.0, "stop": 5.0}
"""Short ones, so that failures show within seconds."""


def interpreter(folder: Path) -> Path:
    """A stand-in for the interpreter of the nodes: the real one, with a module of scripted jobs."""
    path = folder / "python"
    path.write_text(
        f"#!{sys.executable}\n{SCRIPTED}\n"
        "from pathlib import Path\nfrom mlipilot.runtime.engine.slurm.task import main\n"
        "assert sys.argv[1:3] == ['-m', 'mlipilot.runtime.engine.slurm.task']\n"
        "sys.exit(main(Path(sys.argv[3])))\n"
    )
    path.chmod(0o755)
    return path


def engine_on(cluster: MiniSlurm, folder: Path, **options: Any) -> SlurmEngine:
    """An engine on a cluster."""
    found = {"workers": 20, "times": TIMES, "python": str(interpreter(folder)), **options}
    return SlurmEngine(Setting(found, 1, folder), Commands(cluster.environment, seconds=2.0))
