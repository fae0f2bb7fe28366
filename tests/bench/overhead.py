"""What a job costs above its own work: process, publication, records.

    python tests/bench/overhead.py [--jobs 20] [--json]

Executes a spec of many small data sets in a new workspace. The first job waits for the fork server's imports and
is left out; of the others, the overhead is the time from the supervisor's start to its notice of the end, less the
job's own clock.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import json
import os
import statistics
import tempfile
from pathlib import Path

SET = """\
dataset d{n} : emt_supercells {{
    element = Cu, lattice = 3.59 Å, repeats = [1, 1, 1], temperatures = [300 K], trajectories = 3, frames = 1
    split = by_trajectory(train = 1, valid = 1, test = 1), equilibration = 10 fs, spacing = 5 fs, seed = {n}
}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MLIPILOT_WORKSPACE"] = str(Path(folder) / "work")
        spec = Path(folder) / "many.mlp"
        spec.write_text('edition "2026"\n' + "".join(SET.format(n=n) for n in range(options.jobs + 1)))
        from mlipilot.cli import main as command

        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            assert command(["execute", str(spec)]) == 0
        journal = next(Path(folder).glob("work/runs/*/journal.jsonl"))
        entries = [json.loads(line) for line in journal.read_text().splitlines()]
        ended = [entry for entry in entries if entry["event"] == "ended"][1:]
        started = {entry["job"]: entry["time"] for entry in entries if entry["event"] == "started"}
        overheads = [entry["time"] - started[entry["job"]] - entry["device_seconds"] for entry in ended]
        starts = list(started.values())[1:]
        pace = statistics.median(b - a for a, b in itertools.pairwise(starts))
    result = {
        "jobs": len(overheads),
        "median_s": statistics.median(overheads),
        "range_s": [min(overheads), max(overheads)],
        "median_s_between_starts": pace,
    }
    if options.json:
        print(json.dumps(result, indent=1))
        return
    low, high = result["range_s"]
    median = 1000 * result["median_s"]
    print(f"{result['jobs']} jobs: overhead {median:.0f} ms (median; {1000 * low:.0f} to {1000 * high:.0f})")
    print(f"from one start to the next {1000 * pace:.0f} ms, the job's own work included")


if __name__ == "__main__":
    main()
