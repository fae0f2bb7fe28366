"""The directed edges of a configuration: every ordered pair of atoms within a cutoff, periodic images included.

The definition is that of `mace.data.get_neighborhood`, and so is the search (matscipy), without its detours:
the box of a non-periodic direction is as tight as the atoms allow, and small molecules need no search at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matscipy.neighbours import neighbour_list
from numpy.typing import NDArray

ALL_PAIRS_LIMIT = 128
"""Up to this many atoms a molecule's pairs are all tried: quicker than binning, and safe however far it flies apart."""


@dataclass(frozen=True)
class Edges:
    """E directed edges i -> j with D = r_j - r_i + shift."""

    index: NDArray[np.int64]
    """(2, E): row 0 the atom i, row 1 its neighbour j."""
    images: NDArray[np.float64]
    """(E, 3): the cell image of j, in cell vectors (whole numbers)."""
    shifts: NDArray[np.float64]
    """(E, 3): the same, in Å."""


def find_edges(
    positions: NDArray[np.float64], cell: NDArray[np.float64], pbc: NDArray[np.bool_], cutoff: float
) -> Edges:
    """Edges shorter than `cutoff` (Å) of `positions` (n, 3) Å in `cell` (3, 3) Å, periodic where `pbc` (3,) says so."""
    if not pbc.any() and len(positions) <= ALL_PAIRS_LIMIT:
        return _all_pairs(positions, cutoff)
    box = cell.copy()
    origin = positions.min(axis=0) - 1.0
    extent = positions.max(axis=0) - origin + 1.0 + cutoff
    for axis in np.flatnonzero(~pbc):
        box[axis] = 0.0
        box[axis, axis] = extent.max()
    first, second, images = neighbour_list(
        quantities="ijS", pbc=pbc, cell=box, positions=positions - origin, cutoff=cutoff
    )
    index = np.stack((first, second)).astype(np.int64)
    shifts = images.astype(np.float64)
    return Edges(index, shifts, shifts @ cell)


def _all_pairs(positions: NDArray[np.float64], cutoff: float) -> Edges:
    difference = positions[None, :, :] - positions[:, None, :]
    near = np.einsum("ijx,ijx->ij", difference, difference) < cutoff * cutoff
    np.fill_diagonal(near, False)
    index = np.stack(np.nonzero(near)).astype(np.int64)
    none = np.zeros((index.shape[1], 3))
    return Edges(index, none, none)


class EdgeCache:
    """Edges of atoms that move a little at a time: the search is repeated only when it must be.

    Candidates reach a skin beyond the cutoff and hold until an atom has moved half the skin (Verlet, Phys. Rev.
    159, 98 (1967)); the edges handed out are exactly those within the cutoff.
    """

    def __init__(self, search: Callable[[NDArray[np.float64], float], Edges], cutoff: float, skin: float) -> None:
        """`search(positions, cutoff)` finds edges from nothing; `cutoff` and `skin` in Å."""
        self._search, self._cutoff, self._skin = search, cutoff, skin
        self._candidates: Edges | None = None
        self._reference: NDArray[np.float64] | None = None

    def find(self, positions: NDArray[np.float64]) -> tuple[Edges, NDArray[np.float64]]:
        """The edges within the cutoff at `positions` (n, 3) Å, and their vectors D (E, 3) Å."""
        candidates = self._candidates
        if candidates is None or self._reference is None or _farthest(positions - self._reference) > 0.5 * self._skin:
            candidates = self._candidates = self._search(positions, self._cutoff + self._skin)
            self._reference = positions.copy()
        vectors = positions[candidates.index[1]]
        vectors -= positions[candidates.index[0]]
        vectors += candidates.shifts
        near = np.flatnonzero(np.einsum("ex,ex->e", vectors, vectors) < self._cutoff**2)
        edges = Edges(candidates.index[:, near], candidates.images[near], candidates.shifts[near])
        return edges, vectors[near]


def _farthest(moves: NDArray[np.float64]) -> float:
    return float(np.sqrt(np.einsum("ax,ax->a", moves, moves).max(initial=0.0)))
