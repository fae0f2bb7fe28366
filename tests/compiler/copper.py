"""A copper experiment as text, checked and compiled; its own copy, so that tuning the example moves no test."""

from __future__ import annotations

from pathlib import Path

from mlipilot.compiler.canonical import canonical, digest
from mlipilot.compiler.compile import check_source, compile_spec
from mlipilot.compiler.plan import Compiled
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.document import Spec
from mlipilot.spec.source import SourceFile

ROOT = Path(__file__).parents[2]
EXAMPLE = Path(__file__).parent / "copper.mlp"
TEXT = EXAMPLE.read_text(encoding="utf-8")


def replaced(old: str, new: str, text: str = TEXT) -> str:
    """The example with a part replaced, which must be there."""
    assert old in text, old
    return text.replace(old, new, 1)


def checked(text: str, name: str = "copper.mlp") -> Spec:
    """The spec of a text without a fault; it may have runs that nothing looks at, and seal nothing."""
    found = check_source(SourceFile(name, text))
    assert found.spec is not None
    assert [d for d in found.diagnostics if d.code not in ("MLP0432", "MLP0526")] == []
    return found.spec


def compiled(text: str = TEXT, name: str = "copper.mlp") -> Compiled:
    """The plan of a text without a fault."""
    found = compile_spec(checked(text, name))
    assert isinstance(found, Compiled)
    return found


def diagnosed(text: str, name: str = "copper.mlp") -> list[Diagnostic]:
    """All diagnostics of a text."""
    return check_source(SourceFile(name, text)).diagnostics


def meaning(text: str) -> str:
    """The hash of a spec's canonical form."""
    return digest(canonical(checked(text)))
