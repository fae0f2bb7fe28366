"""MACE's losses: what each trains, and which weights it heeds.

Read in mace/modules/loss.py and mace/tools/scripts_utils.py (`get_loss_fn`) of mace-torch 0.3.16.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

ENERGY, FORCES, STRESS, VIRIALS = "energy", "forces", "stress", "virials"
DIPOLE, POLARIZABILITY = "dipole", "polarizability"
_BOTH = frozenset({ENERGY, FORCES})


class Loss(NamedTuple):
    """One loss; labels by name."""

    terms: tuple[str, ...]
    """The labels that it trains, each with a weight among its options."""
    by_frame: frozenset[str] = frozenset()
    """Of these, those whose error is multiplied by the weight of the frame: `config_weight` and that of its type."""
    by_label: frozenset[str] = frozenset()
    """Those that heed the label's own weight in the frame, and so leave out a label that is missing."""
    robust: bool = False
    """Whether a large error counts less than its square."""


LOSSES: Mapping[str, Loss] = {
    "weighted": Loss((ENERGY, FORCES), _BOTH, _BOTH),
    "ef": Loss((ENERGY, FORCES), _BOTH, _BOTH),
    "forces_only": Loss((FORCES,), frozenset({FORCES}), frozenset({FORCES})),
    "virials": Loss((ENERGY, FORCES, VIRIALS), _BOTH | {VIRIALS}, _BOTH | {VIRIALS}),
    "stress": Loss((ENERGY, FORCES, STRESS), _BOTH | {STRESS}, _BOTH | {STRESS}),
    "huber": Loss((ENERGY, FORCES, STRESS), robust=True),
    "universal": Loss((ENERGY, FORCES, STRESS), frozenset(), _BOTH | {STRESS}, robust=True),
    "l1l2energyforces": Loss((ENERGY, FORCES), frozenset({ENERGY}), frozenset({ENERGY}), robust=True),
    "dipole": Loss((DIPOLE,)),
    "dipole_polar": Loss((DIPOLE, POLARIZABILITY)),
    "energy_forces_dipole": Loss((ENERGY, FORCES, DIPOLE), _BOTH, _BOTH),
}
"""By the word that `mace_run_train` takes."""
SPEC_LOSSES: Mapping[str, Loss] = {
    "weighted": LOSSES["stress"],
    "huber": LOSSES["huber"],
    "universal": LOSSES["universal"],
    "l1l2": LOSSES["l1l2energyforces"],
}
"""By the word of a spec; a term without a weight is not trained."""
STRESS_LOSSES = tuple(name for name, loss in LOSSES.items() if STRESS in loss.terms)
