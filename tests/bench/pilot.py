"""What a campaign's loop costs besides jobs and language models, at its first trials and after 10,000; and its audits.

The laboratory is simulated. A trial is timed from one question to the proposer to the next: proposing, telling points
apart, editing and checking the spec, deciding, and writing the journal to disk. The trials between the timed ones are
drawn at random, and their specs are not made: what is timed after them is not.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "runtime/pilot/campaign"))

import simulated

from mlipilot.runtime.pilot.audit.record import Record, read_campaign
from mlipilot.runtime.pilot.audit.rejudging import rejudge
from mlipilot.runtime.pilot.audit.retelling import pinned
from mlipilot.runtime.pilot.audit.verifying import verify_campaign
from mlipilot.runtime.pilot.campaign import execution
from mlipilot.runtime.pilot.campaign.design import Design
from mlipilot.runtime.pilot.campaign.execution import World
from mlipilot.runtime.pilot.proposers import TPE, Random
from mlipilot.runtime.pilot.trial import Exhausted, History, Proposal, Proposer, Remaining
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.edit import Change
from mlipilot.spec.space import SearchSpace

GOAL = 0.050
"""Seconds a trial."""


_sync = os.fsync


def _leave(descriptor: object) -> None:
    """Let the system write when it likes."""


class Timed:
    """A proposer whose questions are timed at both ends of a campaign; between them points are drawn."""

    def __init__(self, proposer: Proposer, timed: int, last: int) -> None:
        self._proposer, self._between = proposer, Random(1)
        self._timed, self._last = timed, last
        self.asked: dict[int, float] = {}
        self.used: dict[int, float] = {}

    def is_timed(self, number: int) -> bool:
        """Whether a trial is one of the first or the last."""
        return number <= self._timed + 1 or number >= self._last - self._timed

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """The next point."""
        self.asked[len(history)], self.used[len(history)] = time.perf_counter(), time.process_time()
        is_timed = self.is_timed(len(history))
        os.fsync = _sync if is_timed else _leave  # between the timed trials the disk is not waited for
        chosen = self._proposer if is_timed else self._between
        return chosen.propose(history, space, budget)

    def seconds(self, numbers: range, clock: Mapping[int, float]) -> list[float]:
        """Of trials, each until the next is asked for, in order of size."""
        return sorted(clock[n + 1] - clock[n] for n in numbers if n + 1 in clock)


def campaign(folder: Path, name: str, timed: int, trials: int) -> Timed:
    """Run one; return its proposer."""
    proposer = Timed({"random": Random(7), "tpe": TPE(7)}[name], timed, trials)
    found = simulated.Campaign(
        folder, simulated.spec_text("proposer = random, controls = [random]", f"trials <= {trials}")
    )
    spec = found.spec

    class Quick(World):
        """Makes the specs of timed trials alone."""

        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            make = self.design

            def design(changes: tuple[Change, ...]) -> Any:
                is_timed = proposer.is_timed(max(proposer.asked, default=0))
                return make(changes) if is_timed or not changes else Design(changes, spec.source, spec)

            self.design, self._make = design, make

        def accepted(self, lane: str, design: Design, trial: int) -> None:
            made = self._make(design.changes)
            assert isinstance(made, Design)
            super().accepted(lane, made, trial)

    arms = execution.proposers

    def with_timed(*given: Any) -> Any:
        made = arms(*given)
        made["random/1"].proposer = proposer
        return made

    execution.World, execution.proposers = Quick, with_timed  # type: ignore[misc, assignment]
    found.run()
    return proposer


def measure(folder: Path, name: str, timed: int, trials: int) -> None:
    """Print a line for each end of a campaign."""
    folder.mkdir()
    proposer = campaign(folder, name, timed, trials)
    for what, numbers in (("first", range(1, timed + 1)), ("last", range(trials - timed, trials))):
        found, used = (proposer.seconds(numbers, clock) for clock in (proposer.asked, proposer.used))
        median, p95 = statistics.median(found), found[int(0.95 * (len(found) - 1))]
        on_core = 1e3 * statistics.median(used), 1e3 * used[int(0.95 * (len(used) - 1))]
        is_met = median < GOAL and p95 < GOAL
        verdict = "met" if is_met else "MISSED"
        figures = "".join(f"{value:9.1f}" for value in (1e3 * median, 1e3 * p95, *on_core))
        print(f"{name:8} {what + f' of {trials:,}':16}{figures}   {verdict}", flush=True)


def audit(folder: Path, what: str) -> None:
    """Print what an audit of a record takes."""
    began, used = time.perf_counter(), time.process_time()
    if what == "verify":
        found = verify_campaign(folder)
        assert found.holds, found.diagnostics
    else:
        record = read_campaign(folder)
        assert isinstance(record, Record)
        baseline = pinned(record)
        assert not isinstance(baseline, Diagnostic)
        assert not any(lane.changed for lane in rejudge(record, baseline, record.settings, record.rules))
    seconds, used = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:8} {seconds:6.2f} s, of which {used:.2f} s on a core, at most {peak:.0f} MB", flush=True)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--timed", type=int, default=30)
    options = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    print(f"ms a trial, goal {1e3 * GOAL:.0f}: as it took, and on a core", flush=True)
    print("proposer trials             median      p95   median      p95", flush=True)
    with tempfile.TemporaryDirectory() as root:
        for name in ("random", "tpe"):
            _alone(spawn, measure, Path(root) / name, name, options.timed, options.trials)
        for what in ("verify", "rejudge"):
            _alone(spawn, audit, Path(root) / "random", what)


def _alone(spawn: Any, target: Any, *given: Any) -> None:
    process = spawn.Process(target=target, args=given)
    process.start()
    process.join()
    assert process.exitcode == 0


if __name__ == "__main__":
    main()
