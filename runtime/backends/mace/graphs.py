"""Neighbour graphs of a split: built once, collated into batches as often as needed.

They are those of MACE, to the order of their edges, but for what MACE gets wrong: it divides the stress of a frame that
is not periodic along some axis by the volume of a padded cell, and searches a box that grows with the cube of the
distance from the origin. Stock MACE collates some thirty tensors of every frame anew for every batch; the model and the
losses read the sixteen of `Batch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import torch
from ase.data import chemical_symbols
from mace.data import Configuration
from mace.data.neighborhood import get_neighborhood
from mace.tools import AtomicNumberTable, atomic_numbers_to_indices, to_one_hot, voigt_to_matrix

from mlipilot.runtime.backends.mace.frames import Split
from mlipilot.runtime.dynamics.edges import find_edges
from mlipilot.runtime.foundation.failures import JobFailure

INDICES = ("edge_index", "pair_edge", "edge_pair", "batch", "ptr")
"""Tensors that number atoms or frames, and so change when graphs are joined."""
SEARCH = 4
"""How many times r_max an error message looks for an atom's nearest neighbour."""
MOST_BINS = 2.5e8
"""Bins of MACE's search, of four bytes each, above which our own finds the edges."""


@dataclass(frozen=True)
class Batch:
    """Frames as one disconnected graph, under the names that MACE's models and losses read."""

    positions: torch.Tensor
    """(atoms, 3), Å."""
    node_attrs: torch.Tensor
    """(atoms, elements), one-hot."""
    edge_index: torch.Tensor
    """(2, edges): sender, receiver."""
    shifts: torch.Tensor
    """(edges, 3), Å."""
    unit_shifts: torch.Tensor
    """(edges, 3), in cell vectors."""
    pair_edge: torch.Tensor
    """(pairs,): one of the two edges of each pair."""
    edge_pair: torch.Tensor
    """(edges,): the pair of each edge."""
    cell: torch.Tensor
    """(3 * frames, 3), Å."""
    batch: torch.Tensor
    """(atoms,): frame of each atom."""
    ptr: torch.Tensor
    """(frames + 1,): first atom of each frame."""
    head: torch.Tensor
    """(frames,): 0."""
    weight: torch.Tensor
    """(frames,): weight of the frame in the loss; the next three: of its labels."""
    energy_weight: torch.Tensor
    forces_weight: torch.Tensor
    stress_weight: torch.Tensor
    energy: torch.Tensor
    """(frames,), eV."""
    forces: torch.Tensor
    """(atoms, 3), eV/Å."""
    stress: torch.Tensor
    """(frames, 3, 3), eV/Å^3; zero, with weight 0, where the frame has none."""

    def __getitem__(self, name: str) -> torch.Tensor:
        """A tensor by name, as MACE's losses ask for it."""
        tensor: torch.Tensor = getattr(self, name)
        return tensor

    @property
    def frames(self) -> int:
        """Number of frames."""
        return len(self.ptr) - 1

    @property
    def atoms(self) -> int:
        """Number of atoms."""
        return len(self.positions)

    def tensors(self) -> dict[str, torch.Tensor]:
        """All tensors by name: what a MACE model is called with."""
        return {field.name: self[field.name] for field in fields(self)}

    def to(self, device: torch.device) -> Batch:
        """The batch on `device`; the copy to a GPU does not block."""
        if device.type == "cpu":
            return self
        moved = {name: t.pin_memory().to(device, non_blocking=True) for name, t in self.tensors().items()}
        return replace(self, **moved)


def build_graphs(split: Split, elements: Sequence[int], r_max: float) -> list[Batch]:
    """The graph of each frame, in the default dtype; `r_max` in Å, `elements` the model's atomic numbers.

    Raises `JobFailure` MLP0812 for an atom without a neighbour within `r_max`: its average number of neighbours
    and its forces would be undefined.
    """
    table = AtomicNumberTable(list(elements))
    graphs = []
    for index, configuration in zip(split.indices, split.configurations, strict=True):
        surroundings = _surroundings(configuration, r_max)
        atoms = len(configuration.atomic_numbers)
        lonely = np.flatnonzero(np.bincount(surroundings.edges[1], minlength=atoms) == 0)
        if len(lonely) > 0:
            raise JobFailure("MLP0812", _describe(split.name, index, configuration, int(lonely[0]), r_max))
        graphs.append(_single(configuration, surroundings, table))
    return graphs


def collate(graphs: Sequence[Batch]) -> Batch:
    """One graph of several, on the CPU."""
    sizes = [len(g.positions) for g in graphs]
    atom, edge, pair = (
        list(accumulate(counts, initial=0))
        for counts in (sizes, [len(g.edge_pair) for g in graphs], [len(g.pair_edge) for g in graphs])
    )
    joined = {f.name: torch.cat([g[f.name] for g in graphs]) for f in fields(Batch) if f.name not in INDICES}
    return Batch(
        **joined,
        edge_index=torch.cat([g.edge_index + start for g, start in zip(graphs, atom, strict=False)], dim=1),
        pair_edge=torch.cat([g.pair_edge + start for g, start in zip(graphs, edge, strict=False)]),
        edge_pair=torch.cat([g.edge_pair + start for g, start in zip(graphs, pair, strict=False)]),
        batch=torch.repeat_interleave(torch.arange(len(graphs)), torch.tensor(sizes)),
        ptr=torch.tensor(atom),
    )


def average_neighbours(graphs: Sequence[Batch]) -> float:
    """Mean number of neighbours within the cutoff over all atoms (MACE's `avg_num_neighbors`)."""
    counts = torch.cat([torch.bincount(g.edge_index[1]) for g in graphs])
    return float(counts.to(torch.float64).mean())


class _Surroundings(NamedTuple):
    """Who is near whom in a configuration, and the cell that a stress is taken in."""

    edges: np.ndarray
    """(2, edges): sender, receiver."""
    shifts: np.ndarray
    """(edges, 3), Å."""
    images: np.ndarray
    """(edges, 3), in cell vectors; 0 along what is not periodic."""
    cell: np.ndarray
    """(3, 3), Å."""


def _surroundings(configuration: Configuration, r_max: float) -> _Surroundings:
    positions, pbc = configuration.positions, np.array(configuration.pbc, dtype=bool)
    cell = np.array(configuration.cell, dtype=np.float64)
    # MACE's box along what is not periodic, whose volume is no volume of the material.
    padded = np.where(pbc[:, None], cell, (np.abs(positions).max() + 1.0) * 5.0 * r_max * np.identity(3))
    if abs(np.linalg.det(padded)) / r_max**3 > MOST_BINS:
        found = find_edges(positions, cell, pbc, r_max)
        edges, shifts, images = found.index, found.shifts, found.images
    else:
        edges, shifts, images, _ = get_neighborhood(positions, r_max, configuration.pbc, cell.copy())
    has_volume = pbc.any() and abs(np.linalg.det(cell)) > 0.0
    return _Surroundings(edges, shifts, images, cell if has_volume else padded)


def _single(configuration: Configuration, surroundings: _Surroundings, table: AtomicNumberTable) -> Batch:
    atoms, labels = len(configuration.atomic_numbers), configuration.properties
    stress = torch.zeros(1, 3, 3) if labels["stress"] is None else voigt_to_matrix(_real(labels["stress"]))[None]
    indices = atomic_numbers_to_indices(configuration.atomic_numbers, z_table=table)
    weights = {f"{name}_weight": _real([weight]) for name, weight in configuration.property_weights.items()}
    return Batch(
        positions=_real(configuration.positions),
        node_attrs=to_one_hot(torch.tensor(indices, dtype=torch.long).unsqueeze(-1), num_classes=len(table)),
        edge_index=torch.tensor(surroundings.edges, dtype=torch.long),
        shifts=_real(surroundings.shifts),
        unit_shifts=_real(surroundings.images),
        **_pairs(surroundings.edges, surroundings.images),
        cell=_real(surroundings.cell),
        batch=torch.zeros(atoms, dtype=torch.long),
        ptr=torch.tensor([0, atoms]),
        head=torch.zeros(1, dtype=torch.long),
        weight=_real([configuration.weight]),
        **weights,
        energy=_real([labels["energy"]]),
        forces=_real(labels["forces"]),
        stress=stress,
    )


def _real(values: object) -> torch.Tensor:
    return torch.tensor(np.asarray(values), dtype=torch.get_default_dtype())


def _pairs(edges: np.ndarray, shifts: np.ndarray) -> dict[str, torch.Tensor]:
    """An edge (i, j, shift) and its reverse (j, i, -shift) make one pair."""
    keys = np.column_stack([edges.T, np.rint(shifts)]).astype(np.int64)
    reverse = np.column_stack([keys[:, 1], keys[:, 0], -keys[:, 2:]])
    # The first column in which the two differ decides; an edge never equals its reverse.
    first = np.argmax(keys != reverse, axis=1)
    rows = np.arange(len(keys))
    later = (keys[rows, first] > reverse[rows, first])[:, None]
    _, pair_edge, edge_pair = np.unique(np.where(later, reverse, keys), axis=0, return_index=True, return_inverse=True)
    return {"pair_edge": torch.from_numpy(pair_edge), "edge_pair": torch.from_numpy(edge_pair.reshape(-1))}


def _describe(split: str, index: int, configuration: Configuration, atom: int, r_max: float) -> str:
    symbol = chemical_symbols[int(configuration.atomic_numbers[atom])]
    pairs, shifts, _, _ = get_neighborhood(
        positions=configuration.positions,
        cutoff=SEARCH * r_max,
        pbc=configuration.pbc,
        cell=np.array(configuration.cell),
    )
    own = pairs[0] == atom
    vectors = configuration.positions[pairs[1][own]] - configuration.positions[atom] + shifts[own]
    nearest = (
        f"its nearest neighbour is {np.linalg.norm(vectors, axis=1).min():.3f} Å away"
        if len(vectors) > 0
        else f"it has no neighbour within {SEARCH * r_max:g} Å"
    )
    return f"{split}: frame {index}: atom {atom} ({symbol}) has no neighbour within r_max = {r_max:g} Å; {nearest}"
