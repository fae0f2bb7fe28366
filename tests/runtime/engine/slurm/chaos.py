"""Short jobs on a real Slurm whose parts are killed at random, and what must hold in the end.

`make chaos` runs it for ten minutes.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1]))

from chaos_supervisor import compiled_in
from minislurm import MiniSlurm

from mlipilot.compiler.plan import job_keys
from mlipilot.runtime.record import Workspace, read_journal

CORES, NODES = 2, ("n1", "n2")
"""Few, so that jobs wait, and are lost where the controller is killed."""
BUSY = 0.7
"""Share of the time for which the jobs keep the cluster busy were nothing killed."""
MOST_SECONDS = 240.0
"""After the last kill, until all jobs have to be done."""


class Chaos:
    """A run of short jobs, and those who kill it."""

    def __init__(self, folder: Path, cluster: MiniSlurm, jobs: int, seconds: float, seed: int) -> None:
        self.folder, self.cluster, self.jobs, self.seconds = folder, cluster, jobs, seconds
        self.each = BUSY * seconds * CORES * len(NODES) / jobs
        self.random = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self.compiled = compiled_in(folder, jobs, self.each)
        self.workspace = Workspace(folder / "work")
        self.supervisor = self._supervise()

    def _supervise(self) -> subprocess.Popen[bytes]:
        program = Path(__file__).with_name("chaos_supervisor.py")
        command = [sys.executable, str(program), str(self.folder), str(self.jobs), str(self.each)]
        with (self.folder / "supervisor.log").open("ab") as log:
            environment = {**os.environ, **self.cluster.environment}
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def run(self) -> None:
        """Kill something every few seconds for its time, then wait until all is done."""
        until = time.monotonic() + self.seconds
        kinds: list[Callable[[], None]] = [
            self.worker,
            self.worker,
            self.worker,
            self.supervise,
            self.controller,
            self.node,
        ]
        while time.monotonic() < until and self.supervisor.poll() is None:
            time.sleep(self.random.uniform(1.0, 4.0))
            kind = self.random.choice(kinds)
            kind()
            self.kills[kind.__name__] += 1
            self._mend()
        deadline = time.monotonic() + MOST_SECONDS
        while self.supervisor.poll() is None:
            self._mend()
            assert time.monotonic() < deadline, (self.folder / "supervisor.log").read_text()[-2000:]
            time.sleep(0.2)
        assert self.supervisor.returncode == 0, (self.folder / "supervisor.log").read_text()[-2000:]

    # -- what is killed --

    def worker(self) -> None:
        """A job's process."""
        found = self._processes(str(self.folder / "python"))
        if found:
            with suppress(ProcessLookupError):
                os.kill(self.random.choice(found), signal.SIGKILL)

    def supervise(self) -> None:
        """The process that executes the plan; another one takes over."""
        if self.supervisor.poll() is None:
            self.supervisor.kill()
            self.supervisor.wait()
            self.supervisor = self._supervise()

    def controller(self) -> None:
        """The controller, which comes back after a moment."""
        self.cluster.kill("slurmctld")
        time.sleep(self.random.uniform(0.0, 3.0))
        self.cluster.start_controller()

    def node(self) -> None:
        """A node with all that runs on it, which comes back after a moment."""
        name = self.random.choice(self.cluster.nodes)
        self.cluster.kill(f"slurmd-{name}")
        for pid in self._processes(f"/spool/{name}"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(self.random.uniform(0.0, 3.0))
        self.cluster.start_node(name)

    def _mend(self) -> None:
        """Have nodes used again that Slurm drained: a controller that forgot a job finds it twice."""
        with suppress(subprocess.SubprocessError):
            drained = self.cluster.run("sinfo", "--noheader", "-N", "-o", "%N %t", seconds=5)
            for name, state in (line.split() for line in drained.splitlines()):
                if state.startswith(("drain", "drng", "down", "inval")):
                    self.cluster.run("scontrol", "update", f"nodename={name}", "state=resume", seconds=5)

    def _processes(self, words: str) -> list[int]:
        """Processes whose command line has some words."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if words in path.read_bytes().replace(b"\0", b" ").decode(errors="replace"):
                    found.append(int(path.parent.name))
        return [pid for pid in found if pid != os.getpid()]

    # -- what holds in the end --

    def check(self) -> dict[str, int]:
        """That each result is there once, that the ledger is what ran, that no job is left; how many there were."""
        keys = {job: key for job, key in job_keys(self.compiled.plan).items() if key is not None}
        assert len(set(keys.values())) == self.jobs
        for number, key in enumerate(keys.values()):
            entry = self.workspace.store.entry(key)
            assert entry.is_done()
            assert (entry.result / "made").read_text() == str(number)
            assert not list(entry.folder.glob(".out-*"))
        run = self.workspace.run(self.compiled.spec, self.compiled.plan.hash)
        read = read_journal(run.journal)
        assert read.broken is None
        begun = Counter((e["key"], e["attempt"]) for e in read.entries if e["event"] == "started")
        ended = Counter((e["key"], e["attempt"]) for e in read.entries if e["event"] == "ended")
        assert set(begun.values()) == {1}
        assert set(ended.values()) == {1}
        assert set(ended) == set(begun)
        corrected: Counter[tuple[str, int]] = Counter()
        for entry_ in (entry for entry in read.entries if entry["event"] == "corrected"):
            corrected[entry_["of"], entry_["attempt"]] += entry_["device_seconds"]
        for ended_once in (entry for entry in read.entries if entry["event"] == "ended"):
            record = self.workspace.store.entry(ended_once["key"]).exit(ended_once["attempt"])
            told = ended_once["device_seconds"] + corrected[ended_once["key"], ended_once["attempt"]]
            assert record is None or math.isclose(told, float(record["seconds"]), abs_tol=1e-5), (ended_once, record)
        deadline = time.monotonic() + 90  # a job leaves the queue a moment after its record is there
        while left := self.cluster.run("squeue", "--me", "--noheader", "--states=PD,R,CF,CG,S").strip():
            assert time.monotonic() < deadline, left
            time.sleep(0.2)
        assert self._processes(str(self.folder / "python")) == []
        return {"jobs": self.jobs, "attempts": len(begun), **self.kills}


def main() -> int:
    """Run it, and print what was killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, MiniSlurm(Path(name) / "slurm", NODES, cpus=CORES) as cluster:
        chaos = Chaos(Path(name), cluster, options.jobs, options.seconds, options.seed)
        chaos.run()
        found = chaos.check()
    print(", ".join(f"{count} {what}" for what, count in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
