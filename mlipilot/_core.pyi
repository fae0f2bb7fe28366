"""Kernels of mlipilot: error metrics, bounds, drift, neighbours, survival, the scorecard's rule and scans of data.

Written in Rust (`rust/core`) and bound in `rust/python`, because a verdict must not depend on a BLAS, a thread count or
the order of a reduction. Arrays must be C-contiguous and of the stated dtype; nothing is copied or cast. A wrong dtype
or dimension raises TypeError, anything else a kernel refuses ValueError; both name the argument. All bounds are
one-sided, each at `confidence`, and None where unknown.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BOND_TOLERANCE",
    "CLOSEST_SHARE",
    "CLOSE_FRAMES",
    "HEAT_ABOVE_TARGET",
    "HEAT_JUMP",
    "UNPACKED",
    "BootstrapBounds",
    "Death",
    "Drift",
    "DriftBounds",
    "ErrorSummary",
    "ExtxyzFrame",
    "FrameScan",
    "FrameScanner",
    "Judgement",
    "KeySummary",
    "MedianBounds",
    "ScanFault",
    "__version__",
    "bootstrap",
    "clopper_pearson",
    "combine",
    "death",
    "drift",
    "drift_bounds",
    "energy_errors",
    "fisher_tail",
    "force_errors",
    "force_errors_by_element",
    "judge",
    "median_bounds",
    "minimum_distance",
    "near_duplicates",
    "neighbour_counts",
    "pairs",
    "read_extxyz",
    "replicas_needed",
    "scan_extxyz",
    "student_critical",
    "student_tail",
    "work_consistency",
    "work_ratio",
    "worst_drift",
]

__version__: str

UNPACKED: Mapping[str, str]
"""By the end of a file's name, the module of Python's library by which read_extxyz and scan_extxyz unpack it."""
HEAT_ABOVE_TARGET: Final[float]
"""K above the target at which a replica is dead."""
HEAT_JUMP: Final[float]
"""Growth of the temperature from one frame to the next that means death."""
CLOSEST_SHARE: Final[float]
"""Share of the training set's shortest distance below which atoms are too close."""
CLOSE_FRAMES: Final[int]
"""Frames in a row that must be too close."""
BOND_TOLERANCE: Final[float]
"""Å by which a bond may stretch or shrink."""

@final
class ErrorSummary:
    """The distribution of the magnitudes of n errors, in the unit of the errors."""

    @property
    def n(self) -> int: ...
    @property
    def mae(self) -> float: ...
    @property
    def rmse(self) -> float: ...
    @property
    def p50(self) -> float: ...
    @property
    def p90(self) -> float: ...
    @property
    def p95(self) -> float: ...
    @property
    def p99(self) -> float: ...
    @property
    def max(self) -> float: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class BootstrapBounds:
    """A statistic of grouped errors with one-sided bounds, None where unknown."""

    @property
    def estimate(self) -> float: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...
    @property
    def standard_error(self) -> float | None: ...
    @property
    def n_groups(self) -> int: ...
    @property
    def method(self) -> Literal["bca", "percentile"] | None: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class MedianBounds:
    """A median with distribution-free one-sided bounds, None where the values are too few."""

    @property
    def estimate(self) -> float: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...
    @property
    def n(self) -> int: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class Drift:
    """The slope of the total energy per atom against time, and its standard error, both in eV/atom/ps."""

    @property
    def slope(self) -> float: ...
    @property
    def standard_error(self) -> float: ...
    @property
    def n(self) -> int: ...
    @property
    def lag(self) -> int: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class DriftBounds:
    """The magnitude of a drift with one-sided bounds, in the unit of the slopes."""

    @property
    def estimate(self) -> float: ...
    @property
    def lower(self) -> float: ...
    @property
    def upper(self) -> float: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class Death:
    """The end of a replica; value is K, a ratio of temperatures, Å or Å, in the order of the causes after the first."""

    @property
    def frame(self) -> int: ...
    @property
    def cause(self) -> Literal["non_finite", "too_hot", "heat_jump", "too_close", "bond_broken"]: ...
    @property
    def value(self) -> float | None: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class Judgement:
    """The outcome of one constraint; margin is the relative distance of the deciding bound, positive inside."""

    @property
    def outcome(self) -> Literal["pass", "fail", "undecided"]: ...
    @property
    def reason(self) -> Literal["bound", "straddles", "unknown_bound", "missing_estimate"]: ...
    @property
    def margin(self) -> float | None: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class ScanFault:
    """Something in a file that cannot be read, or would be read as something else than it says.

    line and column count from 1, frame from 0 with broken frames counted; line is 0 in a file without lines.
    """

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int | None: ...
    @property
    def frame(self) -> int: ...
    @property
    def kind(
        self,
    ) -> Literal[
        "count",
        "blank_line",
        "truncated",
        "header",
        "properties",
        "columns",
        "number",
        "species",
        "cell",
        "positions",
        "encoding",
        "long_line",
        "archive",
        "format",
    ]: ...
    @property
    def message(self) -> str: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class KeySummary:
    """A header key or a column over all frames; kind, shape (of one atom's values) and line where it is first seen.

    line is 0 in a file without lines.
    """

    @property
    def name(self) -> str: ...
    @property
    def frames(self) -> int: ...
    @property
    def kind(self) -> Literal["number", "text", "logical", "vector", "array", "flag"]: ...
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def place(self) -> Literal["header", "column"]: ...
    @property
    def line(self) -> int: ...
    def as_dict(self) -> dict[str, Any]: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class ExtxyzFrame:
    """A frame of an extended XYZ file, with the values that ase.io.read would give.

    number counts from 0 with broken frames, line from 1; numbers has shape (N,), 0 for "X"; positions (N, 3), Å; cell
    (3, 3), rows, Å. header is without Lattice, pbc and Properties, and a key without a value is True; columns are
    without elements and positions, of shape (N,) or (N, width), lists of str for texts.
    """

    @property
    def number(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def numbers(self) -> NDArray[np.uint8]: ...
    @property
    def positions(self) -> NDArray[np.float64]: ...
    @property
    def cell(self) -> NDArray[np.float64] | None: ...
    @property
    def periodic(self) -> tuple[bool, bool, bool]: ...
    @property
    def header(self) -> dict[str, Any]: ...
    @property
    def columns(self) -> dict[str, Any]: ...

@final
class FrameScan:
    """What one pass over frames found; arrays have one row for each frame that could be read, read-only.

    Label states are 0 absent, 1 good, 2 not finite, 3 not a number or of the wrong shape; a value is NaN unless its
    label is good. Distances are in Å, with periodic images, inf without a pair below the scan's search, and NaN for a
    frame without atoms, a sound cell or finite positions.
    """

    @property
    def path(self) -> str: ...
    @property
    def size(self) -> int:
        """Bytes of the file."""
    @property
    def frames(self) -> int:
        """The number of rows."""
    @property
    def faults(self) -> list[ScanFault]:
        """The first 20, in the order of the file."""
    @property
    def fault_count(self) -> int:
        """The number of all faults."""
    @property
    def keys(self) -> list[KeySummary]:
        """In order of first appearance, without cell, pbc, elements and positions."""
    @property
    def numbers(self) -> NDArray[np.int64]:
        """The number of each frame in the file, from 0, broken frames counted."""
    @property
    def lines(self) -> NDArray[np.int64]:
        """The line of each frame's count, from 1; 0 in a file without lines."""
    @property
    def atoms(self) -> NDArray[np.int32]: ...
    @property
    def elements(self) -> list[str]:
        """Symbols of all elements in the file, by atomic number."""
    @property
    def composition(self) -> NDArray[np.int32]:
        """Atoms of each element, shape (frames, len(elements))."""
    @property
    def periodic(self) -> NDArray[np.bool_]:
        """Shape (frames, 3)."""
    @property
    def has_cell(self) -> NDArray[np.bool_]: ...
    @property
    def volume(self) -> NDArray[np.float64]:
        """Å³, NaN without a cell."""
    @property
    def cells(self) -> NDArray[np.float64]:
        """Cell vectors as rows, Å, shape (frames, 9), NaN without a cell."""
    @property
    def extremes(self) -> NDArray[np.float64]:
        """The least and the largest coordinate, Å, shape (frames, 2), NaN without an atom."""
    @property
    def isolated(self) -> NDArray[np.bool_]:
        """One atom, the reference of its element by the option isolated."""
    @property
    def config_types(self) -> list[str | None]: ...
    @property
    def trajectories(self) -> list[str | None]:
        """The header key of the option group as text."""
    @property
    def energy(self) -> NDArray[np.float64]: ...
    @property
    def energy_state(self) -> NDArray[np.uint8]: ...
    @property
    def forces_state(self) -> NDArray[np.uint8]: ...
    @property
    def stress_state(self) -> NDArray[np.uint8]: ...
    @property
    def force_max(self) -> NDArray[np.float64]:
        """The longest force vector."""
    @property
    def force_rms(self) -> NDArray[np.float64]:
        """The root mean square component."""
    @property
    def net_force(self) -> NDArray[np.float64]:
        """The length of the sum of the forces."""
    @property
    def still(self) -> NDArray[np.int32]:
        """Atoms whose force is exactly 0; 0 without good forces."""
    @property
    def stress(self) -> NDArray[np.float64]:
        """Shape (frames, 6): xx yy zz yz xz xy."""
    @property
    def stress_asymmetry(self) -> NDArray[np.float64]:
        """The largest difference between components that should be equal."""
    @property
    def shortest(self) -> NDArray[np.float64]:
        """The shortest pair distance."""
    @property
    def loneliest(self) -> NDArray[np.float64]:
        """The largest distance from an atom to its nearest neighbour."""
    @property
    def neighbours(self) -> NDArray[np.float64]:
        """The mean number of neighbours within r_max, NaN without r_max."""
    @property
    def closeness(self) -> NDArray[np.float64]:
        """The least distance of a pair over the sum of its covalent radii."""
    @property
    def one_sidedness(self) -> NDArray[np.float64]:
        """Of a frame of several atoms whose forces are all 0: how one-sided the surroundings of one of them are.

        0 where symmetry lets no force act, up to 1; NaN for other frames.
        """
    @property
    def others(self) -> dict[str, tuple[NDArray[np.uint8], NDArray[np.float64]]]:
        """Of each key that was asked for beside the labels: its states, and its first number."""
    @property
    def fingerprint(self) -> NDArray[np.uint64]:
        """Equal for equal elements, wrapped positions and cell up to 1e-4 Å, whatever the order of the atoms."""

def energy_errors(
    predicted: NDArray[np.float64],
    reference: NDArray[np.float64],
    atoms: NDArray[np.int64],
    shifted: bool = False,
) -> ErrorSummary:
    """Errors of the energy per atom, from total energies (eV) and atom counts, shape (F,); shifted removes the mean."""

def force_errors(
    predicted: NDArray[np.float64],
    reference: NDArray[np.float64],
    kind: Literal["component", "norm"] = "component",
) -> ErrorSummary:
    """Errors of forces (eV/Å), shape (N, 3), over components or over norms; the norm RMSE is √3 times the other."""

def force_errors_by_element(
    predicted: NDArray[np.float64],
    reference: NDArray[np.float64],
    numbers: NDArray[np.int64],
    kind: Literal["component", "norm"] = "component",
) -> dict[int, ErrorSummary]:
    """force_errors for each element apart, by atomic number in ascending order; numbers has shape (N,)."""

def bootstrap(
    values: NDArray[np.float64],
    groups: NDArray[np.int64],
    statistic: Literal["rmse", "mae", "percentile", "shifted_rmse"] = "rmse",
    q: float | None = None,
    confidence: float = 0.95,
    resamples: int = 10000,
    seed: int = 0,
    expanded: bool = False,
) -> BootstrapBounds:
    """BCa bounds (Efron 1987) of a statistic of signed errors, shape (n,), resampling whole groups; q is 0 to 100.

    With few groups these are too narrow (an upper 95 % bound of an RMSE over 9 groups holds in 82 to 89 % of cases);
    expanded widens them as Student's t widens the interval of a mean (Hesterberg 2015).
    """

def clopper_pearson(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Lower and upper bound of a proportion after k of n (Clopper and Pearson 1934)."""

def replicas_needed(threshold: float, confidence: float = 0.95) -> int | None:
    """The smallest n for which n of n prove at least threshold; None where no number does."""

def student_tail(t: float, freedom: float) -> float:
    """P(T > t) of Student's t; freedom may be infinite."""

def student_critical(tail: float, freedom: float) -> float:
    """The t that is exceeded with probability tail, above 0 and below 1."""

def fisher_tail(ratio: float, numerator: float, denominator: float) -> float:
    """P(F > ratio) of the ratio of two variances with these degrees of freedom."""

def median_bounds(values: NDArray[np.float64], confidence: float = 0.95) -> MedianBounds:
    """Order-statistic bounds of the median of independent draws, shape (n,); None below five values at 95 %."""

def drift(times_fs: NDArray[np.float64], energies_per_atom: NDArray[np.float64]) -> Drift:
    """Least-squares drift (eV/atom/ps) of energies (eV/atom) at increasing times (fs), Newey-West error; n >= 10."""

def drift_bounds(slope: float, standard_error: float, confidence: float = 0.95) -> DriftBounds:
    """Bounds of |slope|; the lower one uses 1 - α/2, since a magnitude hides the sign."""

def worst_drift(
    slopes: NDArray[np.float64], standard_errors: NDArray[np.float64], confidence: float = 0.95
) -> DriftBounds:
    """Bounds of the largest |slope| among replicas, shape (m,)."""

def minimum_distance(
    positions: NDArray[np.float64], cell: NDArray[np.float64], pbc: NDArray[np.bool_], cutoff: float
) -> float | None:
    """The shortest distance (Å) among pairs closer than cutoff, self images included; shapes (N, 3), (3, 3), (3,)."""

def neighbour_counts(
    positions: NDArray[np.float64], cell: NDArray[np.float64], pbc: NDArray[np.bool_], cutoff: float
) -> NDArray[np.uint32]:
    """The number of neighbours of each atom closer than cutoff (Å), every image counted."""

def pairs(
    positions: NDArray[np.float64], cell: NDArray[np.float64], pbc: NDArray[np.bool_], cutoff: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """First, second, shift (P, 3) and distance (Å) of all pairs closer than cutoff (Å), each once from either end."""

def death(
    positions: NDArray[np.float64],
    cells: NDArray[np.float64],
    pbc: NDArray[np.bool_],
    temperatures: NDArray[np.float64],
    *,
    target_temperature: float,
    training_minimum: float,
    bonds: NDArray[np.int64] | None = None,
    bond_lengths: NDArray[np.float64] | None = None,
) -> Death | None:
    """The first death of a replica, None while it lives.

    In Å and K; shapes (F, N, 3), (3, 3) or (F, 3, 3), (3,) and (F,); bonds (B, 2) and bond_lengths (B,) go together.
    """

def judge(
    comparator: Literal["<=", ">="],
    threshold: float,
    estimate: float | None,
    lower: float | None,
    upper: float | None,
) -> Judgement:
    """Judges one constraint by its bounds; a missing estimate fails, unknown bounds leave it undecided."""

def combine(outcomes: Sequence[str]) -> Literal["accepted", "rejected", "undecided"]:
    """The verdict over the outcomes of all requires under all seeds; an empty scorecard is undecided."""

def read_extxyz(path: str | os.PathLike[str]) -> list[ExtxyzFrame | ScanFault]:
    """All frames of an extended XYZ file in order, with a ScanFault in place of each that cannot be read.

    Values are those of ase.io.read. Raises OSError for a file that cannot be read.
    """

def scan_extxyz(
    path: str | os.PathLike[str],
    *,
    energy: str | None,
    forces: str | None,
    stress: str | None,
    r_max: float | None = None,
    search: float = 12.0,
    others: Sequence[tuple[str, Sequence[int]]] = (),
    virial: bool = False,
    isolated: str | None = "IsolatedAtom",
    group: str = "trajectory",
    factors: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0),
    most: int | None = None,
) -> FrameScan:
    """Scan an extended XYZ file in one pass, one frame in memory, for what a data check needs to know.

    Labels are header keys or columns, None where not used; r_max (Å) counts neighbours, search (Å) is how far nearest
    ones are looked for; others are more keys or columns, each with the numbers of values that it may have. What is
    wrong with the file stands in faults: a frame that cannot be read has no row, one without a sound cell or finite
    positions has NaN distances. Raises OSError for a file that cannot be read.

    virial says that stress names a virial W, which becomes the stress -W/V; without a volume there is none (state 0).
    isolated is the config_type of one-atom frames that are references of elements, None for those without a periodic
    image nearer than 8 Å. group is the key that frames of one run share. factors multiply energy (with free_energy
    among others), positions and cell, forces, stress or virial before anything else is done with them; they are finite
    and not 0, that of lengths positive. most ends the reading after so many frames, broken ones counted.

    Of many frames, positions lie in a temporary file without a name as long as the scan lives.
    """

@final
class FrameScanner:
    """Scans frames that another reader gives one at a time, in their order, as scan_extxyz does with its options.

    path and size (bytes) are the scan's.
    """

    def __new__(
        cls,
        path: str,
        size: int,
        *,
        energy: str | None,
        forces: str | None,
        stress: str | None,
        r_max: float | None = None,
        search: float = 12.0,
        others: Sequence[tuple[str, Sequence[int]]] = (),
        virial: bool = False,
        isolated: str | None = "IsolatedAtom",
        group: str = "trajectory",
        factors: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0),
    ) -> FrameScanner: ...
    def push(
        self,
        number: int,
        line: int,
        numbers: NDArray[np.uint8],
        positions: NDArray[np.float64],
        cell: NDArray[np.float64] | None,
        periodic: tuple[bool, bool, bool],
        header: dict[str, Any],
        columns: dict[str, Any],
    ) -> None:
        """Take the next frame; number counts from 0, line from 1, 0 in a file without lines.

        Shapes are (N,), (N, 3) and (3, 3), in any order of memory. Of the header, bools, numbers, texts and arrays of
        numbers or bools of 1 or 2 dimensions are taken, of the columns such arrays, and arrays or lists of texts, with
        a row for each atom; the rest is not looked at. Raises ValueError after finish.
        """

    def fault(self, frame: int, line: int, kind: str, message: str) -> None:
        """Take a fault in place of a frame; kind is one of those of ScanFault."""

    def finish(self) -> FrameScan:
        """The scan of all frames taken; afterwards none is."""

def near_duplicates(
    a: FrameScan,
    b: FrameScan,
    tolerance: float = 0.05,
    rows_a: NDArray[np.bool_] | None = None,
    rows_b: NDArray[np.bool_] | None = None,
) -> list[tuple[int, int, float]]:
    """Rows of a and b whose geometries are nearly the same, with their root mean square displacement in Å.

    Atom for atom in their order, by the shortest image, in cells that agree within 1e-3 Å, without rotation or
    translation; isolated atoms are left out. a may be b: each pair then comes once, the smaller row first. Rows outside
    of the masks rows_a and rows_b are not looked at; with a mask and a the same as b, the first row of a pair is in
    rows_a and the second in rows_b, whichever is smaller. At most 1000 pairs, those of the first rows of a. Raises
    OSError where positions that a scan put into a temporary file cannot be read back.
    """

def work_consistency(scan: FrameScan, rows: NDArray[np.bool_] | None = None) -> tuple[int, float]:
    """The number of steps between frames, and the correlation of dE with -(F1 + F2)/2 · dr over them.

    Over consecutive frames of one trajectory with the same elements and cell that moved 1e-4 to 0.3 Å (root mean
    square); with the mask rows, over steps of which both frames are in it. Near +1 forces are sane, near -1 they have
    the wrong sign; NaN for fewer than 3 steps.
    """

def work_ratio(scan: FrameScan, rows: NDArray[np.bool_] | None = None) -> float:
    """The least-squares slope of dE against -(F1 + F2)/2 · dr over the steps of work_consistency, NaN for fewer than 3.

    1 where energies and forces share their units; 1 / 23.06 for energies in eV with forces in kcal/mol/Å.
    """
