"""How long `check` and `compile` take as whole processes, against a process that only builds the grammar.

    python tests/bench/startup.py [--rounds 20] [--json]

The three are run in turn, round after round, so that a machine whose speed drifts treats them alike; what is
reported are ratios of the same round, their median and range.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "examples" / "copper" / "copper.mlp"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Modules are compiled once, as where they are installed; else each process would compile those that changed."""
BASELINE = "from mlipilot.spec.syntax.grammar import grammar; grammar()"


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=True, stdout=quiet, stderr=quiet, cwd=ROOT, env=ENVIRONMENT)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plan = str(Path(folder) / "plan.json")
        commands = {
            "grammar": [sys.executable, "-c", BASELINE],
            "check": [sys.executable, "-m", "mlipilot", "check", str(SPEC)],
            "compile": [sys.executable, "-m", "mlipilot", "compile", str(SPEC), "-o", plan],
        }
        for command in commands.values():
            seconds(command)
        rounds = [{name: seconds(command) for name, command in commands.items()} for _ in range(options.rounds)]
    result = {}
    for name in ("grammar", "check", "compile"):
        times = [r[name] for r in rounds]
        ratios = [r[name] / r["grammar"] for r in rounds]
        result[name] = {
            "median_s": statistics.median(times),
            "range_s": [min(times), max(times)],
            "ratio": statistics.median(ratios),
            "ratio_range": [min(ratios), max(ratios)],
        }
    if options.json:
        print(json.dumps({"rounds": options.rounds, **result}, indent=1))
        return
    print(f"whole process, {options.rounds} interleaved rounds; ratios to importing lark and building the grammar")
    for name, row in result.items():
        low, high = row["ratio_range"]
        print(f"  {name:8} {1000 * row['median_s']:6.0f} ms   ratio {row['ratio']:.2f} ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()
