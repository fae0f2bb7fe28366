"""How diagnostics look: one renderer a file, all over the same values."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module

from mlipilot.compiler.render.concise import render_concise
from mlipilot.compiler.render.full import MOST_SHOWN, render_full
from mlipilot.compiler.render.style import PLAIN, Style
from mlipilot.spec.diagnostics import Diagnostic

Renderer = Callable[[list[Diagnostic], Style], str]


def _later(module: str, name: str) -> Renderer:
    """A renderer whose module is imported when it is used."""

    def render_later(diagnostics: list[Diagnostic], style: Style) -> str:
        found: Renderer = getattr(import_module(f"mlipilot.compiler.render.{module}"), name)
        return found(diagnostics, style)

    return render_later


_FOR_PEOPLE: dict[str, Renderer] = {"full": render_full, "concise": render_concise}
_FOR_PROGRAMS: dict[str, Renderer] = {
    "json": _later("json", "render_json"),
    "json-lines": _later("json", "render_json_lines"),
    "github": _later("github", "render_github"),
    "sarif": _later("sarif", "render_sarif"),
}
_RENDERERS = _FOR_PEOPLE | _FOR_PROGRAMS
FORMATS = tuple(_RENDERERS)
FOR_PROGRAMS = tuple(_FOR_PROGRAMS)
"""Formats that go to standard output."""
DOCUMENTS = ("json", "json-lines", "sarif")
"""Formats that nothing else may stand beside; an empty list of diagnostics is a document, too."""


def default_format() -> str:
    """The format that is meant where none is named: in a GitHub workflow, what GitHub reads."""
    return "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "full"


def render(diagnostics: list[Diagnostic], output_format: str = "full", style: Style = PLAIN) -> str:
    """The text of many diagnostics in one of `FORMATS`."""
    return _RENDERERS[output_format](diagnostics, style)


__all__ = ["DOCUMENTS", "FORMATS", "FOR_PROGRAMS", "MOST_SHOWN", "PLAIN", "Style", "default_format", "render"]
