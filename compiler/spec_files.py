"""Which file is meant: the spec of a folder, and whether a path may be written over."""

from __future__ import annotations

from pathlib import Path

from mlipilot.spec.diagnostics import Diagnostic


def find_spec(given: Path | None) -> Path | Diagnostic:
    """The spec that was meant: the one given, or the only one of this folder."""
    if given is not None:
        return given
    found = sorted(Path().glob("*.mlp"))
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"`{path}`" for path in found)
    headline = f"this folder has {len(found)} specs: {names}" if found else "this folder has no `.mlp` file"
    return Diagnostic("MLP0001", headline, help="name one" if found else "name a spec, or write one")


def refuse_to_overwrite(target: Path, suffix: str, noun: str) -> Diagnostic | None:
    """A diagnostic where a path for an output is an existing file that is surely something else, such as a spec."""
    if not target.exists() or target.suffix == suffix:
        return None
    return Diagnostic(
        "MLP0704",
        f"`{target}` exists and is no {noun}; it is left as it is",
        help=f"name a file that ends in `{suffix}`, or remove this one first",
    )
