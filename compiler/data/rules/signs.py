"""Signs: forces do the work that the energies lack, and a stress rises as a cell is stretched."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from mlipilot import _core
from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Anchor, Finding, Part
from mlipilot.compiler.data.table import Table
from mlipilot.spec.numerals import count

_PAIRS = 8
"""Pairs of frames without which a correlation proves nothing."""
_PROVEN = 0.8
"""Size of a correlation that proves a sign."""
_SANE = (0.5, 1.45)
"""Energy for work where both have one unit; finite steps lose some of it."""
_TYPICAL = 0.9
_RATIOS = {
    "forces in kJ/mol/Å": 1 / 96.485,
    "energies in Hartree": 1 / 27.211,
    "forces in kcal/mol/Å": 1 / 23.061,
    "energies in Rydberg": 1 / 13.606,
    "forces per Bohr": 1.890,
    "energies in kcal/mol": 23.061,
    "forces in Hartree/Bohr": 51.422,
    "energies in kJ/mol": 96.485,
    "energies in meV": 1000.0,
}
"""The ratio that a unit would give, the other being eV or eV/Å."""
_NEAR = 0.15
"""Of logarithms: what a typical loss may be wrong by."""
_VOLUMES = 0.01
"""Relative range of the volumes of one composition in which a stress must have answered."""


def find(facts: Facts) -> Iterator[Finding]:
    """Forces against energies, in each split the first file that proves something; then the sign of the stress."""
    for table in facts.open:
        if table.constant_forces.any():
            continue  # they are said, and would spoil what others prove
        found = (finding for part in table.parts if (finding := _work(table, part, facts.question.stock)) is not None)
        yield from itertools.islice(found, 1)
    if facts.question.stress is not None and facts.train is not None:
        yield from _stress(facts.train)


def _work(table: Table, part: Part, stock: bool) -> Finding | None:
    """What the steps between neighbouring frames of a run prove: energies fall by the work that forces do."""
    mask = part.mask
    pairs, correlation = _core.work_consistency(part.scan, mask)
    if pairs < _PAIRS or not abs(correlation) > _PROVEN:
        return None
    ratio = _core.work_ratio(part.scan, mask)
    if correlation < 0:
        headline = f"the {table.noun} forces have the wrong sign"
        label, help_ = "gradients, not forces", "change their sign: forces point where the energy falls"
        note = f"the energy rises by the work of the forces (correlation {correlation:.2f} over {count(pairs, 'step')})"
        return Finding("MLP1035", headline, Anchor("forces"), label, help_, (note,))
    if _SANE[0] < ratio < _SANE[1]:
        return None
    headline = f"the {table.noun} energies change {ratio:.3g} times as much as the forces say"
    known = {**_RATIOS, "energies per atom": 1 / float(np.median(part.scan.atoms))}
    near = [f"{unit} would give {f:.3g}" for unit, f in known.items() if abs(math.log(ratio / _TYPICAL / f)) < _NEAR]
    note = "; ".join(
        [f"over {count(pairs, 'step')} between neighbouring frames (correlation {correlation:.2f})", *near]
    )
    help_ = "convert both to eV and eV/Å, and take the energy of the whole frame"
    if not stock:
        help_ = "declare what each is in: `units = dft(energy = …, length = …, forces = …)`"
    return Finding("MLP1038", headline, Anchor("forces"), "of other units than the energies", help_, (note,))


def _stress(train: Table) -> Iterator[Finding]:
    """A cell under tension is larger than the same cell under pressure."""
    rows = np.flatnonzero(train.good("stress") & train.periodic.all(axis=1))
    if len(rows) < _PAIRS:
        return
    _, group = np.unique(train.composition[rows], axis=0, return_inverse=True)
    volume, trace = train.column("volume")[rows], train.column("stress")[rows, :3].sum(axis=1)
    group = group.reshape(-1)
    largest = int(np.bincount(group).argmax())
    mine = group == largest
    volume, trace = volume[mine], trace[mine]
    if len(volume) < _PAIRS or np.ptp(volume) < _VOLUMES * volume.mean() or np.ptp(trace) == 0:
        return
    correlation = float(np.corrcoef(volume, trace)[0, 1])
    if correlation < -_PROVEN:
        yield Finding(
            "MLP1037",
            "the training stresses seem to have the wrong sign",
            Anchor("stress"),
            "expected positive under tension, as in ASE",
            "change their sign; a virial, and the pressure of most codes, has the opposite one",
            (f"over {count(len(volume), 'frame')} they fall as the cell grows (correlation {correlation:.2f})",),
        )
