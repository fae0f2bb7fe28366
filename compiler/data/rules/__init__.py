"""The rules, a module each; their order is the order of the findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Finding
from mlipilot.compiler.data.rules import (
    batches,
    claimed,
    contradictions,
    distances,
    elements,
    forces,
    free_energy,
    headers,
    isolated,
    labels,
    leaks,
    neighbours,
    origin,
    others,
    outliers,
    reading,
    references,
    scales,
    selection,
    signs,
    stress,
    units,
    weights,
    zeros,
)

RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    selection.find,
    reading.find,
    labels.find,
    claimed.find,
    others.find,
    weights.find,
    headers.find,
    elements.find,
    leaks.find,
    isolated.find,
    references.find,
    contradictions.find,
    units.find,
    scales.find,
    zeros.find,
    signs.find,
    outliers.find,
    forces.find,
    free_energy.find,
    distances.find,
    neighbours.find,
    origin.find,
    stress.find,
    batches.find,
)
