"""Geometries around a given one: at a temperature along its vibrations, or each atom at random.

A draw has a generator of its own, named by the seed, the molecule, the kind and the number of the draw, so that another
molecule or temperature changes no other draw. Positions are rounded to what a file of frames holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from ase import units
from ase.data import atomic_masses, covalent_radii
from numpy.typing import NDArray

from mlipilot.compiler.molecules.bonding import BONDED
from mlipilot.runtime.datasets.frames import DECIMALS
from mlipilot.runtime.labels.failure import LabelFailure, Reason
from mlipilot.runtime.labels.geometry import Geometry
from mlipilot.runtime.labels.modes import SOFTEST, Modes, stiffness_of

Floats = NDArray[np.float64]
STRETCH = 0.35
"""Å: no bond of a displaced geometry is longer or shorter by more."""
CLOSEST = 0.85
"""Of the sum of covalent radii, times `BONDED`: what is not bonded stays farther apart."""
DRAWS = 200
"""After so many the temperature is too high for straight lines."""


class Displaced(NamedTuple):
    """A geometry and where it comes from."""

    geometry: Geometry
    kind: str
    """`given`, or the word of the spec for how it was displaced."""
    temperature: float | None = None
    """K."""


class Fast(NamedTuple):
    """What a fast method tells of a molecule, when it is asked."""

    modes: Callable[[], Modes]
    walk: Callable[[float, np.random.Generator], Sequence[Floats]]
    """Places (Å, shape (N, 3)) that a run at a temperature (K) comes to, as many as a plan asks for."""


def displaced(given: Geometry, name: str, displace: Mapping[str, Any], seed: int, fast: Fast) -> Iterator[Displaced]:
    """Those that a plan's parameters ask for. Raises `LabelFailure` where none is sound."""
    yield from _KINDS[displace["kind"]](given, name, displace, seed, fast)


def _none(*_: Any) -> Iterator[Displaced]:
    yield from ()


def _normal_modes(
    given: Geometry, name: str, displace: Mapping[str, Any], seed: int, fast: Fast
) -> Iterator[Displaced]:
    """Classical harmonic vibrations: each mode has k T/2 of potential energy on average."""
    found = fast.modes()
    stiffness = np.maximum(np.abs(found.stiffness), stiffness_of(SOFTEST))
    masses = atomic_masses[list(given.numbers)][:, None]
    for temperature in displace["temperatures"]:
        widths = np.sqrt(units.kB * temperature / stiffness)
        for number in range(displace["each"]):
            draw = _generator(seed, name, f"normal_modes {temperature!r}", number)

            def moved(draw: np.random.Generator = draw, widths: Floats = widths) -> Floats:
                along = np.einsum("m,mnx->nx", widths * draw.standard_normal(len(widths)), found.directions)
                shift: Floats = along / np.sqrt(masses)
                return shift

            yield Displaced(_sound(given, moved, f"{temperature:g} K"), "normal_modes", float(temperature))


def _gaussian(given: Geometry, name: str, displace: Mapping[str, Any], seed: int, fast: Fast) -> Iterator[Displaced]:
    """Each coordinate by a normal deviate."""
    width = displace["width"]
    for number in range(displace["each"]):
        draw = _generator(seed, name, "gaussian", number)

        def moved(draw: np.random.Generator = draw) -> Floats:
            shift: Floats = width * draw.standard_normal((len(given.numbers), 3))
            return shift

        yield Displaced(_sound(given, moved, f"{width:g} Å"), "gaussian")


def _dynamics(given: Geometry, name: str, displace: Mapping[str, Any], seed: int, fast: Fast) -> Iterator[Displaced]:
    """Where a run at each temperature comes to. Raises `LabelFailure` where that leaves the bonds."""
    is_sound = _soundness(given)
    for temperature in displace["temperatures"]:
        for places in fast.walk(temperature, _generator(seed, name, f"dynamics {temperature!r}", 0)):
            if not is_sound(places):
                message = f"a run at {temperature:g} K changes a bond by more than {STRETCH} Å"
                raise LabelFailure(Reason.GEOMETRY, message)
            yield Displaced(rounded(given, places), "dynamics", float(temperature))


_KINDS = {"none": _none, "normal_modes": _normal_modes, "gaussian": _gaussian, "dynamics": _dynamics}


def _generator(seed: int, name: str, kind: str, number: int) -> np.random.Generator:
    words = hashlib.sha256(f"{name}/{kind}".encode()).digest()
    entropy = (seed, int.from_bytes(words[:8], "big"), number)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))


def rounded(geometry: Geometry, places: Floats) -> Geometry:
    """The same atoms at other places (Å, shape (N, 3)), as a file of frames holds them."""
    positions = tuple((float(x), float(y), float(z)) for x, y, z in np.round(places, DECIMALS) + 0.0)
    return replace(geometry, positions=positions)


def _sound(given: Geometry, moved: Callable[[], Floats], what: str) -> Geometry:
    """The first draw that leaves the bonds of the given geometry, and no others."""
    is_sound = _soundness(given)
    for _ in range(DRAWS):
        places = given.coordinates + moved()
        if is_sound(places):
            return rounded(given, places)
    message = f"at {what} none of {DRAWS} draws keeps the bonds within {STRETCH} Å"
    raise LabelFailure(Reason.GEOMETRY, message)


def _soundness(given: Geometry) -> Callable[[Floats], bool]:
    """Whether places have the bonds of a geometry, and no others."""
    pairs = np.triu_indices(len(given.numbers), 1)
    before = _apart(given.coordinates, pairs)
    radii = covalent_radii[list(given.numbers)]
    reach = BONDED * (radii[pairs[0]] + radii[pairs[1]])
    bonded = before < reach

    def is_sound(places: Floats) -> bool:
        after = _apart(places, pairs)
        kept = np.abs(after - before)[bonded].max(initial=0.0) <= STRETCH
        return bool(kept and (after >= np.minimum(CLOSEST * reach, before))[~bonded].all())

    return is_sound


def _apart(places: Floats, pairs: Any) -> Floats:
    """Distances of pairs."""
    distances: Floats = np.linalg.norm(places[pairs[0]] - places[pairs[1]], axis=-1)
    return distances
