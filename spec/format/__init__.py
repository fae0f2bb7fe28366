"""The one formatter of specs: no options, comments kept, the same meaning before and after.

`format_source` is the whole of it. The text is split into statements as the parser splits it; each is written again
from its tokens, so nothing that the grammar allows is lost, whether or not this version runs it.
"""

from __future__ import annotations

from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.format.outline import outline
from mlipilot.spec.format.page import page
from mlipilot.spec.schema import KINDS
from mlipilot.spec.source import SourceFile
from mlipilot.spec.syntax.parser import parse


def format_source(source: SourceFile) -> str | list[Diagnostic]:
    """The text in the house style; a text that does not parse gives the diagnostics that say why."""
    diagnostics = parse(source, KINDS).diagnostics
    return diagnostics or page(outline(source))


__all__ = ["format_source"]
