"""What is asked of data files, and what can be found: values that know neither specs nor command lines.

Whoever asks (a spec's `files` data set, a MACE configuration) fills in a `Question`, and maps the anchors of the
findings to places in a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mlipilot._core import ExtxyzScan

LABELS = ("energy", "forces", "stress")


@dataclass(frozen=True)
class Split:
    """One split's files, scanned."""

    name: str
    """`train`, `valid`, `test` or `sealed`; of `sealed` no value is ever printed."""
    scans: tuple[ExtxyzScan, ...]


@dataclass(frozen=True)
class Question:
    """Data files and what they are meant for."""

    splits: tuple[Split, ...]
    energy: str
    """Key of the total energy, eV."""
    forces: str
    """Name of the forces column, eV/Å."""
    stress: str | None
    """Key of the stress, eV/Å³; None where none is used."""
    e0: str | None = None
    """Reference energies: `average`, `isolated` or `values`; None where no model is trained."""
    e0_values: Mapping[str, float] | None = None
    """Energy of each element's atom, eV."""
    r_max: float | None = None
    """Cutoff of the model, Å."""
    batch: int | None = None
    valid_batch: int | None = None
    energy_weight: float = 1.0
    forces_weight: float = 1.0
    stress_weight: float = 0.0
    """The largest weight that a stage's loss gives the label."""
    robust_loss: bool = False
    """Large errors count less than squared, so outliers hurt less."""
    masked: bool = False
    """A label that a frame lacks is left out of the loss (stock MACE, any loss but huber), not refused."""
    stock: bool = False
    """Read by `mace_run_train`: it drops the last batch and trains on atoms without a neighbour."""

    def key(self, label: str) -> str | None:
        """The key of a label of `LABELS`."""
        return {"energy": self.energy, "forces": self.forces, "stress": self.stress}[label]

    def weight(self, label: str) -> float:
        """The weight of a label of `LABELS` in the loss."""
        return {"energy": self.energy_weight, "forces": self.forces_weight, "stress": self.stress_weight}[label]


class Anchor(NamedTuple):
    """What a finding is about: the part of the question to change."""

    part: str
    """`file`, `energy`, `forces`, `stress`, `e0`, `r_max`, `batch`, `valid_batch`, `loss` or `dataset`."""
    split: str | None = None
    file: int | None = None
    """Of a `file`: its split, and which of the split's files."""


@dataclass(frozen=True)
class Finding:
    """One thing that the data prove."""

    code: str
    headline: str
    anchor: Anchor
    label: str = ""
    help: str = ""
    notes: tuple[str, ...] = ()
    replacement: str | None = None
    """A safe new text for the anchored value."""
