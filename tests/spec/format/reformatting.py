"""What must survive formatting: the tree without its places, and the comments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mlipilot.spec.format import format_source
from mlipilot.spec.format.comments import lexemes
from mlipilot.spec.schema import KINDS
from mlipilot.spec.source import SourceFile
from mlipilot.spec.syntax.parser import parse
from mlipilot.spec.syntax.tree import Path as PathNode
from mlipilot.spec.syntax.tree import Quantity, UnitName
from mlipilot.spec.units import spelling

ROOT = Path(__file__).parents[3]
SPECS = {
    path.name + f" of {path.parent.name}": path.read_text(encoding="utf-8")
    for path in (
        ROOT / "examples" / "copper" / "copper.mlp",
        ROOT / "tests" / "compiler" / "copper.mlp",
        ROOT / "tests" / "spec" / "whole.mlp",
        Path(__file__).parent / "whole.mlp",
    )
}


def formatted(text: str) -> str:
    """The text as the formatter writes it."""
    found = format_source(SourceFile("a.mlp", text))
    assert isinstance(found, str), found
    return found


def written(text: str) -> Any:
    """What was written, without where: the tree of a text."""
    found = parse(SourceFile("a.mlp", text), KINDS)
    assert not found.diagnostics, found.diagnostics
    return _bare(found.file)


def _bare(node: Any) -> Any:
    if isinstance(node, Quantity):
        return "Quantity", node.number, spelling(node.unit)
    if isinstance(node, (UnitName, PathNode)):
        return "Words", spelling(node.text)
    if hasattr(node, "_fields"):
        return type(node).__name__, *(_bare(getattr(node, name)) for name in node._fields if not name.endswith("span"))
    return tuple(_bare(one) for one in node) if isinstance(node, tuple) else node


def comments(text: str) -> list[str]:
    """The comments of a text, in order."""
    return [comment.text for comment in lexemes(SourceFile("a.mlp", text)).comments]
