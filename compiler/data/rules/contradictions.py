"""One geometry under two energies: nothing that sees atoms alone can learn both."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Finding

LARGEST = 0.01
"""eV/atom: more than settings of one method (k-points, cutoffs, convergence) leave between two calculations."""


def find(facts: Facts) -> Iterator[Finding]:
    """The pair of open frames with the largest contradiction, and how many frames contradict."""
    tables = facts.open
    rows = [np.flatnonzero(table.good("energy") & (table.column("atoms") > 1)) for table in tables]
    if not sum(map(len, rows)):
        return
    split = np.repeat(np.arange(len(tables)), [len(r) for r in rows])
    row = np.concatenate(rows)
    geometry = np.concatenate([t.column("fingerprint")[r] for t, r in zip(tables, rows, strict=True)])
    energy = np.concatenate([t.column("energy")[r] / t.column("atoms")[r] for t, r in zip(tables, rows, strict=True)])
    order = np.lexsort((energy, geometry))
    starts = np.flatnonzero(np.r_[True, geometry[order][1:] != geometry[order][:-1]])
    lowest, highest = order[starts], order[np.r_[starts[1:], len(order)] - 1]
    gaps = energy[highest] - energy[lowest]
    bad = np.flatnonzero(gaps > LARGEST)
    if not len(bad):
        return
    worst = bad[gaps[bad].argmax()]
    low, high = int(lowest[worst]), int(highest[worst])
    one, other = tables[split[low]], tables[split[high]]
    number = f"{len(bad)} geometries stand" if len(bad) > 1 else "one geometry stands"
    yield Finding(
        "MLP1015",
        f"{number} in the files with energies up to {gaps[worst]:.3g} eV/atom apart",
        other.anchor(row[[high]]),
        f"{other.noun} {other.places(row[[high]])}; {one.noun} {one.places(row[[low]])}",
        "keep those of one method, one charge and one spin",
    )
