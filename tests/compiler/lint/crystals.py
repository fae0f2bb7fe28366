"""Small crystals as extxyz text: atoms on a simple cubic lattice, held by springs, so that forces are exact."""

from __future__ import annotations

import random
from dataclasses import dataclass

EDGE = 3.0
"""Å, between neighbours."""
SPRING = 2.0
"""eV/Å²."""


@dataclass(frozen=True)
class Crystal:
    """What the frames of one file are like."""

    frames: int = 8
    seed: int = 0
    spread: float = 0.25
    """Å, of each coordinate about its place."""
    elements: tuple[str, ...] = ("Cu",)
    energy: str = "REF_energy"
    forces: str = "REF_forces"
    stress: str | None = "REF_stress"
    sign: float = 1.0
    """Of the forces."""
    unlabelled: tuple[int, ...] = ()
    """Frames without the energy."""
    broken: int | None = None
    """The frame that has a force of NaN."""
    atom: str | None = None
    """The config type of a frame of one atom at the end."""
    atom_energies: tuple[float, ...] = (3.51,)
    """Of such a frame each, eV."""
    pbc: str = "T T T"
    origin: float = 0.0
    """Å, of all coordinates."""
    header: str = ""
    """What else each frame says."""
    fixed: bool = False
    """Whether a column fixes the first atom, as ASE's reader understands it."""

    def text(self) -> str:
        """All frames."""
        rng = random.Random(self.seed)
        parts = [self._frame(number, rng) for number in range(self.frames)]
        if self.atom is not None:
            header = f'Properties=species:S:1:pos:R:3:{self.forces}:R:3 pbc="F F F" config_type={self.atom}'
            parts += [f"1\n{header} {self.energy}={e}\n{self.elements[0]} 0 0 0 0 0 0\n" for e in self.atom_energies]
        return "".join(parts)

    def _frame(self, number: int, rng: random.Random) -> str:
        lines, energy = [], 0.0
        places = [(x, y, z) for x in range(2) for y in range(2) for z in range(2)]
        for index, place in enumerate(places):
            shift = [rng.gauss(0, self.spread) for _ in place]
            energy += sum(SPRING / 2 * s * s for s in shift)
            position = [self.origin + EDGE * p + s for p, s in zip(place, shift, strict=True)]
            force = [-self.sign * SPRING * s for s in shift]
            if number == self.broken and index == 0:
                force[0] = float("nan")
            numbers = " ".join(f"{value:.8f}" for value in (*position, *force))
            mask = f" {'F' if index == 0 else 'T'}" if self.fixed else ""
            lines.append(f"{self.elements[index % len(self.elements)]} {numbers}{mask}")
        header = f'Lattice="{2 * EDGE} 0 0 0 {2 * EDGE} 0 0 0 {2 * EDGE}" pbc="{self.pbc}" '
        header += f"Properties=species:S:1:pos:R:3:{self.forces}:R:3{':move_mask:L:1' if self.fixed else ''}"
        if number not in self.unlabelled:
            header += f" {self.energy}={energy:.8f}"
        if self.stress is not None:
            values = " ".join(f"{rng.gauss(0, 0.001):.6f}" for _ in range(9))
            header += f' {self.stress}="{values}"'
        header += f" {self.header}" if self.header else ""
        return f"{len(places)}\n{header}\n" + "\n".join(lines) + "\n"
