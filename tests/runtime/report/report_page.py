"""A written report, parsed as far as the tests ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from mlipilot.runtime.report import ReportInput
from mlipilot.runtime.reporting.page import write_report

VOID = {"meta", "br", "wbr", "hr", "img", "link", "input"}


@dataclass(frozen=True)
class Page:
    """The HTML text and its well-formed tree's leaves."""

    html: str
    words: str
    """Text outside of style and script, blanks collapsed."""

    def section(self, name: str) -> str:
        """HTML of the section with this id."""
        found = re.search(rf'<section id="{name}".*?</section>', self.html, re.DOTALL)
        assert found is not None, f"no section {name}"
        return found[0]

    def has(self, name: str) -> bool:
        return f'<section id="{name}"' in self.html

    def constraint(self, shown: str, verb: str = "require") -> str:
        """HTML of a scorecard row."""
        found = re.search(rf'<tbody [^>]*data-constraint="{re.escape(shown)}" data-verb="{verb}".*?</tbody>', self.html,
                          re.DOTALL)  # fmt: skip
        assert found is not None, f"no constraint {shown}"
        return found[0]


def values(html: str) -> list[float]:
    """The full-precision numbers of a piece of HTML, in order."""
    return [float(text) for text in re.findall(r'data-value="([^"]*)"', html)]


def read_page(run: ReportInput, folder: Path) -> Page:
    """Write the report of `run` and read it back; fails where its tags do not nest."""
    path = folder / "report.html"
    write_report(run, path)
    html = path.read_text(encoding="utf-8")
    parser = _Reader()
    parser.feed(html)
    parser.close()
    assert parser.open == [], f"not closed: {parser.open}"
    return Page(html, " ".join("".join(parser.texts).split()))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.open[-1:]):
            self.texts.append(data)
