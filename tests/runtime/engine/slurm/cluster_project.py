"""A spec of data sets in a folder of its own, executed on a Slurm of the tests by commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from minislurm import MiniSlurm

SPEC = """edition "2026"

engine cluster : slurm {{ interval = 0.2 s, grace = 10 s, checkpoint = 2 s{engine} }}
engine here : local {{ }}

{datasets}
"""
DATASET = """dataset {name} : emt_supercells {{
    element      = Cu
    lattice      = 3.59 Å
    repeats      = [1, 1, 2]
    temperatures = [300 K]
    trajectories = 4
    frames       = 2
    split        = by_trajectory(train = 2, valid = 1, test = 1)
    seed         = {seed}
    equilibration = {equilibration}
    spacing       = 50 fs
}}
"""
LONG = "1000 ps"
"""Of a simulation that takes minutes."""


class Project:
    """A spec in a folder of its own, and the commands on it."""

    def __init__(self, folder: Path, cluster: MiniSlurm, name: str = "data.mlp") -> None:
        self.folder, self.name = folder, name
        self.environment = {**os.environ, **cluster.environment, "COLUMNS": "120"}

    def write(self, engine: str = "", equilibration: str = "100 fs", count: int = 3) -> None:
        """The spec, with fields of its engine besides."""
        made = [DATASET.format(name=f"cu{n}", seed=n, equilibration=equilibration) for n in range(count)]
        (self.folder / self.name).write_text(SPEC.format(engine=engine, datasets="\n".join(made)))

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command that runs on."""
        command = [sys.executable, "-m", "mlipilot", *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdout=pipe, stderr=subprocess.STDOUT, text=True
        )

    def run(self, *words: str) -> tuple[int, str]:
        """The code and the output of a command."""
        process = self.start(*words)
        said, _ = process.communicate(timeout=400)
        return process.returncode, said

    def status(self) -> dict[str, str]:
        """The state of each job."""
        code, said = self.run("status", "--json")
        return {job["id"]: job["state"] for job in json.loads(said)["jobs"]} if code == 0 else {}

    def queue(self, states: str = "all") -> set[str]:
        """The names of this project's jobs that Slurm knows in some states, ended ones too."""
        listed = [path.stem for path in self.folder.glob(".mlipilot/runs/*/slurm/mlp-*.json")]
        shown = subprocess.run(
            ["squeue", "--me", "--noheader", f"--states={states}", "--format=%j"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        return set(shown) & set(listed)

    def wait_for(self, state: str, count: int = 1) -> None:
        """Until so many jobs are in a state."""
        deadline = time.monotonic() + 240
        while list(self.status().values()).count(state) < count:
            assert time.monotonic() < deadline, self.status()
            time.sleep(0.2)
