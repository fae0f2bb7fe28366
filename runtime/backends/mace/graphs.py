"""Neighbour graphs of a split: built once by MACE, collated into batches as often as needed.

Stock MACE collates some thirty tensors of every frame anew for every batch; the model and the losses read the
sixteen of `Batch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate

import numpy as np
import torch
from ase.data import chemical_symbols
from mace.data import AtomicData, Configuration
from mace.data.neighborhood import get_neighborhood
from mace.tools import AtomicNumberTable

from mlipilot.runtime.backends.mace.frames import Split
from mlipilot.runtime.foundation.failures import JobFailure

INDICES = ("edge_index", "pair_edge", "edge_pair", "batch", "ptr")
"""Tensors that number atoms or frames, and so change when graphs are joined."""
SEARCH = 4
"""How many times r_max an error message looks for an atom's nearest neighbour."""


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
        data = AtomicData.from_config(configuration, z_table=table, cutoff=r_max)
        atoms = len(configuration.atomic_numbers)
        lonely = torch.nonzero(torch.bincount(data.edge_index[1], minlength=atoms) == 0).flatten()
        if len(lonely) > 0:
            raise JobFailure("MLP0812", _describe(split.name, index, configuration, int(lonely[0]), r_max))
        graphs.append(_single(data, atoms))
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


def _single(data: AtomicData, atoms: int) -> Batch:
    made = ("pair_edge", "edge_pair", "batch", "ptr")
    given = {field.name: getattr(data, field.name) for field in fields(Batch) if field.name not in made}
    scalars = {name: tensor.reshape(1) for name, tensor in given.items() if tensor.dim() == 0}
    return Batch(
        **{**given, **scalars},
        **_pairs(data.edge_index.numpy(), data.unit_shifts.numpy()),
        batch=torch.zeros(atoms, dtype=torch.long),
        ptr=torch.tensor([0, atoms]),
    )


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
