"""A campaign in small whose jobs are real, run through the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mlipilot.runtime.record import read_journal

sys.path.append(str(Path(__file__).parents[2] / "execution"))

from execution_project import Project

SPEC = """\
edition "2026"

experiment "Tiny campaign" { question = "Does the loop close?" }

dataset cu : emt_supercells {
    element = Cu, lattice = 3.59 Å, repeats = [1, 1, 2], strain = -2 % .. 2 %, temperatures = [300 K]
    trajectories = 8, frames = 4, split = by_trajectory(train = 3, valid = 1, test = 2, sealed = 2)
    equilibration = 100 fs, spacing = 50 fs
}

model small : mace {
    r_max = 4 Å, channels = 4, max_L = 0, max_ell = 1, correlation = 1, interactions = 1, radial_mlp = [8], readout = 4
}

training fit {
    model = small, data = cu, batch = 2, ema = 0.5
    stage forces { epochs = 8, lr = 1e-5 }
}

scorecard sanity {
    judges = fit
    require force_rmse(cu.test) <= 30 eV/Å because "an exploded model has more"
    minimize force_rmse(cu.test)
}

search {
    fit.forces.lr ~ choice(1e-5, 2e-2)
}

budget { trials <= 1, device_time <= 20 min }
engine here : local { workers = 2, threads = 1 }
pilot { proposer = grid, controls = [default], confirm_seeds = 3, detect = 4 }
"""


class Campaign(Project):
    """A folder with a campaign's spec, and the command line run in it."""

    def __init__(self, folder: Path, text: str = SPEC) -> None:
        super().__init__(folder)
        self.spec.write_text(text)

    @property
    def record(self) -> Path:
        return next(self.folder.glob(".mlipilot/runs/*/campaign.jsonl"))

    def entries(self) -> list[dict[str, Any]]:
        read = read_journal(self.record)
        assert read.broken is None
        return read.entries

    def decisions(self) -> list[dict[str, Any]]:
        """What was proposed and decided, lane by lane, without times and costs."""
        dropped = ("seq", "time", "previous", "hash", "device_seconds", "share", "run_seconds", "spent")
        found = [
            {name: value for name, value in entry.items() if name not in dropped}
            for entry in self.entries()
            if entry["event"] in ("proposed", "measured", "trial", "accepted", "ended", "sealed", "closed")
        ]
        return sorted(found, key=lambda entry: (str(entry["lane"]), json.dumps(entry, sort_keys=True)))
