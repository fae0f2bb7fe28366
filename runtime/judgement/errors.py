"""What an error metric is taken over, by the first word of its kernel; computed from predictions beside labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlipilot.runtime.foundation.figures import with_unit
from mlipilot.runtime.judgement.accuracy import Errors
from mlipilot.spec.schema import ELEMENTS

Table = dict[str, NDArray[Any]]
"""The arrays of an evaluate job, as its `run` names them."""
_NO_FORCES = "all labels of the forces are zero"
_NINE = [0, 5, 4, 5, 1, 3, 4, 3, 2]
"""The components of a stress by rows, among those of Voigt's order xx yy zz yz xz xy."""


def compositions(table: Table) -> NDArray[np.int64]:
    """Atoms of each frame by atomic number, shape (F, Z), for the elements of the table in their order."""
    counts = np.zeros((len(table["atoms"]), 1 + int(table["numbers"].max(initial=0))), dtype=np.int64)
    np.add.at(counts, (table["frame"], table["numbers"]), 1)
    return counts[:, counts.any(axis=0)]


def _energies(table: Table, arguments: Mapping[str, str]) -> Errors:
    """Signed errors of the energy per atom."""
    return Errors((table["energy_pred"] - table["energy_ref"]) / table["atoms"], table["group"])


def _relative_energies(table: Table, arguments: Mapping[str, str]) -> Errors:
    """Signed errors whose mean square is that of energy differences between two frames of a trajectory and composition.

    Of k frames with errors e, the mean of (e_i - e_j)^2 over pairs is that of 2 k/(k - 1) (e_i - mean e)^2 over frames.
    """
    errors = table["energy_pred"] - table["energy_ref"]
    _, alike = np.unique(np.column_stack([table["group"], compositions(table)]), axis=0, return_inverse=True)
    alike = alike.reshape(-1)
    sizes = np.bincount(alike)
    means, sizes = (np.bincount(alike, errors) / sizes)[alike], sizes[alike]
    kept = sizes > 1
    found = (errors - means)[kept] * np.sqrt(2 * sizes[kept] / (sizes[kept] - 1))
    alone = int((~kept).sum())
    remark = f"{alone} of {len(kept)} frames left out, which have no other of their composition" if alone else ""
    return Errors(found, table["group"][kept], "no trajectory has two frames of one composition", remark)


def _components(table: Table, arguments: Mapping[str, str]) -> Errors:
    """Signed errors of the force components."""
    found = _forces(table, arguments)
    return found._replace(values=found.values.reshape(-1), groups=np.repeat(found.groups, 3))


def _relative_components(table: Table, arguments: Mapping[str, str]) -> Errors:
    """Signed errors of the force components over the root mean square of those of the labels.

    That of the whole split: a resampled one would tell of other molecules, and a threshold is written for these.
    """
    found = _components(table, arguments)
    labels = _components(table | {"forces_pred": np.zeros_like(table["forces_ref"])}, arguments)
    scale = float(np.sqrt(np.mean(np.square(labels.values)))) if len(labels.values) else 0.0
    if not scale:
        empty = _NO_FORCES if len(labels.values) else found.empty
        return found._replace(values=found.values[:0], groups=found.groups[:0], empty=empty)
    return found._replace(values=found.values / scale, remark=f"of {with_unit('force_rmse', scale)}")


def _lengths(table: Table, arguments: Mapping[str, str]) -> Errors:
    """Lengths of the force errors."""
    found = _forces(table, arguments)
    return found._replace(values=np.linalg.norm(found.values, axis=1))


def _forces(table: Table, arguments: Mapping[str, str]) -> Errors:
    """Errors of the forces (n, 3), on the atoms of an element where one is named."""
    errors, groups = table["forces_pred"] - table["forces_ref"], table["group"][table["frame"]]
    element = arguments.get("element")
    if element is not None:
        chosen = table["numbers"] == ELEMENTS.index(element) + 1
        errors, groups = errors[chosen], groups[chosen]
    return Errors(errors, groups, f"the split has no atom of {element}")


def _stresses(table: Table, arguments: Mapping[str, str]) -> Errors:
    """Signed errors of the nine stress components; those off the diagonal stand twice, as in MACE's own figures.

    Source: `MACELoss` in mace/tools/train.py (0.3.16), whose `rmse_stress` and `mae_stress` are over (3, 3) tensors.
    """
    none = np.full((len(table["atoms"]), 6), np.nan)
    reference = table.get("stress_ref", none)
    has = np.asarray(np.isfinite(reference).all(axis=1))
    errors = table.get("stress_pred", none)[has] - reference[has]
    return Errors(
        errors[:, _NINE].reshape(-1),
        np.repeat(table["group"][has], len(_NINE)),
        "no frame of the predictions has a stress",
        f"over {has.sum()} frames with a stress of {len(has)}",
        {"frames": len(has), "frames_with_stress": int(has.sum())},
    )


ERRORS: Mapping[str, Callable[[Table, Mapping[str, str]], Errors]] = {
    "energy": _energies,
    "relative energy": _relative_energies,
    "component": _components,
    "relative component": _relative_components,
    "norm": _lengths,
    "stress": _stresses,
}
"""By the first word of a metric's kernel."""
