"""How diagnostics look: one renderer a file, all over the same values."""

from __future__ import annotations

from collections.abc import Callable

from mlipilot.compiler.render.concise import render_concise
from mlipilot.compiler.render.full import MOST_SHOWN, render_full
from mlipilot.compiler.render.style import PLAIN, Style
from mlipilot.spec.diagnostics import Diagnostic


def _render_json(diagnostics: list[Diagnostic], style: Style) -> str:
    from mlipilot.compiler.render.json import render_json

    return render_json(diagnostics, style)


_RENDERERS: dict[str, Callable[[list[Diagnostic], Style], str]] = {
    "full": render_full,
    "concise": render_concise,
    "json": _render_json,
}
FORMATS = tuple(_RENDERERS)


def render(diagnostics: list[Diagnostic], output_format: str = "full", style: Style = PLAIN) -> str:
    """The text of many diagnostics in one of `FORMATS`."""
    return _RENDERERS[output_format](diagnostics, style)


__all__ = ["FORMATS", "MOST_SHOWN", "PLAIN", "Style", "render"]
