"""What a worker that labels is told to do: displace a molecule, or label a geometry; each is looked up first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlipilot.compiler.molecules.count import geometries
from mlipilot.runtime.dynamics.bonds import GIVEN
from mlipilot.runtime.labels.dispersion import version_of
from mlipilot.runtime.labels.displacement import Displaced, Fast, displaced, rounded
from mlipilot.runtime.labels.failure import LabelFailure, Reason
from mlipilot.runtime.labels.geometry import Geometry
from mlipilot.runtime.labels.labelling import MEMORY, Label, label
from mlipilot.runtime.labels.method import Method
from mlipilot.runtime.labels.modes import Modes, modes
from mlipilot.runtime.labels.motion import snapshots
from mlipilot.runtime.labels.program import installed_version
from mlipilot.runtime.labels.shelf import VERSION, Shelf


@dataclass(frozen=True)
class Labelling:
    """What all tasks of a job have in common."""

    shelf: Path
    method: Mapping[str, Any]
    displace: Mapping[str, Any]
    equilibrium: bool
    seed: int

    @property
    def geometries(self) -> int:
        """That are labelled of each molecule."""
        return geometries(self.displace, equilibrium=self.equilibrium)


@dataclass(frozen=True)
class Displace:
    """A molecule whose geometries are to be made."""

    name: str
    given: Geometry


@dataclass(frozen=True)
class LabelOne:
    """A geometry to be labelled."""

    name: str
    """Of the molecule."""
    number: int
    """Among the geometries of the molecule."""
    made: Displaced


@dataclass(frozen=True)
class Failed:
    """A task that could not be done."""

    reason: Reason
    message: str
    geometries: int = 1
    """That have no label for it."""


class Geometries(NamedTuple):
    """What a molecule was displaced to, as far as it could be."""

    tasks: tuple[LabelOne, ...]
    failure: Failed | None


Task = Displace | LabelOne
Answer = Geometries | Label | Failed


class Done(NamedTuple):
    """What came of a task."""

    answer: Answer
    was_known: bool
    """Whether something of it had been computed before."""


def work(common: Labelling, task: Task) -> Done:
    """Do a task; what a molecule or geometry refuses is a `Failed`."""
    shelf = Shelf(common.shelf)
    try:
        answer = _displace(common, task, shelf) if isinstance(task, Displace) else _label(common, task, shelf)
    except LabelFailure as failure:
        return Done(_failed(failure), shelf.has_served)
    except _ARITHMETIC as error:
        return Done(_failed(_of_arithmetic(error)), shelf.has_served)
    return Done(answer, shelf.has_served)


_ARITHMETIC = (ArithmeticError, ValueError)
"""What NumPy and SciPy raise of matrices that PySCF gives them, such as of a basis that depends on itself."""


def _failed(failure: LabelFailure, geometries: int = 1) -> Failed:
    return Failed(failure.reason, failure.message, geometries)


def _of_arithmetic(error: Exception) -> LabelFailure:
    return LabelFailure(Reason.ARITHMETIC, f"its arithmetic fails: {type(error).__name__}: {error}")


def _displace(common: Labelling, task: Displace, shelf: Shelf) -> Geometries:
    given = rounded(task.given, task.given.coordinates)
    made = [Displaced(given, GIVEN)] if common.equilibrium else []
    lost = None
    try:
        fast = Fast(lambda: _modes(common, given, shelf), partial(_walk, common, given, shelf))
        for one in displaced(given, task.name, common.displace, common.seed, fast):
            made.append(one)
    except LabelFailure as failure:
        lost = _failed(failure, common.geometries - len(made))
    except _ARITHMETIC as error:
        lost = _failed(_of_arithmetic(error), common.geometries - len(made))
    return Geometries(tuple(LabelOne(task.name, number, one) for number, one in enumerate(made)), lost)


def _modes(common: Labelling, given: Geometry, shelf: Shelf) -> Modes:
    method = Method.from_params(common.displace["method"])

    def made() -> dict[str, Any]:
        found = modes(given, method, MEMORY)
        return {"stiffness": found.stiffness.tolist(), "directions": found.directions.tolist()}

    kept = shelf.value(_asked("modes", given, method), made)
    directions = np.array(kept["directions"]).reshape(-1, len(given.numbers), 3)
    return Modes(np.array(kept["stiffness"]), directions)


def _walk(
    common: Labelling, given: Geometry, shelf: Shelf, temperature: float, draw: np.random.Generator
) -> list[NDArray[Any]]:
    """Where a run at a temperature (K) comes to, at even intervals up to its end."""
    method, displace = Method.from_params(common.displace["method"]), common.displace
    number, timestep = int(displace["each"]), float(displace["timestep"])
    whole = max(number, round(displace["duration"] / timestep))
    steps = [whole * (place + 1) // number for place in range(number)]
    start = [str(word) for word in draw.bit_generator.state["state"].values()]
    run = {"temperature": temperature, "steps": steps, "timestep": timestep, "start": start}

    def made() -> dict[str, Any]:
        found = snapshots(given, method, temperature, steps, timestep, draw, MEMORY)
        return {"places": [places.tolist() for places in found]}

    kept = shelf.value({**_asked("walk", given, method), **run}, made)
    return [np.array(places) for places in kept["places"]]


def _label(common: Labelling, task: LabelOne, shelf: Shelf) -> Label:
    method, geometry = Method.from_params(common.method), task.made.geometry

    def made() -> dict[str, Any]:
        found = label(geometry, method)
        return {**found._asdict(), "forces": found.forces.tolist()}

    kept = shelf.value(_asked("label", geometry, method), made)
    return Label(**{**kept, "forces": np.array(kept["forces"]).reshape(-1, 3)})


def _asked(what: str, geometry: Geometry, method: Method) -> dict[str, Any]:
    """All that an answer depends on, as JSON."""
    places = {"numbers": list(geometry.numbers), "positions": [list(place) for place in geometry.positions]}
    spin = {"charge": geometry.charge, "multiplicity": geometry.multiplicity}
    return {
        "what": what,
        "version": VERSION,
        "pyscf": installed_version(),
        "dispersion": version_of(method.dispersion),
        "method": asdict(method),
        **places,
        **spin,
    }
