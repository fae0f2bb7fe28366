"""How the time of a check grows with the length of a spec.

    python tests/bench/scale.py [--rounds 3]

The example's blocks, again and again under names of their own; the time per line should stay as it is.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from mlipilot.compiler.compile import check_source
from mlipilot.spec.source import SourceFile

SPEC = Path(__file__).parents[2] / "examples" / "copper" / "copper.mlp"
LINES = (2_500, 5_000, 10_000)


def long_spec(lines: int) -> str:
    """Data sets and models until there are so many lines."""
    text = SPEC.read_text(encoding="utf-8")
    body = text[text.index("dataset cu") : text.index("training fit")]
    parts = ['edition "2026"\n']
    for number in range(lines // body.count("\n")):
        parts.append(
            body.replace("dataset cu ", f"dataset cu{number} ").replace("model potential ", f"model m{number} ")
        )
    return "".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sources = {lines: SourceFile("long.mlp", long_spec(lines)) for lines in LINES}
    times: dict[int, list[float]] = {lines: [] for lines in LINES}
    for _ in range(options.rounds):
        for lines, source in sources.items():
            began = time.perf_counter()
            assert check_source(SourceFile(source.name, source.text)).diagnostics == []
            times[lines].append(time.perf_counter() - began)
    for lines, seconds in times.items():
        median = statistics.median(seconds)
        print(f"{lines:6,} lines  {median:5.2f} s  {1e6 * median / lines:4.0f} µs a line")


if __name__ == "__main__":
    main()
