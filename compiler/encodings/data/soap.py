"""Smooth overlaps of atomic positions of a data set: how large they are, where its block alone tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mlipilot.compiler.datasets import facts_of
from mlipilot.compiler.encodings.data.sample_facts import SampleFacts
from mlipilot.spec.values import BlockValue

if TYPE_CHECKING:
    from mlipilot.compiler.data.answers import Size

N_MAX, L_MAX = 5, 5
"""Radial functions, and the highest degree of spherical harmonics."""
SPLITS = ("train", "valid", "test")
"""That are described; sealed frames are left alone."""
UNIT = "eV/atom"


def features(elements: int) -> int:
    """Entries of a power spectrum: products of two radial functions of any elements, at each degree."""
    functions = elements * N_MAX
    return functions * (functions + 1) // 2 * (L_MAX + 1)


def facts(dataset: BlockValue | None) -> SampleFacts | None:
    """What the frames of a data set give; None where only a scan or the job tells how many there are."""
    known = facts_of(dataset)
    if known.frames is None or known.elements is None:
        return None
    samples = sum(known.frames.get(split, 0) for split in SPLITS)
    groups = None
    if known.trajectories is not None:
        groups = tuple(
            known.frames[split] // known.trajectories[split]
            for split in SPLITS
            for _ in range(known.trajectories.get(split, 0))
        )
    return SampleFacts(samples, features(len(known.elements.symbols)), "numbers", groups=groups, unit=UNIT)


def scanned(sizes: Mapping[str, Size]) -> SampleFacts | None:
    """What the frames of a data set of files give, by a scan; None where none was made.

    The scan counts groups and not their frames, which are taken as equal.
    """
    found = [sizes[split] for split in SPLITS if split in sizes]
    if not found:
        return None
    samples, number = sum(size.frames for size in found), sum(size.trajectories for size in found)
    elements = {element for size in found for element in size.elements}
    groups = tuple(samples // number + (place < samples % number) for place in range(number))
    has_groups = 0 < number < samples
    return SampleFacts(samples, features(len(elements)), "numbers", groups=groups if has_groups else None, unit=UNIT)


__all__ = ["L_MAX", "N_MAX", "SPLITS", "UNIT", "facts", "features", "scanned"]
