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
from mlipilot.runtime.backends.mace.graphs import Batch, average_neighbours, build_graphs, collate
from mlipilot.runtime.foundation.failures import JobFailure

R_MAX = 4.0
OURS = {"pair_edge", "edge_pair"}
"""What MACE's batches do not have."""


@pytest.fixture
def split(frames: list[Atoms], written: Callable[[list[Atoms]], Path]) -> Split:
    """The frames with their stresses, but for one frame."""
    del frames[1].info["REF_stress"]
    return read_split("train", written(frames), needs_stress=False, r_max=4.0)


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
    split = read_split("test", written([atoms]), needs_stress=False, r_max=4.0)
    message = rf"test: frame 0: atom 2 \(Au\) has no neighbour within r_max = 4 Å; {nearest}"
    with pytest.raises(JobFailure, match=message) as caught:
        build_graphs(split, split.elements, R_MAX)
    assert caught.value.code == "MLP0812"


def batch_of(images: list[Atoms], written: Callable[[list[Atoms]], Path]) -> tuple[Batch, StockBatch]:
    """Ours and MACE's."""
    split = read_split("train", written(images), needs_stress=False, r_max=R_MAX)
    return collate(build_graphs(split, split.elements, R_MAX)), stock(split, [*range(len(images))])


@pytest.mark.parametrize("pbc", [(True, True, False), (False, True, True), (True, False, False)])
def test_a_partly_periodic_frame_has_the_cell_of_its_file_and_else_what_mace_has(
    pbc: tuple[bool, bool, bool], frames: list[Atoms], written: Callable[[list[Atoms]], Path]
) -> None:
    for atoms in frames:
        atoms.pbc = pbc
        atoms.cell[pbc.index(False)] *= 3.0
    found, expected = batch_of(frames, written)
    for name in found.tensors().keys() - OURS - {"cell"}:
        assert torch.equal(found[name], expected[name]), name
    cells = torch.linalg.det(found.cell.view(-1, 3, 3))
    assert cells.tolist() == pytest.approx([atoms.get_volume() for atoms in frames], rel=1e-6)
    assert (torch.linalg.det(expected.cell.view(-1, 3, 3)) > 2.0 * cells).all()


def test_a_stress_is_refused_where_the_frame_has_no_volume(
    frames: list[Atoms], written: Callable[[list[Atoms]], Path]
) -> None:
    frames[1].pbc, frames[1].cell[2] = (True, True, False), 0.0
    with pytest.raises(JobFailure, match="train: frame 1 cannot have a stress: its cell has no volume"):
        read_split("train", written(frames), needs_stress=True, r_max=R_MAX)


def edges(batch: Batch) -> set[tuple[int, ...]]:
    return {tuple(edge) for edge in torch.cat([batch.edge_index.T, batch.unit_shifts.long()], dim=1).tolist()}


@pytest.mark.parametrize("pbc", [False, (True, False, False)])
def test_where_a_frame_lies_in_space_is_nothing_to_its_graph(
    pbc: bool | tuple[bool, ...], frames: list[Atoms], written: Callable[[list[Atoms]], Path]
) -> None:
    for atoms in frames:
        atoms.pbc = pbc
    near, _ = batch_of(frames, written)
    for atoms in frames:
        atoms.positions += [3000.0, -20000.0, 50000.0]
    split = read_split("train", written(frames), needs_stress=False, r_max=R_MAX)
    far = collate(build_graphs(split, split.elements, R_MAX))
    assert edges(far) == edges(near)


def test_fragments_far_from_each_other_take_no_room(written: Callable[[list[Atoms]], Path]) -> None:
    pair = Atoms("Cu4", [[0, 0, 0], [0, 0, 2.4], [90000, 0, 0], [90000, 0, 2.6]])
    pair.info["REF_energy"], pair.arrays["REF_forces"] = 0.0, np.zeros((4, 3))
    split = read_split("train", written([pair]), needs_stress=False, r_max=R_MAX)
    assert edges(build_graphs(split, split.elements, R_MAX)[0]) == {
        (0, 1, 0, 0, 0),
        (1, 0, 0, 0, 0),
        (2, 3, 0, 0, 0),
        (3, 2, 0, 0, 0),
    }
