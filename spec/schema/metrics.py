"""The metric catalogue: every quantity a scorecard can speak of, as data.

Definitions follow the field's: `force_rmse` is over Cartesian components, `energy_rmse` is of the energy per atom
and unshifted; a variant carries its name.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from mlipilot.spec.schema import plausible
from mlipilot.spec.schema.plausible import Plausible
from mlipilot.spec.schema.targets import CELL, DYNAMICS, MATERIAL, NVE, SPLIT, Target
from mlipilot.spec.schema.types import Element, Parameter, Real
from mlipilot.spec.units import NAMED, Unit, in_unit, unit


class Bounds(StrEnum):
    """Where a metric's bounds come from."""

    BOOTSTRAP = "BCa bootstrap over trajectories"
    PROPORTION = "Clopper-Pearson"
    DRIFT = "OLS slope with a Newey-West standard error"
    MEDIAN = "order statistics of interleaved rounds"
    EXACT = "none: nothing is drawn, and it is its own bound"


class Metric(NamedTuple):
    """One metric: what it measures, on what, in which unit, and how its bounds are found."""

    name: str
    target: Target
    dimension: str
    unit: str
    """The unit that it is shown in where its author wrote none."""
    lower_is_better: bool
    bounds: Bounds
    label: str | None
    """The label of the data that it needs."""
    operation: str
    """The kind of job that measures it."""
    kernel: tuple[str, str]
    """What is computed of the job's files: the quantity, such as `energy` or `norm`, and its statistic."""
    doc: str
    plausible: Plausible
    """Thresholds that are asked for."""
    example: str
    """Such a threshold, in the metric's own unit."""
    parameters: tuple[Parameter, ...] = ()

    @property
    def threshold(self) -> Real:
        """The type of its threshold; none is below 0, so that to ask for 0 of what is to be large is no rule."""
        return Real(
            self.dimension,
            above=None if self.lower_is_better else "0",
            maximum="1" if self.unit == "%" and not self.lower_is_better else None,
            example=self.example,
            plausible=self.plausible,
        )

    def shown(self, value: float) -> float:
        """A value in base units, in that unit."""
        return in_unit(value, self.unit)

    def measures(self, word: str) -> bool:
        """Whether a word is a unit of it."""
        found = unit(word)
        return isinstance(found, Unit) and found.dimension == NAMED[self.dimension]


_element = (Parameter("element", Element(), None, "only the atoms of this element"),)
_errors = {
    "energy": ("energy per atom", "meV/atom", plausible.ENERGY_THRESHOLD, "5 meV/atom", ()),
    "forces": ("force", "meV/Å", plausible.FORCE_THRESHOLD, "30 meV/Å", _element),
    "stress": ("pressure", "meV/Å³", plausible.STRESS_THRESHOLD, "3 meV/Å³", ()),
    "relative energy": ("energy", "meV", plausible.RELATIVE_ENERGY_THRESHOLD, "43 meV", ()),
    "relative component": ("a plain number", "%", plausible.RELATIVE_FORCE_THRESHOLD, "15 %", _element),
}
"""Dimension, shown unit, plausible thresholds, one of them and parameters of errors, by their kind or else label."""


def _error(name: str, label: str, kind: str, statistic: str, doc: str) -> Metric:
    dimension, shown, thresholds, example, parameters = _errors.get(kind) or _errors[label]
    return Metric(
        name=name,
        target=SPLIT,
        dimension=dimension,
        unit=shown,
        lower_is_better=True,
        bounds=Bounds.BOOTSTRAP,
        label=label,
        operation="evaluate",
        kernel=(kind, statistic),
        doc=doc,
        plausible=thresholds,
        example=example,
        parameters=parameters,
    )


def _deviation(name: str, quantity: str, thresholds: Plausible, example: str, doc: str) -> Metric:
    return Metric(
        name=name,
        target=MATERIAL,
        dimension="a plain number",
        unit="%",
        lower_is_better=True,
        bounds=Bounds.EXACT,
        label=None,
        operation="static",
        kernel=(quantity, "deviation"),
        doc=doc,
        plausible=thresholds,
        example=example,
    )


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        _error("force_rmse", "forces", "component", "rmse", "root mean square error of the force components"),
        _error("force_mae", "forces", "component", "mae", "mean absolute error of the force components"),
        _error(
            "force_rmse_norm",
            "forces",
            "norm",
            "rmse",
            "root mean square length of the force error; √3 times `force_rmse`",
        ),
        _error(
            "relative_force_rmse",
            "forces",
            "relative component",
            "rmse",
            "`force_rmse` as a share of the root mean square of the split's own force components, which is what a "
            "model without forces scores",
        ),
        _error("force_p95", "forces", "norm", "p95", "95th percentile of the length of the force error"),
        _error("force_p99", "forces", "norm", "p99", "99th percentile of the length of the force error"),
        _error("energy_rmse", "energy", "energy", "rmse", "root mean square error of the energy per atom, unshifted"),
        _error("energy_mae", "energy", "energy", "mae", "mean absolute error of the energy per atom, unshifted"),
        _error(
            "energy_rmse_shifted",
            "energy",
            "energy",
            "shifted_rmse",
            "as `energy_rmse`, after the mean error is taken away",
        ),
        _error(
            "relative_energy_rmse",
            "energy",
            "relative energy",
            "rmse",
            "root mean square error of the difference of the total energies of two frames of one trajectory and "
            "composition, such as conformations of a molecule; each frame weighs the same",
        ),
        _error(
            "stress_rmse",
            "stress",
            "stress",
            "rmse",
            "root mean square error of the nine stress components, over the frames that are periodic along all axes "
            "and have a stress",
        ),
        _error("stress_mae", "stress", "stress", "mae", "mean absolute error of the same components"),
        Metric(
            name="nve_drift",
            target=NVE,
            dimension="energy drift per atom",
            unit="meV/atom/ps",
            lower_is_better=True,
            bounds=Bounds.DRIFT,
            label=None,
            operation="dynamics",
            kernel=("energy", "drift"),
            doc="magnitude of the slope of total energy per atom against time; of several replicas the worst",
            plausible=plausible.DRIFT_THRESHOLD,
            example="0.1 meV/atom/ps",
        ),
        Metric(
            name="survival",
            target=DYNAMICS,
            dimension="a plain number",
            unit="%",
            lower_is_better=False,
            bounds=Bounds.PROPORTION,
            label=None,
            operation="dynamics",
            kernel=("replicas", "survival"),
            doc="share of replicas alive at the end of the run; one dies of a value that is not finite, a temperature "
            "10 000 K above the target or 100 times the frame before's, a distance below 0.7 of the shortest in the "
            "training set for three frames in a row, or, in a molecule, a bond stretched by more than 0.5 Å",
            plausible=plausible.SURVIVAL_THRESHOLD,
            example="80 %",
        ),
        Metric(
            name="relative_speed",
            target=CELL,
            dimension="a plain number",
            unit="×",
            lower_is_better=False,
            bounds=Bounds.MEDIAN,
            label=None,
            operation="speed",
            kernel=("ratio", "median"),
            doc="time of the reference model (ScaleShiftMACE, 16x0e, correlation 2, r_max 5 Å) over time of this one "
            "for the same cell, interleaved in one job; 2 is twice as fast",
            plausible=plausible.SPEED_THRESHOLD,
            example="0.5",
        ),
        _deviation(
            "lattice_constant_error",
            "lattice_constant",
            plausible.LATTICE_THRESHOLD,
            "1 %",
            "magnitude of the relative deviation from the lattice constant of the reference calculator, which labelled "
            "the data (of `emt_supercells`); both by a third-order Birch-Murnaghan fit to energies at 11 volumes "
            "within 6 % of the unstrained cell's",
        ),
        _deviation(
            "bulk_modulus_error",
            "bulk_modulus",
            plausible.MODULUS_THRESHOLD,
            "10 %",
            "the same of the bulk modulus, by the same fits",
        ),
    )
}

REFERENCE_MODEL = {"channels": 16, "max_L": 0, "max_ell": 3, "correlation": 2, "interactions": 2, "r_max": 5.0}
"""What `relative_speed` compares with: a ScaleShiftMACE of 16x0e at 5 Å; same cell, dtype, device and threads."""
SPEED_ROUNDS = 20
"""Interleaved rounds of a `relative_speed` measurement."""
