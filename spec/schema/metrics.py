"""The metric catalogue: every quantity a scorecard can speak of, as data.

Definitions follow the field's: `force_rmse` is over Cartesian components, `energy_rmse` is of the energy per atom
and unshifted; a variant carries its name.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from mlipilot.spec.schema.types import Element, Parameter, Real
from mlipilot.spec.units import Unit, unit


class Target(StrEnum):
    """What a metric is measured on."""

    SPLIT = "a split of a data set, such as `cu.test`"
    NVE = "a `dynamics` block of tag `nve`"
    DYNAMICS = "a `dynamics` block"
    CELL = "a cell of a data set, such as `cu.cell(4, 4, 4)`"


class Bounds(StrEnum):
    """Where a metric's bounds come from."""

    BOOTSTRAP = "BCa bootstrap over trajectories"
    PROPORTION = "Clopper-Pearson"
    DRIFT = "OLS slope with a Newey-West standard error"
    MEDIAN = "order statistics of interleaved rounds"


DECIDED_BY = {
    Target.SPLIT: "more {split} trajectories",
    Target.NVE: "a longer run",
    Target.DYNAMICS: "more replicas",
    Target.CELL: "a quieter machine",
}
"""What would decide a constraint whose bounds hold its threshold."""


class Metric(NamedTuple):
    """One metric: what it measures, on what, in which unit, and how its bounds are found."""

    name: str
    target: Target
    dimension: str
    unit: str
    """The unit that reports show."""
    lower_is_better: bool
    bounds: Bounds
    label: str | None
    """The label of the data that it needs."""
    operation: str
    """The kind of job that measures it."""
    kernel: tuple[str, str]
    """What is computed of the job's files: the error (`energy`, `component`, `norm`) and its statistic."""
    doc: str
    parameters: tuple[Parameter, ...] = ()

    @property
    def threshold(self) -> Real:
        """The type of its threshold; none is below 0, so that to ask for 0 of what is to be large is no rule."""
        return Real(self.dimension, above=None if self.lower_is_better else "0")

    @property
    def factor(self) -> Fraction:
        """Base units in the unit that reports show, exactly."""
        found = unit(self.unit)
        assert isinstance(found, Unit)
        return found.factor

    def shown(self, value: float) -> float:
        """A value in base units, in the unit that reports show."""
        return value / float(self.factor)

    def base(self, shown: float) -> float:
        """A value in the unit that reports show, in base units."""
        return shown * float(self.factor)


_element = (Parameter("element", Element(), None, "only the atoms of this element"),)


def _force(name: str, kind: str, statistic: str, doc: str) -> Metric:
    return Metric(
        name,
        Target.SPLIT,
        "force",
        "meV/Å",
        True,
        Bounds.BOOTSTRAP,
        "forces",
        "evaluate",
        (kind, statistic),
        doc,
        _element,
    )


def _energy(name: str, statistic: str, doc: str) -> Metric:
    return Metric(
        name,
        Target.SPLIT,
        "energy per atom",
        "meV/atom",
        True,
        Bounds.BOOTSTRAP,
        "energy",
        "evaluate",
        ("energy", statistic),
        doc,
    )


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        _force("force_rmse", "component", "rmse", "root mean square error of the force components"),
        _force("force_mae", "component", "mae", "mean absolute error of the force components"),
        _force("force_rmse_norm", "norm", "rmse", "root mean square length of the force error; √3 times `force_rmse`"),
        _force("force_p95", "norm", "p95", "95th percentile of the length of the force error"),
        _force("force_p99", "norm", "p99", "99th percentile of the length of the force error"),
        _energy("energy_rmse", "rmse", "root mean square error of the energy per atom, unshifted"),
        _energy("energy_mae", "mae", "mean absolute error of the energy per atom, unshifted"),
        _energy("energy_rmse_shifted", "shifted_rmse", "as `energy_rmse`, after the mean error is taken away"),
        Metric(
            "nve_drift",
            Target.NVE,
            "energy drift per atom",
            "meV/atom/ps",
            True,
            Bounds.DRIFT,
            None,
            "dynamics",
            ("energy", "drift"),
            "magnitude of the slope of total energy per atom against time; of several replicas the worst",
        ),
        Metric(
            "survival",
            Target.DYNAMICS,
            "a plain number",
            "%",
            False,
            Bounds.PROPORTION,
            None,
            "dynamics",
            ("replicas", "survival"),
            "share of replicas alive at the end of the run; one dies of a value that is not finite, a temperature "
            "10 000 K above the target or 100 times the frame before's, a distance below 0.7 of the shortest in the "
            "training set for three frames in a row, or, in a molecule, a bond stretched by more than 0.5 Å",
        ),
        Metric(
            "relative_speed",
            Target.CELL,
            "a plain number",
            "×",
            False,
            Bounds.MEDIAN,
            None,
            "speed",
            ("ratio", "median"),
            "time of the reference model (ScaleShiftMACE, 16x0e, correlation 2, r_max 5 Å) over time of this one for "
            "the same cell, interleaved in one job; 2 is twice as fast",
        ),
    )
}

REFERENCE_MODEL = {"channels": 16, "max_L": 0, "max_ell": 3, "correlation": 2, "interactions": 2, "r_max": 5.0}
"""What `relative_speed` compares with: a ScaleShiftMACE of 16x0e at 5 Å; same cell, dtype, device and threads."""
SPEED_ROUNDS = 20
"""Interleaved rounds of a `relative_speed` measurement."""
