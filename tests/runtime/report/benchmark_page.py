"""Pages of encoding benchmarks, and their tables, for the report's tests."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

from made_benchmark import place
from report_page import Page, read_page

from mlipilot.runtime.encodings.benchmark.outcome import BenchmarkOutcome, Scored, write_outcome
from mlipilot.runtime.report import JobRow, ReportInput, Result


def results_of(folder: Path, *outcomes: BenchmarkOutcome) -> list[Result]:
    results = []
    for number, outcome in enumerate(outcomes):
        inside = folder / f"compare-{number}"
        inside.mkdir()
        write_outcome(outcome, inside)
        results.append(Result("compare", None, inside, "", {"block": outcome.block}))
    return results


def run_of(results: list[Result], **changes: Any) -> ReportInput:
    jobs = [JobRow("compare/fixed_maps", "compare", "done", 2.0, 1, "ab" * 32)]
    return ReportInput("Fixed maps", **({"jobs": jobs, "results": results} | changes))


def page_of(folder: Path, *outcomes: BenchmarkOutcome) -> Page:
    return read_page(run_of(results_of(folder, *outcomes)), folder)


def cells(html: str) -> list[str]:
    """Text of the cells of a table, tags left away."""
    return [
        " ".join(unescape(re.sub("<[^>]*>", " ", cell)).split())
        for cell in re.findall(r"<t[dh][ >].*?</t[dh]>", html, re.DOTALL)
    ]


def table(page: Page, name: str) -> str:
    found = re.search(rf'<table class="plain {name}">.*?</table>', page.html, re.DOTALL)
    assert found is not None, f"no table {name}"
    return found[0]


def scored(mean: float | None, arm: str = "angle", **others: Any) -> Scored:
    """A cell by its mean."""
    found: dict[str, Any] = {"tier": "", "matched": "", "metric": "balanced_accuracy", "means": {}, "fit_seconds": 0.1}
    ends = {"lower": None if mean is None else mean - 0.01, "upper": None if mean is None else mean + 0.01}
    return Scored(**({"place": place(), "arm": arm, "mean": mean} | ends | found | others))
