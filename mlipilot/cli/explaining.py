"""`explain`: what a code means, why it matters, and how it is mended."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable

from mlipilot.compiler.render.style import style_for
from mlipilot.spec.diagnostics import CATALOGUE
from mlipilot.spec.diagnostics.pages import Page, find_code, nearest_code, read_page

MOST_HINTED = 3
"""Codes that a hint names."""


def hint(codes: Iterable[str]) -> str:
    """Which command explains these codes, the first of them."""
    return f"see `mlipilot explain {' '.join(list(dict.fromkeys(codes))[:MOST_HINTED])}`"


def explain(words: list[str], *, as_json: bool) -> int:
    """Print the pages of codes; without a code, the list of all."""
    codes = []
    for word in words:
        code = find_code(word)
        if code is None:
            near = nearest_code(word)
            hint = f"did you mean `{near}`?" if near else "`mlipilot explain` lists all codes"
            print(f"error: no diagnostic is called `{word}`\n  = help: {hint}", file=sys.stderr)
            return 2
        codes.append(code)
    pages = [read_page(code) for code in dict.fromkeys(codes)]
    if as_json:
        found = [_record(page) for page in pages] if words else _index()
        print(json.dumps(found[0] if len(pages) == 1 else found, ensure_ascii=False, indent=2))
    elif not words:
        print("\n".join(f"{code}  {entry.name:{_WIDEST_NAME}}  {entry.meaning}" for code, entry in CATALOGUE.items()))
    elif sys.stdout.isatty():
        _print_rich(pages)
    else:
        print("\n\n".join(_plain(page) for page in pages))
    return 0


_WIDEST_NAME = max(len(entry.name) for entry in CATALOGUE.values())


def _record(page: Page) -> dict[str, object]:
    return {**_entry(page.code), "sections": page.sections}


def _index() -> list[dict[str, object]]:
    return [_entry(code) for code in CATALOGUE]


def _entry(code: str) -> dict[str, object]:
    entry = CATALOGUE[code]
    return {"code": code, "name": entry.name, "severity": entry.severity.value, "meaning": entry.meaning}


def _print_rich(pages: list[Page]) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    # What was chosen for diagnostics is chosen for pages: `NO_COLOR`, `FORCE_COLOR` and `TERM`.
    console = Console(no_color=not style_for(sys.stdout).colour)
    for page in pages:
        console.print(Markdown(page.markdown, code_theme="ansi_dark"), width=min(console.width, 100))


_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _plain(page: Page) -> str:
    """A page as text: headings without marks, examples indented."""
    text = _FENCED.sub(lambda match: re.sub(r"(?m)^(?=.)", "    ", match.group(1)).rstrip("\n"), page.markdown)
    return re.sub(r"(?m)^#+ ", "", text).rstrip()
