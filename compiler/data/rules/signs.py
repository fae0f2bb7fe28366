"""Signs: forces do the work that the energies lack, and a stress rises as a cell is stretched."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mlipilot import _core
from mlipilot.compiler.data.facts import Facts
from mlipilot.compiler.data.question import Anchor, Finding
from mlipilot.compiler.data.table import Table

_PAIRS = 8
"""Pairs of frames without which a correlation proves nothing."""
_OPPOSED = -0.8
_VOLUMES = 0.01
"""Relative range of the volumes of one composition in which a stress must have answered."""


def find(facts: Facts) -> Iterator[Finding]:
    """The sign of the forces, file by file until one proves it, then that of the stress."""
    for table in facts.open:
        for scan in table.scans:
            pairs, correlation = _core.work_consistency(scan)
            if pairs >= _PAIRS and correlation < _OPPOSED:
                yield Finding(
                    "MLP1035",
                    f"the {table.noun} forces have the wrong sign",
                    Anchor("forces"),
                    "gradients, not forces",
                    "change their sign: forces point where the energy falls",
                    (
                        f"between {pairs} pairs of neighbouring frames the energy changes against the work of the "
                        f"forces (correlation {correlation:.2f})",
                    ),
                )
                break
    if facts.question.stress is not None and facts.train is not None:
        yield from _stress(facts.train)


def _stress(train: Table) -> Iterator[Finding]:
    """A cell under tension is larger than the same cell under pressure."""
    rows = np.flatnonzero(train.good("stress") & train.column("periodic").reshape(-1, 3).all(axis=1))
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
    if correlation < _OPPOSED:
        yield Finding(
            "MLP1037",
            "the training stresses seem to have the wrong sign",
            Anchor("stress"),
            "expected positive under tension, as in ASE",
            "change their sign; a virial, and the pressure of most codes, has the opposite one",
            (f"over {len(volume)} frames they fall as the cell grows (correlation {correlation:.2f})",),
        )
