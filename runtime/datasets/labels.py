"""The labels of a frame: where they stand, what is wrong with one, and which frames hold the energy of a free atom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from ase import Atoms
from numpy.typing import NDArray

from mlipilot.runtime.foundation.failures import JobFailure
from mlipilot.spec.schema.labels import CONFIG_TYPE, ENERGY, FORCES, ISOLATED_ATOM, STRESS, WEIGHTS, Label

Floats = NDArray[np.float64]
_STRESSES: tuple[tuple[int, ...], ...] = ((6,), (9,), (3, 3))


def is_isolated_atom(frame: Atoms) -> bool:
    """Whether MACE takes this frame for the energy of a free atom: one atom, marked as such."""
    return len(frame) == 1 and frame.info.get(CONFIG_TYPE) == ISOLATED_ATOM


def has_volume(frame: Atoms) -> bool:
    """Whether a frame can have a stress: periodic along some axis, in a cell of some volume."""
    return bool(frame.pbc.any()) and abs(float(frame.cell.volume)) > 0.0


def require_volume(where: str, frame: Atoms) -> None:
    """MLP0811, named by `where`, for a frame that cannot have a stress."""
    if not has_volume(frame):
        why = "its cell has no volume" if frame.pbc.any() else "it is not periodic"
        raise JobFailure("MLP0811", f"{where} cannot have a stress: {why}", "drop the stress, or leave the frame out")


def require_weights(where: str, frame: Atoms) -> None:
    """MLP0811, named by `where`, for a weight of the loss that is no number, not finite or negative."""
    for key in WEIGHTS:
        weight = frame.info.get(key, 1.0)
        if isinstance(weight, (str, bool)) or np.ndim(weight) or not np.isfinite(weight) or weight < 0:
            remedy = "write a number that is not negative, or leave the weight out"
            raise JobFailure("MLP0811", f"{where}: the weight {key} is {weight}", remedy)


def has_label(frame: Atoms, label: Label) -> bool:
    """Whether a stored frame carries a label."""
    return label.key in _place(frame, label)


def label_of(frame: Atoms, label: Label) -> Floats:
    """A label that a stored frame carries: energy (), eV; forces (n, 3), eV/Å; stress (6,), eV/Å^3."""
    return np.asarray(_place(frame, label)[label.key], dtype=np.float64)


def require_labels(where: str, frame: Atoms, *, stress: bool = False) -> None:
    """MLP0811, named by `where`, unless a stored frame carries what it must, each of its form and finite.

    An energy; unless it is an isolated atom forces, and with `stress` a stress. A stress that is there is looked at.
    """
    alone = is_isolated_atom(frame)
    required = [(ENERGY, [()])] if alone else [(ENERGY, [()]), (FORCES, [(len(frame), 3)])]
    wanted: list[tuple[Label, Sequence[tuple[int, ...]]]] = [*required]
    if (stress and not alone) or has_label(frame, STRESS):
        wanted.append((STRESS, _STRESSES))
    if stress and not alone:
        require_volume(where, frame)
    for label, shapes in wanted:
        value = _place(frame, label).get(label.key)
        if value is None:
            raise JobFailure("MLP0811", f"{where} has no {label.key}", f"every frame needs {label.described}")
        checked_label(value, label.key, shapes, where, "label the frame again, or remove it")


def checked_label(value: Any, name: str, shapes: Iterable[tuple[int, ...]] | None, where: str, remedy: str) -> Floats:
    """A label's value as numbers: of one of these shapes unless None, and finite; else MLP0811 by its name."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise JobFailure("MLP0811", f"{where}: {name} is not a number: {value!r}") from None
    if shapes is not None and array.shape not in (known := list(shapes)):
        raise JobFailure("MLP0811", f"{where}: {name} has the shape {array.shape}, not {known[0]}")
    finite = np.isfinite(array)
    if not finite.all():
        atom = "" if array.ndim != 2 else f" at atom {int(np.argwhere(~finite)[0][0])}"
        raise JobFailure("MLP0811", f"{where}: {name} is not finite{atom}", remedy)
    return array


def _place(frame: Atoms, label: Label) -> dict[str, Any]:
    return frame.arrays if label.per_atom else frame.info
