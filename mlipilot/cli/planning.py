"""`plan show`, `plan diff`, `plan graph`: looking at plans, of spec or plan files."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mlipilot.cli.proof import reading_in_words, show
from mlipilot.compiler.estimate import in_words
from mlipilot.compiler.plan import Compiled
from mlipilot.compiler.render.style import style_for
from mlipilot.compiler.review import difference, graph, table, trials
from mlipilot.runtime.comparison import compare
from mlipilot.runtime.forecast import finished, forecast, keys_here
from mlipilot.runtime.loading import load


def _loaded(given: Path | None) -> Compiled | None:
    compiled, diagnostics = load(given)
    show(diagnostics)
    return compiled


def _print(document: Any) -> None:
    print(json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False))


def show_plan(given: Path | None, *, as_json: bool) -> int:
    """Show a plan as a table."""
    compiled = _loaded(given)
    if compiled is None:
        return 2
    rows = table.rows(compiled, keys_here(compiled), finished(compiled))
    first = forecast(compiled, in_words)
    if as_json:
        _print(table.as_document(compiled, rows, first))
    else:
        print("\n".join([first, *trials.sentences(compiled), *reading_in_words(compiled)]))
        print(f"\n{table.as_text(rows, style_for(sys.stdout))}")
        if compiled.plan.campaign is not None:
            print(f"\n{trials.as_text(compiled, style_for(sys.stdout))}")
    return 0


def show_difference(old_path: Path, new_path: Path, *, as_json: bool, exit_code: bool) -> int:
    """Show what changes from one plan to another; with `exit_code` return 1 where something would run."""
    old, new = _loaded(old_path), _loaded(new_path)
    if old is None or new is None:
        return 2
    found = compare(old, new)
    if as_json:
        _print(found.document())
    else:
        print(f"{found.summary}\n{difference.as_text(new, found.changes, found.besides, style_for(sys.stdout))}")
        unmade = sum(change.fate is difference.Fate.REUSED and not change.stored for change in found.changes)
        if unmade:
            what = "1 reused result is" if unmade == 1 else f"{unmade} reused results are"
            print(f"note: {what} not in the store of `{new.spec}` yet", file=sys.stderr)
    return 1 if exit_code and found.runs else 0


def show_graph(given: Path | None, output_format: str) -> int:
    """Print a plan as a graph."""
    compiled = _loaded(given)
    if compiled is None:
        return 2
    if output_format == "json":
        _print(graph.document(compiled.plan))
    else:
        print(graph.DRAWINGS[output_format](compiled.plan))
    return 0
