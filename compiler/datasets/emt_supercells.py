"""Strained, thermal supercells of an fcc metal, labelled by ASE's effective-medium theory."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from mlipilot.compiler.datasets.data_files import DataFiles
from mlipilot.compiler.datasets.source import DataSource, Elements, Facts, Stated
from mlipilot.compiler.extent import Extent
from mlipilot.compiler.faults import about, beside, place
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.numerals import count
from mlipilot.spec.schema import SPLITS
from mlipilot.spec.schema.elements import EMT_ATOMS, may_have_lattice
from mlipilot.spec.values import BlockValue, Interval

_CELL_ATOMS = 4
"""Of the cubic cell of fcc."""
_ATOM_STEP_SECONDS = 1.2e-5
_STEP_SECONDS = 2e-4


class _EmtSupercells(DataSource):
    tag = "emt_supercells"
    version = 1

    def check(self, block: BlockValue) -> list[Diagnostic]:
        """Splits that add up, temperatures that differ."""
        return [*_adds_up(block), *_temperatures(block)]

    def parameters(self, block: BlockValue, files: DataFiles) -> dict[str, Any]:
        """Lengths in Å, temperatures in K, times in fs."""
        strain = block.fields["strain"].data
        assert isinstance(strain, Interval)
        return {
            "element": block.text("element"),
            "lattice": float(block.number("lattice")),
            "repeats": [value.data for value in block.items("repeats")],
            "strain": [float(strain.low), float(strain.high)],
            "temperatures": [float(value.data) for value in block.items("temperatures")],  # type: ignore[arg-type]
            "trajectories": block.integer("trajectories"),
            "frames": block.integer("frames"),
            "split": _sizes(block),
            "seed": block.integer("seed"),
            **{name: float(block.number(name)) for name in ("timestep", "equilibration", "spacing", "relaxation")},
        }

    def facts(self, block: BlockValue) -> Facts:
        """By the geometry of the strained fcc cell."""
        sizes = _sizes(block)
        trajectories = frames = None
        if sizes is not None and block.has("temperatures"):
            trajectories = {split: sizes.get(split, 0) * len(block.items("temperatures")) for split in SPLITS}
        if trajectories is not None and block.has("frames"):
            frames = {split: number * block.integer("frames") for split, number in trajectories.items()}
        element = None
        if block.has("element"):
            element = Elements((block.text("element"),), beside(block, place(block, "element"), "its element"))
        return Facts(
            elements=element,
            frames=frames,
            trajectories=trajectories,
            hottest=_hottest(block),
            atom_energies=EMT_ATOMS,
            isolated_atoms=False,
            seals=sizes is not None and sizes.get("sealed", 0) > 0,
            **_geometry(block),
        )

    def seconds(self, params: Mapping[str, Any]) -> float:
        """Steps of all trajectories."""
        duration = params["equilibration"] + params["frames"] * params["spacing"]
        steps = duration / params["timestep"] * params["trajectories"] * len(params["temperatures"])
        atoms = _CELL_ATOMS * math.prod(params["repeats"])
        return float(steps * (atoms * _ATOM_STEP_SECONDS + _STEP_SECONDS))

    def making_seconds(self, params: Mapping[str, Any], step: float, label: float, threads: int) -> float:
        """Trajectories side by side, each of its steps and labels."""
        steps = (params["equilibration"] + params["frames"] * params["spacing"]) / params["timestep"]
        trajectory = steps * step + params["frames"] * label
        return float(math.ceil(params["trajectories"] * len(params["temperatures"]) / threads) * trajectory)

    def extent(self, params: Mapping[str, Any], split: str) -> Extent:
        """All frames are of one size."""
        frames = params["split"][split] * len(params["temperatures"]) * params["frames"]
        return Extent(frames, _CELL_ATOMS * math.prod(params["repeats"]))

    def cell_atoms(self, params: Mapping[str, Any]) -> int:
        """Of the cubic cell."""
        return _CELL_ATOMS

    def cell(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The metal and its lattice constant."""
        return {name: params[name] for name in ("op", "element", "lattice")}

    def question(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Their shape, and the dynamics between them."""
        names = ("op", "element", "lattice", "repeats", "strain", "timestep", "relaxation")
        return {name: params[name] for name in names}


def _sizes(block: BlockValue) -> dict[str, int] | None:
    """Trajectories of each split at each temperature; None where the split could not be read."""
    if not block.has("split"):
        return None
    sizes: dict[str, int] = {}
    for name, value in block.call("split").arguments.items():
        assert isinstance(value.data, int)
        sizes[name] = value.data
    return sizes


def _hottest(block: BlockValue) -> float | None:
    if not block.has("temperatures"):
        return None
    return max(float(value.data) for value in block.items("temperatures"))  # type: ignore[arg-type]


def _geometry(block: BlockValue) -> dict[str, Any]:
    """Distances in the strained cells, where lattice constant and strain could be read."""
    if not (block.has("lattice") and block.has("strain")):
        return {}
    strain, lattice = block.fields["strain"].data, block.number("lattice")
    assert isinstance(strain, Interval)
    found: dict[str, Any] = {
        "nearest": Stated(
            float(lattice * (1 + strain.high)) / 2**0.5,
            beside(block, place(block, "lattice"), "the lattice constant"),
        ),
    }
    if block.has("element") and not may_have_lattice(block.text("element"), float(lattice)):
        return found  # what is said of the lattice constant is not said again of what comes of it
    found["density"] = _CELL_ATOMS / float(lattice * (1 + (strain.low + strain.high) / 2)) ** 3
    if block.has("repeats"):
        repeats = min(int(value.data) for value in block.items("repeats"))  # type: ignore[arg-type]
        width = lattice * repeats * (1 + strain.low)
        found["width"] = Stated(float(width), remedy=f"raise `repeats` of `{block.name}`")
    return found


def _adds_up(block: BlockValue) -> list[Diagnostic]:
    sizes = _sizes(block)
    if sizes is None or not block.has("trajectories"):
        return []
    total, declared = sum(sizes.values()), block.integer("trajectories")
    if total == declared:
        return []
    sums = " + ".join(str(sizes[name]) for name in SPLITS)
    return [
        about(
            block,
            "MLP0503",
            f"the splits of `{block.name}` take {count(total, 'trajectory', 'trajectories')} at each temperature, "
            f"and there {'is' if declared == 1 else 'are'} {declared}",
            place(block, "split"),
            f"{sums} = {total}",
            help=f"let them sum to {declared}, or set `trajectories = {total}`",
        )
    ]


def _temperatures(block: BlockValue) -> list[Diagnostic]:
    values = [value.data for value in block.items("temperatures")] if block.has("temperatures") else []
    if len(set(values)) == len(values):
        return []
    return [
        about(
            block,
            "MLP0205",
            f"the temperatures of `{block.name}` repeat",
            place(block, "temperatures"),
            "each has its own trajectories",
        )
    ]


SOURCE = _EmtSupercells()
