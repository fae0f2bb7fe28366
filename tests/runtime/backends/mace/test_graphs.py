"""Graphs: what a batch of them holds is what MACE itself collates, and an atom alone is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from ase import Atoms
from mace.data import AtomicData
from mace.tools import AtomicNumberTable
from mace.tools.torch_geometric.batch import Batch as StockBatch

from mlipilot.runtime.backends.mace.frames import Split, read_split
from mlipilot.runtime.backends.mace.graphs import average_neighbours, build_graphs, collate
from mlipilot.runtime.foundation.failures import JobFailure

R_MAX = 4.0
OURS = {"pair_edge", "edge_pair"}
"""What MACE's batches do not have."""


@pytest.fixture
def split(frames: list[Atoms], written: Callable[[list[Atoms]], Path]) -> Split:
    """The frames with their stresses, but for one frame."""
    del frames[1].info["REF_stress"]
    return read_split("train", written(frames), needs_stress=False)


def stock(split: Split, places: list[int]) -> StockBatch:
    """MACE's own batch."""
    table = AtomicNumberTable(split.elements)
    chosen = [split.configurations[place] for place in places]
    return StockBatch.from_data_list([AtomicData.from_config(c, z_table=table, cutoff=R_MAX) for c in chosen])


@pytest.mark.parametrize("places", [[0], [3, 0, 2, 1], [1, 1]])
def test_a_batch_is_what_mace_collates(split: Split, places: list[int]) -> None:
    graphs = build_graphs(split, split.elements, R_MAX)
    found = collate([graphs[place] for place in places])
    expected = stock(split, places)
    tensors = found.tensors()
    assert {name for name in tensors if name not in expected} == OURS
    assert found.frames == len(places)
    for name in tensors.keys() - OURS:
        assert tensors[name].dtype == expected[name].dtype, name
        assert torch.equal(tensors[name], expected[name]), name


def test_a_pair_is_an_edge_and_its_reverse(split: Split) -> None:
    found = collate(build_graphs(split, split.elements, R_MAX))
    sender, receiver = found.edge_index
    for pair in (0, 7, len(found.pair_edge) - 1):
        one, other = torch.nonzero(found.edge_pair == pair).flatten()
        assert int(found.pair_edge[pair]) in (one, other)
        assert (sender[one], receiver[one]) == (receiver[other], sender[other])
        assert torch.equal(found.unit_shifts[one], -found.unit_shifts[other])


def test_neighbours_are_averaged_over_atoms(split: Split) -> None:
    graphs = build_graphs(split, split.elements, R_MAX)
    edges, atoms = (sum(graph.edge_index.shape[1] for graph in graphs), sum(len(graph.positions) for graph in graphs))
    assert average_neighbours(graphs) == pytest.approx(edges / atoms)


@pytest.mark.parametrize(
    ("distance", "nearest"),
    [(5.0, r"its nearest neighbour is 5\.000 Å away"), (20.0, r"it has no neighbour within 16 Å")],
)
def test_an_atom_without_a_neighbour_is_named(
    distance: float, nearest: str, written: Callable[[list[Atoms]], Path]
) -> None:
    atoms = Atoms("Cu2Au", [[0, 0, 0], [0, 0, 2], [0, 0, 2 + distance]])
    atoms.info["REF_energy"], atoms.arrays["REF_forces"] = 0.0, np.zeros((3, 3))
    split = read_split("test", written([atoms]), needs_stress=False)
    message = rf"test: frame 0: atom 2 \(Au\) has no neighbour within r_max = 4 Å; {nearest}"
    with pytest.raises(JobFailure, match=message) as caught:
        build_graphs(split, split.elements, R_MAX)
    assert caught.value.code == "MLP0812"
