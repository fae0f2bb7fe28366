"""The explain pages: what each code means, why it matters and how it is mended, one Markdown page a code.

A code of a stage that reads text has a failing example and the same one mended, which tests run; a code of a plan or of
a running job, which no text raises by itself, says how it arises and what to do.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from mlipilot.spec.diagnostics.codes import CATALOGUE, Entry
from mlipilot.spec.one_line import in_a_line
from mlipilot.spec.suggest import nearest

FOLDER = Path(__file__).parent / "explain"
_TEXT = ("What it means", "Why it matters", "Example", "Mended")
_RUN = ("What it means", "Why it matters", "How it arises", "What to do")
_RUN_HUNDREDS = ("07", "08", "09")
"""Stages that no text raises by itself: plans and running."""
_TITLE = re.compile(r"# (MLP\d{4}) (\S+)\n")
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Fence(NamedTuple):
    """A fenced block of a page."""

    section: str
    """The heading that it stands under."""
    words: tuple[str, ...]
    """What stands behind the fence, such as `mlp fails copper` or `file train.xyz`."""
    text: str

    def __repr__(self) -> str:
        return in_a_line("Fence", f"{self.section}:", *self.words)


class Page(NamedTuple):
    """The page of a code."""

    code: str
    name: str
    sections: dict[str, str]
    """Markdown of each section, by its heading, in the order of the page."""

    @property
    def entry(self) -> Entry:
        """What the catalogue says of the code."""
        return CATALOGUE[self.code]

    @property
    def markdown(self) -> str:
        """The whole page."""
        parts = [f"# {self.code} {self.name}", *(f"## {head}\n\n{body}" for head, body in self.sections.items())]
        return "\n\n".join(parts) + "\n"

    @property
    def fences(self) -> list[Fence]:
        """The fenced blocks of all sections."""
        return [
            Fence(head, tuple(words.split()), text)
            for head, body in self.sections.items()
            for words, text in _FENCE.findall(f"{body}\n")
        ]

    def _repr_markdown_(self) -> str:
        """What a notebook shows."""
        return self.markdown

    def __repr__(self) -> str:
        return in_a_line("Page", self.code, f"{self.name}:", self.entry.meaning)


def headings(code: str) -> tuple[str, ...]:
    """The sections that the page of a code has."""
    return _RUN if code[3:5] in _RUN_HUNDREDS else _TEXT


def read_page(code: str) -> Page:
    """The page of a code of the catalogue. Raises `OSError` where the installation lacks it."""
    text = (FOLDER / f"{code}.md").read_text(encoding="utf-8")
    title = _TITLE.match(text)
    assert title is not None, code
    parts = _SECTION.split(text[title.end() :])
    sections = {head: body.strip() for head, body in zip(parts[1::2], parts[2::2], strict=True)}
    return Page(title.group(1), title.group(2), sections)


def find_code(word: str) -> str | None:
    """The code that a word names: `MLP0203`, `mlp0203`, `203` or `wrong-dimension`; None where it names none."""
    plain = word.strip().lower()
    digits = plain.removeprefix("mlp").lstrip("-_ ")
    if digits.isdecimal() and digits.isascii():
        code = f"MLP{digits:0>4}"
        return code if code in CATALOGUE else None
    name = plain.replace("_", "-").replace(" ", "-")
    return next((code for code, entry in CATALOGUE.items() if entry.name == name), None)


def nearest_code(word: str) -> str | None:
    """What a word that names no code may be meant for: the code or the name that looks most like it."""
    import difflib

    plain = word.strip()
    if any(character.isdigit() for character in plain):
        code = f"MLP{plain.lower().removeprefix('mlp'):0>4}"
        same = [known for known in CATALOGUE if sorted(known) == sorted(code)]  # digits changed places
        return next(iter([*same, *difflib.get_close_matches(code, CATALOGUE)]), None)
    return nearest(plain.replace(" ", "-"), [entry.name for entry in CATALOGUE.values()])


__all__ = ["FOLDER", "Fence", "Page", "find_code", "headings", "nearest_code", "read_page"]
