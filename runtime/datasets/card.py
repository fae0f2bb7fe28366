"""The card of a data set: what it holds, where it comes from and what was made of it, from its summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mlipilot.compiler.datasets import SOURCES
from mlipilot.spec.numerals import count
from mlipilot.spec.units import in_unit

_HASH = 16
"""Characters of a hash that are shown."""


class Part(NamedTuple):
    """One split."""

    name: str
    frames: int
    """Isolated atoms left out."""
    groups: int
    """What bounds resample: trajectories, groups, or single frames."""
    atoms: str
    """Of a frame, from the least to the most."""
    energies: str
    """eV/atom, from the least to the largest."""
    rms_force: str
    """eV/Å, over components."""
    largest_force: str
    """eV/Å."""
    sha256: str
    """Of its stored file."""


class SourceFile(NamedTuple):
    """A file of the user's."""

    name: str
    field: str
    format: str
    frames: int
    sha256: str
    remark: str


class Card(NamedTuple):
    """What a reader asks of a data set first."""

    elements: Sequence[str]
    parts: Sequence[Part]
    atom_energies: Sequence[str]
    """Of isolated atoms, with their unit."""
    files: Sequence[SourceFile]
    read: Sequence[str]
    """What was made of the files, a sentence each."""


def read_card(summary: Mapping[str, Any]) -> Card:
    """The card of a summary; of one that an older version wrote, as far as it goes."""
    provenance = summary.get("provenance") or {}
    return Card(
        summary["elements"],
        [_part(summary, name) for name, frames in summary["frames"].items() if frames],
        [f"{symbol} {energy:.6f} eV" for symbol, energy in (summary.get("atom_energies") or {}).items()],
        [
            SourceFile(f["name"], f["field"], f["format"], f["frames"], f["sha256"][:_HASH], f["remark"])
            for f in provenance.get("files", ())
        ],
        [*(_sentences(provenance) if provenance else ()), *_stresses(summary)],
    )


def as_markdown(card: Card) -> str:
    """The card as a page of text."""
    lines = ["# Data card", "", f"Elements: {', '.join(card.elements)}."]
    if card.atom_energies:
        lines += ["", f"Isolated atoms: {', '.join(card.atom_energies)}."]
    lines += ["", *_table(_HEADS, card.parts)]
    if card.files:
        rows = [(f.name, f.field, f.format, f.frames, f.sha256, f.remark) for f in card.files]
        lines += ["", "## Files", "", *_table(("file", "named in", "format", "frames", "sha256", "remark"), rows)]
    if card.read:
        lines += ["", "## What was made of them", "", *(f"- {sentence}" for sentence in card.read)]
    return "\n".join(lines) + "\n"


_HEADS = ("part", "frames", "groups", "atoms", "energy, eV/atom", "force rms, eV/Å", "largest force, eV/Å", "sha256")


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(str(cell) for cell in row)} |"


def _part(summary: Mapping[str, Any], name: str) -> Part:
    ranges, atoms = (summary.get("ranges") or {}).get(name), summary["atoms"][name]
    least, most = atoms.get("least_whole", atoms["least"]), atoms["most"]
    sizes = str(least) if least == most else f"{least} to {most}"
    frames = summary["frames"][name] - (summary["isolated_atoms"] if name == "train" else 0)
    energies = rms_force = largest_force = "sealed" if name == "sealed" else "not known"
    if ranges:
        energies = f"{ranges['least_energy']:.4f} to {ranges['largest_energy']:.4f}"
        rms_force, largest_force = f"{ranges['rms_force']:.3f}", f"{ranges['largest_force']:.3f}"
    digest = (summary.get("sha256") or {}).get(name, "not known")[:_HASH]
    groups = (summary.get("groups") or summary["trajectories"])[name]
    return Part(name, frames, groups, sizes, energies, rms_force, largest_force, digest)


def _stresses(summary: Mapping[str, Any]) -> Iterator[str]:
    """The largest component of a stress in each part."""
    ranges = (summary.get("ranges") or {}).items()
    found = {name: of_part["largest_stress"] for name, of_part in ranges if "largest_stress" in of_part}
    if found:
        shown = ", ".join(f"{in_unit(value, 'GPa'):.3g} GPa in {name}" for name, value in found.items())
        yield f"largest component of a stress: {shown}"


def _sentences(provenance: Mapping[str, Any]) -> Iterator[str]:
    """What was read under which key, converted, shared out and left out; how molecules were displaced and labelled."""
    yield from SOURCES[provenance.get("op", "files")].in_words(provenance)
    failures = provenance.get("failures", ())
    if "steps" in provenance:
        steps = ", ".join(f"{number} {step}" for step, number in provenance["steps"].items())
        yield f"fields converged: {steps}"
    for failure in failures:
        yield f"no label of {failure['what']}: {failure['message']}"
    for reason, number in provenance["left_out"].items():
        yield f"left out: {count(number, 'frame')} {reason}"


__all__ = ["Card", "Part", "SourceFile", "as_markdown", "read_card"]
