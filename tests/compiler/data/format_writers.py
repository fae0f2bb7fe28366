"""Files of each format that is read, of the same frames: what ASE has no writer for is written as its program does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import ase.io
import numpy as np
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from ase.db import connect
from ase.io.trajectory import Trajectory
from ase.units import GPa

Writer = Callable[[Path, Sequence[Atoms]], None]


def copper_run(number: int, *, seed: int = 0, atoms: int = 4, cell: float = 9.0) -> list[Atoms]:
    """Frames of copper in a cubic cell along a short run, with energies that springs give, and their forces.

    All numbers have few decimals, so that no format rounds them.
    """
    draw = np.random.default_rng(seed)
    corners = np.array([[0, 0, 0], [2.5, 0, 0], [0, 2.5, 0], [0, 0, 2.5], [2.5, 2.5, 0], [2.5, 0, 2.5]])[:atoms] + 3.0
    frames = []
    for _ in range(number):
        frame = Atoms(f"Cu{atoms}", positions=np.round(corners + draw.normal(0, 0.1, corners.shape), 5))
        frame.cell, frame.pbc = np.eye(3) * cell, True
        moved = frame.positions - corners
        energy = round(float(-3.5 * atoms + 1.5 * (moved**2).sum()), 8)
        forces = np.round(-3.0 * moved, 6)
        forces -= np.round(forces.mean(axis=0), 6)
        frame.calc = SinglePointCalculator(frame, energy=energy, free_energy=energy, forces=np.round(forces, 6))
        frames.append(frame)
    return frames


def free_atom(energy: float = -0.5, cell: float = 20.0) -> Atoms:
    """One copper atom in a wide periodic cell."""
    frame = Atoms("Cu", positions=[[1.0, 1.0, 1.0]], cell=np.eye(3) * cell, pbc=True)
    frame.calc = SinglePointCalculator(frame, energy=energy, free_energy=energy, forces=np.zeros((1, 3)))
    return frame


def extxyz(path: Path, frames: Sequence[Atoms]) -> None:
    """As ASE writes it."""
    ase.io.write(path, list(frames), format="extxyz")


def trajectory(path: Path, frames: Sequence[Atoms]) -> None:
    """As ASE writes it."""
    with Trajectory(str(path), "w") as writer:
        for frame in frames:
            writer.write(frame)


def database(path: Path, frames: Sequence[Atoms]) -> None:
    """As ASE writes it, what a frame says of itself as key-value pairs."""
    with connect(str(path), type="db") as writer:
        for frame in frames:
            writer.write(frame, key_value_pairs=dict(frame.info))


def outcar(path: Path, frames: Sequence[Atoms], *, ended: bool = True) -> None:
    """As VASP writes it, with the lines that matter."""
    first = frames[0]
    lines = [
        " vasp.6.4.2 20Jul23 (build) complex",
        *[f" POTCAR:    PAW_PBE {symbol} 22Jun2005" for symbol in 2 * [_symbol(first)]],
        f"   ions per type =            {len(first):4d}",
    ]
    for number, frame in enumerate(frames, 1):
        lines += [f"--------------- Iteration {number:6d}(   1)  ---------------"]
        lines += ["      direct lattice vectors                 reciprocal lattice vectors"]
        lines += [" ".join(f"{x:12.9f}" for x in row) + "   0.1 0.0 0.0" for row in frame.cell.array]
        stress = frame.calc.results.get("stress")
        if stress is not None:
            kilobar = (-np.asarray(stress) * 10 / GPa)[[0, 1, 2, 5, 3, 4]]
            lines += ["  in kB  " + " ".join(f"{x:.5f}" for x in kilobar)]
        lines += [" POSITION                                       TOTAL-FORCE (eV/Angst)", " " + 83 * "-"]
        rows = zip(frame.positions, frame.get_forces(), strict=True)
        lines += [" ".join(f"{x:12.5f}" for x in place) + " ".join(f" {x:13.6f}" for x in pull) for place, pull in rows]
        free, zero = frame.calc.results["free_energy"], frame.calc.results["energy"]
        lines += [" " + 83 * "-", "  FREE ENERGIE OF THE ION-ELECTRON SYSTEM (eV)", "  " + 50 * "-"]
        lines += [f"  free  energy   TOTEN  = {free:18.8f} eV", ""]
        lines += [f"  energy  without entropy= {zero:18.8f}  energy(sigma->0) = {zero:18.8f}", ""]
    lines += ["  General timing and accounting informations for this job:"] if ended else []
    path.write_text("\n".join(lines) + "\n")


def vasprun(path: Path, frames: Sequence[Atoms], *, ended: bool = True) -> None:
    """As VASP writes it, with the elements that matter."""
    first = frames[0]
    atoms = "".join(f"<rc><c>{symbol} </c><c>   1</c></rc>" for symbol in first.get_chemical_symbols())
    text = [
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<modeling>',
        '<kpoints><varray name="kpointlist"><v>0 0 0</v></varray><varray name="weights"><v>1</v></varray></kpoints>',
        '<parameters><separator name="electronic"><i name="ENMAX">300</i></separator></parameters>',
        f'<atominfo><array name="atoms"><set>{atoms}</set></array></atominfo>',
        f'<structure name="initialpos">{_structure(first)}</structure>',
    ]
    for frame in frames:
        free, zero = frame.calc.results["free_energy"], frame.calc.results["energy"]
        energy = f'<energy><i name="e_fr_energy">{free:.8f}</i><i name="e_0_energy">{zero:.8f}</i></energy>'
        text += [
            "<calculation>",
            f"<scstep>{energy}</scstep><structure>{_structure(frame)}</structure>",
            f'<varray name="forces">{_rows(frame.get_forces())}</varray>{energy}',
            "</calculation>",
        ]
    text += ["</modeling>"] if ended else []
    path.write_text("\n".join(text) + "\n")


def _structure(frame: Atoms) -> str:
    cell = f'<crystal><varray name="basis">{_rows(frame.cell.array)}</varray></crystal>'
    return f'{cell}<varray name="positions">{_rows(frame.get_scaled_positions(wrap=False))}</varray>'


def _rows(values: np.ndarray) -> str:
    return "".join("<v>" + " ".join(f"{x:.16f}" for x in row) + "</v>" for row in values)


def dump(path: Path, frames: Sequence[Atoms], *, element: bool = True, units: str = "") -> None:
    """As LAMMPS writes it with `dump custom id type element x y z fx fy fz c_pe`; the first atom has the energy."""
    lines = []
    for number, frame in enumerate(frames):
        lines += ["ITEM: UNITS", units] if units and number == 0 else []
        lines += ["ITEM: TIMESTEP", str(10 * number), "ITEM: NUMBER OF ATOMS", str(len(frame))]
        lines += ["ITEM: BOX BOUNDS pp pp pp", *(f"0.0 {length!r}" for length in frame.cell.lengths().tolist())]
        lines += [f"ITEM: ATOMS id type {'element ' if element else ''}x y z fx fy fz c_pe"]
        forces, energy = frame.get_forces(), frame.calc.results["energy"]
        for atom, (place, pull) in enumerate(zip(frame.positions, forces, strict=True)):
            name = f"{frame.symbols[atom]} " if element else ""
            share = repr(energy) if atom == 0 else "0.0"
            numbers = " ".join(repr(float(x)) for x in (*place, *pull))
            lines += [f"{atom + 1} 1 {name}{numbers} {share}"]
    path.write_text("\n".join(lines) + "\n")


def _symbol(frame: Atoms) -> str:
    (symbol,) = set(frame.get_chemical_symbols())
    return symbol


WRITERS: dict[str, tuple[str, Writer, str]] = {
    "extxyz": ("run.xyz", extxyz, "free_energy"),
    "traj": ("run.traj", trajectory, "free_energy"),
    "db": ("run.db", database, "free_energy"),
    "outcar": ("OUTCAR", outcar, "free_energy"),
    "vasprun": ("vasprun.xml", vasprun, "free_energy"),
    "dump": ("dump.lammpstrj", dump, "c_pe"),
}
"""By format: the usual name of its file, its writer, and the key of the energy."""
