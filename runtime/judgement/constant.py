"""What is predicted without a model: a constant for each element, and no forces."""

from __future__ import annotations

import numpy as np

from mlipilot.runtime.judgement.errors import Table, compositions


def constant_for_each_element(table: Table) -> Table:
    """The table with predictions of the least that a model must beat.

    Energies are the sum of constants, one an element, by least squares of the energy per atom over the frames of the
    table itself: no other constants have a smaller `energy_rmse` there. Forces and stresses are zero.
    """
    counts, atoms = compositions(table).astype(np.float64), table["atoms"].astype(np.float64)
    constants, *_ = np.linalg.lstsq(counts / atoms[:, None], table["energy_ref"] / atoms, rcond=None)
    nothing = {"forces_pred": np.zeros_like(table["forces_ref"])}
    if "stress_ref" in table:
        nothing["stress_pred"] = np.zeros_like(table["stress_ref"])
    return table | {"energy_pred": counts @ constants} | nothing
