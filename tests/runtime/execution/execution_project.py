"""A project folder in small: a spec that trains a real MACE model in seconds, and the command line run in it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TINY = """\
edition "2026"

experiment "Tiny copper" { question = "Does the machinery run?" }

dataset cu : emt_supercells {
    element = Cu, lattice = 3.59 Å, repeats = [1, 1, 2], strain = -2 % .. 2 %, temperatures = [300 K]
    trajectories = 6, frames = 4, split = by_trajectory(train = 3, valid = 1, test = 2)
    equilibration = 100 fs, spacing = 50 fs
}

model small : mace {
    r_max = 4 Å, channels = 4, max_L = 0, max_ell = 1, correlation = 1, interactions = 1, radial_mlp = [8], readout = 4
}

training fit {
    model = small, data = cu, batch = 4, ema = 0.9
    stage forces { epochs = 4, lr = 1e-2 }
    stage energy { epochs = 3, lr = 1e-3, loss = weighted(energy = 1000, forces = 100) }
}

dynamics warm : nve { potential = fit, start = cu.test
    temperature = 100 K, timestep = 2 fs, duration = 100 fs, replicas = 2 }
dynamics hot : nvt { potential = fit, start = cu.test
    temperature = 300 K, timestep = 2 fs, duration = 100 fs, replicas = 4 }

scorecard sanity {
    judges = fit
    require force_rmse(cu.test) <= 3 eV/Å because "an untrained model has more"
    require energy_rmse(cu.test) <= 5 eV/atom because "an untrained model has more"
    require nve_drift(warm) <= 50 meV/atom/ps because "energy must not leak"
    require survival(hot) >= 40 % because "4 of 4 prove 47 %"
    require relative_speed(cu.cell(2, 2, 2)) >= 0.1 because "it is smaller than the reference"
    minimize force_rmse(cu.test)
}

engine here : local { workers = 1, threads = 1 }
"""


@dataclass
class Project:
    """A folder with a spec, and the command line run in it."""

    folder: Path

    @property
    def spec(self) -> Path:
        return self.folder / "tiny.mlp"

    @property
    def store(self) -> Path:
        return self.folder / ".mlipilot" / "store"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command in a process group of its own."""
        environment = {k: v for k, v in os.environ.items() if k not in ("MLIPILOT_WORKSPACE", "FORCE_COLOR")}
        return subprocess.Popen(
            [sys.executable, "-m", "mlipilot", *arguments],
            cwd=self.folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; no traceback reaches a user."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=1500)
        assert "Traceback" not in out + err, err
        assert process.returncode == code, f"exit {process.returncode}\n{out}\n{err}"
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def status(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return document

    def result(self, job: str) -> Path:
        """The result folder of a job."""
        key = next(entry["key"] for entry in self.status()["jobs"] if entry["id"] == job)
        return self.store / key[:2] / key / "result"

    def wait_for_epoch(self, epoch: int, process: subprocess.Popen[str]) -> None:
        """Wait until the training has finished an epoch."""
        deadline = time.monotonic() + 600
        while time.monotonic() < deadline:
            assert process.poll() is None, process.communicate()
            for path in self.store.glob("*/*/progress-*.jsonl"):
                for line in path.read_text().splitlines():
                    event = json.loads(line)
                    if event.get("unit") == "epoch" and event.get("done", 0) >= epoch:
                        return
            time.sleep(0.02)
        raise AssertionError("the training never got there")


def kill_group(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
