"""What benchmarks of encodings can find, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlipilot.compiler.encodings.benchmark import Benchmark, benchmarks
from mlipilot.compiler.encodings.promises import Promised, promises
from mlipilot.compiler.render.style import Style, visible
from mlipilot.spec.document import Spec
from mlipilot.spec.numerals import count, percent, short
from mlipilot.spec.one_line import in_a_line

if TYPE_CHECKING:
    import polars

_HEADS = ("data set", "tier", "corrected for", "`better` from", "`equivalent` up to")


@dataclass(frozen=True)
class BenchmarkPower:
    """What the benchmarks of encodings of a spec can find, before they run."""

    benchmarks: tuple[Benchmark, ...]
    promises: tuple[Promised, ...]
    """Of each block, data set and tier."""

    @property
    def table(self) -> polars.DataFrame:
        """A row for each block, data set and tier; shares are null where they are not known before a run."""
        import polars as pl

        shares = {"smallest_difference": pl.Float64, "largest_discordance": pl.Float64}
        texts = dict.fromkeys(("block", "data", "tier"), pl.String)
        types = {**texts, "comparisons": pl.Int64, "metric": pl.String, **shares, "reason": pl.String}
        return pl.DataFrame([_row_document(one) for one in self.promises], schema=types)

    def document(self) -> list[dict[str, Any]]:
        """As JSON, shares as numbers."""
        return [
            {
                "block": found.name,
                "protocol": found.protocol._asdict(),
                "rope": dict(found.rope),
                "discordance": found.discordance,
                "finds": [_row_document(one) for one in self.promises if one.block == found.name],
            }
            for found in self.benchmarks
        ]

    def __repr__(self) -> str:
        known = sum(one.found is not None for one in self.promises)
        blocks = count(len(self.benchmarks), "benchmark")
        return in_a_line("BenchmarkPower", f"{blocks},", f"{known} of {len(self.promises)} known")


def benchmark_power(spec: Spec) -> BenchmarkPower:
    """What the `encoding` blocks of a spec can find."""
    found = benchmarks(spec.of_kind("encoding"))
    return BenchmarkPower(tuple(found), tuple(one for block in found for one in promises(block, spec)))


def as_text(power: BenchmarkPower, style: Style) -> str:
    """A paragraph for each block; empty where there is none."""
    return "\n\n".join(
        "\n".join(_lines(found, [one for one in power.promises if one.block == found.name], style))
        for found in power.benchmarks
    )


def _row_document(one: Promised) -> dict[str, Any]:
    known = one.found
    return {
        "block": one.block,
        "data": one.data,
        "tier": one.tier,
        "comparisons": one.comparisons,
        "metric": one.metric,
        "smallest_difference": None if known is None else known.smallest_difference,
        "largest_discordance": None if known is None else known.largest_discordance,
        "reason": one.reason,
    }


def _lines(found: Benchmark, known: Sequence[Promised], style: Style) -> Iterable[str]:
    outer, repeats, inner = found.protocol
    share = percent(found.discordance)
    yield f"encoding `{found.name}`: {outer} x {repeats} folds, {inner} inside"
    rows = [_row(one) for one in known if one.found is not None]
    if rows:
        yield f"what is found in 80 %, where arms disagree on {share} of predictions:"
        widths = [max(len(visible(row[column])) for row in [_HEADS, *rows]) for column in range(len(_HEADS))]
        for row in [_HEADS, *rows]:
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            yield style.paint(line, "strong") if row is _HEADS else line
    reasons: dict[str, list[str]] = {}
    for one in known:
        if one.found is None:
            reasons.setdefault(one.reason, []).append(f"`{one.data}`")
    for reason, names in reasons.items():
        yield f"{', '.join(dict.fromkeys(names))}: {reason}"


def _row(one: Promised) -> tuple[str, ...]:
    assert one.found is not None
    points = f"{short(100 * one.found.smallest_difference, 2)} points"
    share = one.found.largest_discordance
    equivalent = "never" if share < 5e-4 else f"{short(100 * share, 2)} % disagreeing"
    return one.data, one.tier, count(one.comparisons, "comparison"), points, equivalent


__all__ = ["BenchmarkPower", "as_text", "benchmark_power"]
