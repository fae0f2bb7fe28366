"""Small molecules that the tests of labels share."""

import math

from mlipilot.runtime.labels.geometry import Geometry
from mlipilot.runtime.labels.method import Method

CHEAP = Method("hf", "sto-3g")
B3LYP = Method("b3lyp", "6-31g(d)", cartesian=True)


def water() -> Geometry:
    """r = 0.9685 Å, 103.65°: within 0.001 Å of its minimum at B3LYP/6-31G(d)."""
    r, half = 0.9685, math.radians(103.65) / 2
    x, z = r * math.sin(half), r * math.cos(half)
    return Geometry((8, 1, 1), ((0.0, 0.0, 0.0), (x, 0.0, z), (-x, 0.0, z)))


def diatomic(numbers: tuple[int, int], length: float, multiplicity: int | None = None, charge: int = 0) -> Geometry:
    """Two atoms, so many Å apart."""
    return Geometry(numbers, ((0.0, 0.0, 0.0), (0.0, 0.0, length)), charge, multiplicity)


def moved(geometry: Geometry, atom: int, axis: int, by: float) -> Geometry:
    """The geometry with one coordinate changed."""
    places = geometry.coordinates
    places[atom, axis] += by
    return Geometry(geometry.numbers, tuple(map(tuple, places.tolist())), geometry.charge, geometry.multiplicity)
