"""How often nested cross-validation calls one of two maps of one law better: a hidden layer of random weights twice.

    python tests/sim/encodings.py [--runs 10] [--json]

Each run draws moons anew and compares two layers that differ in their seed alone, by full nested runs. A difference of
one benchmark is a matter of chance; `better` and `worse` together may be one of ten at a confidence of 95 % each way.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from dataclasses import replace

from mlipilot.compiler.encodings.cells import Cell as CellName
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.runtime.encodings.benchmark.arms import Setting, control_arm
from mlipilot.runtime.encodings.benchmark.cells import Cell
from mlipilot.runtime.encodings.benchmark.comparison import compare
from mlipilot.runtime.encodings.benchmark.folds import Samples
from mlipilot.runtime.encodings.benchmark.measurement import measure, scores
from mlipilot.runtime.encodings.benchmark.verdict import judge
from mlipilot.runtime.encodings.datasets import moons

PROTOCOL = Protocol(outer=5, repeats=4, inner=4)
ROPE = 0.01
WIDTH = 16


def run(seed: int) -> tuple[str, float]:
    """The verdict of one benchmark, and the difference."""
    data = moons(n_samples=400, seed=seed)
    samples = Samples(data.X, data.y, "classes")
    setting = Setting("classes", 2, "standard")
    cells = [
        Cell(
            CellName(f"layer {layer}", "same_head", "standard", None, "linear", ""),
            control_arm("tanh_layer", WIDTH, replace(setting, seed=layer)),
        )
        for layer in (2 * seed, 2 * seed + 1)
    ]
    rows = [row for repeat in range(PROTOCOL.repeats) for row in measure(cells, samples, PROTOCOL, repeat, seed=seed)]
    found = scores(rows, "balanced_accuracy")
    comparison = compare(found[cells[0].key], found[cells[1].key], PROTOCOL, ROPE)
    return judge([comparison])[0].word.value, comparison.difference


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    began = time.perf_counter()
    found = [run(seed) for seed in range(options.runs)]
    words = Counter(word for word, _ in found)
    seconds = time.perf_counter() - began
    if options.json:
        print(json.dumps({"verdicts": words, "differences": [gap for _, gap in found], "seconds": seconds}))
        return
    for seed, (word, gap) in enumerate(found):
        print(f"moons {seed}: {word}, {100 * gap:+.2f} points")
    print(", ".join(f"{count} {word}" for word, count in words.items()), f"in {seconds:.0f} s")


if __name__ == "__main__":
    main()
