"""A molecule as a small picture: its atoms and bonds, seen along the direction in which it is thinnest."""

from __future__ import annotations

import numpy as np
from ase import Atoms
from ase.data import covalent_radii
from ase.data.colors import jmol_colors
from markupsafe import Markup, escape
from numpy.typing import NDArray

from mlipilot.runtime.dynamics.bonds import find_bonds

Floats = NDArray[np.float64]
SCALE = 15.0
"""Pixels of an Å, in all pictures, so that sizes can be compared."""
MOST_ATOMS = 100
_RADIUS = 0.55
"""Of a drawn atom, as a share of its covalent radius."""
_EDGE = 4.0
"""Pixels around the atoms."""


def draw_molecule(atoms: Atoms) -> Markup:
    """An SVG picture of a configuration without a cell, with its formula as its text."""
    points = _turned(atoms.get_positions()) * SCALE
    radii = covalent_radii[atoms.numbers] * _RADIUS * SCALE
    least = (points[:, :2] - radii[:, None]).min(axis=0) - _EDGE
    width, height = (points[:, :2] + radii[:, None]).max(axis=0) + _EDGE - least
    shown = points[:, :2] - least
    formula = escape(atoms.get_chemical_formula())
    parts = [
        f'<svg class="molecule" role="img" aria-label="{formula}" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.1f} {height:.1f}">'
    ]
    for first, second in find_bonds(atoms).pairs:
        (x1, y1), (x2, y2) = shown[first], shown[second]
        parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')
    for atom in np.argsort(points[:, 2], kind="stable"):
        (x, y), radius = shown[atom], radii[atom]
        red, green, blue = (round(255 * float(part)) for part in jmol_colors[atoms.numbers[atom]])
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#{red:02x}{green:02x}{blue:02x}"/>')
    return Markup("".join(parts) + "</svg>")


def _turned(positions: Floats) -> Floats:
    """Positions (n, 3) along their principal axes: the longest first, the shortest towards the reader."""
    centred = positions - positions.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    found: Floats = np.zeros_like(centred)
    found[:, : len(axes)] = centred @ axes.T
    return found
