"""A long campaign of mutated specs, which goes on where it was stopped.

    python tests/fuzz/specs.py [--inputs 100000] [--seed 1] [--workers 2] [--state FOLDER]

With a folder it keeps there how far it has come; every text that breaks something is written to it (copy it to
`tests/fuzz/cases`). It exits with 1 where there is one.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

from mutation import examine, mutant

CHUNK = 500
"""Inputs between two notes of progress."""


def look(seed: int, first: int, last: int) -> list[tuple[int, str, str]]:
    """Examine a stretch of inputs: number, text and traceback of each that breaks something."""
    found: list[tuple[int, str, str]] = []
    for number in range(first, last):
        text = mutant(seed, number)
        try:
            examine(text, number)
        except Exception:  # whatever is raised is what is looked for
            found.append((number, text, traceback.format_exc()))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--state", type=Path, help="a folder that keeps how far it has come, and what it found")
    options = parser.parse_args()
    note = options.state / f"specs-{options.seed}.json" if options.state else None
    done = json.loads(note.read_text())["done"] if note is not None and note.exists() else 0
    began, start, broken = time.monotonic(), done, 0
    firsts = list(range(done, options.inputs, CHUNK))
    lasts = [min(first + CHUNK, options.inputs) for first in firsts]
    with ProcessPoolExecutor(options.workers) as pool:
        for last, found in zip(lasts, pool.map(look, repeat(options.seed), firsts, lasts), strict=False):
            for number, text, trace in found:
                broken += 1
                print(f"input {number} of seed {options.seed}:\n{trace}", flush=True)
                if options.state:
                    options.state.mkdir(parents=True, exist_ok=True)
                    (options.state / f"specs-{options.seed}-{number}.mlp").write_bytes(text.encode("utf-8"))
            done = last
            if note is not None:
                note.parent.mkdir(parents=True, exist_ok=True)
                note.write_text(json.dumps({"done": done}))
    print(f"seed {options.seed}: {done - start} specs in {time.monotonic() - began:.0f} s, {broken} of them broken")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
