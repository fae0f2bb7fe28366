"""The catalogue of failures as a page: `python -m mlipilot.compiler.lint.document docs/mace-failures.md`."""

from __future__ import annotations

import sys
from pathlib import Path

from mlipilot.compiler.lint.catalogue import FAILURES, Failure
from mlipilot.spec.diagnostics import CATALOGUE

_HEAD = """\
# Failures of MACE trainings, and what finds them

Each was tried out with mace-torch 0.3.16. "Seen" says when MACE itself lets the failure be seen: never (it exits with
0 and a wrong result), late (after all training), at the start (once the data are loaded), or as it parses its options.
`mlipilot lint mace.yaml --data train.xyz` finds those with a code before anything is trained; the last column says
what becomes of them in a `.mlp` spec. The page is made from `compiler/lint/failures.toml`; its tests lint every row.
"""
_COLUMNS = ("id", "trigger", "what MACE does", "seen", "found by `mlipilot lint`", "in a `.mlp` spec")


def page() -> str:
    """The whole page, in Markdown."""
    lines = [_COLUMNS, tuple("---" for _ in _COLUMNS), *(_row(failure) for failure in FAILURES)]
    table = "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
    return f"{_HEAD}\n{table}\n"


def _row(failure: Failure) -> tuple[str, ...]:
    written = [f"`{line}`" for line in failure.options.splitlines()]
    written += [f"`{failure.command}`"] if failure.command else []
    parts = [", ".join(written), failure.data]
    trigger = "; ".join(part for part in parts if part) or "–"
    found = ", ".join(f"{code} ({CATALOGUE[code].name})" for code in failure.codes)
    return failure.id, trigger, failure.observed, failure.revealed, found or failure.reason, failure.spec


def main(arguments: list[str]) -> None:
    """Print the page, or write it to the file that is named."""
    if arguments:
        Path(arguments[0]).write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())


if __name__ == "__main__":
    main(sys.argv[1:])
