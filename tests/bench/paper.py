"""All methods of the seed paper on the sets that need no download, beside what it published: minutes.

    python tests/bench/paper.py                       # every method of every set but `poly2` of `high_rank_noise`
    python tests/bench/paper.py --methods mlp --sets wine

The tests hold the fast methods; this compares the slow ones too. It exits with 1 where a mean differs in its fourth
decimal. `poly2` of `high_rank_noise` has 20,300 columns and takes 1.6 GB; it runs where it is named.
"""

from __future__ import annotations

import argparse
import time

from mlipilot.runtime.encodings.datasets import load
from mlipilot.runtime.encodings.paper import METHODS, accuracy_table
from mlipilot.runtime.encodings.paper.published import published

SETS = ("wine", "breast_cancer", "parity", "high_rank_noise")
LARGE = ("high_rank_noise", "poly2")


def main() -> int:
    """Print one line a set and method; the number of means that differ decides the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--methods", nargs="+", choices=tuple(METHODS), default=None)
    arguments = parser.parse_args()
    known = published()
    differing = 0
    for name in arguments.sets:
        data = load(name)
        for method in arguments.methods or METHODS:
            if (name, method) == LARGE and arguments.methods is None:
                continue
            start = time.perf_counter()
            (row,) = accuracy_table(data, methods=[method])
            seconds = time.perf_counter() - start
            expected = known[name]["accuracies"][method]
            mean = sum(expected) / len(expected)
            verdict = "same" if round(row.mean, 4) == round(mean, 4) else f"differs by {row.mean - mean:+.4f}"
            differing += verdict != "same"
            hidden = ", ".join(sorted(row.hides))
            print(
                f"{name:16} {method:11} {row.mean:.4f}  {mean:.4f}  {verdict:20} {seconds:7.1f} s  {hidden}", flush=True
            )
    return int(differing > 0)


if __name__ == "__main__":
    raise SystemExit(main())
