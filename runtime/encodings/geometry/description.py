"""The geometry of a representation in one call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from math import nan
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from mlipilot.runtime.encodings.geometry.alignment import Alignment, align
from mlipilot.runtime.encodings.geometry.centring import constant_columns
from mlipilot.runtime.encodings.geometry.concentration import (
    Concentration,
    Kernel,
    OffDiagonal,
    concentration,
    off_diagonal,
)
from mlipilot.runtime.encodings.geometry.condition import (
    Conditions,
    relative_condition_of,
    standardised_spectrum,
)
from mlipilot.runtime.encodings.geometry.difference import (
    Complexity,
    GeometricDifference,
    geometric_difference,
    model_complexity,
)
from mlipilot.runtime.encodings.geometry.gram import Gram
from mlipilot.runtime.encodings.geometry.hamming import HammingCorrelation, hamming_correlation, is_binary
from mlipilot.runtime.encodings.geometry.ranks import Ranks, ranks_of
from mlipilot.runtime.encodings.geometry.representation import (
    Scaled,
    TargetKind,
    read_representation,
    read_target,
    require_same_samples,
)
from mlipilot.runtime.encodings.geometry.retention import MeanToSpread, Retention, mean_to_spread_of, retention_of
from mlipilot.runtime.encodings.geometry.spectrum import of_matrix


@dataclass(frozen=True, repr=False)
class Description:
    """What a representation looks like. What was not asked for is None; what is unknown is NaN, with a reason."""

    samples: int
    """n that were looked at."""
    columns: int
    """D."""
    constant_columns: int
    """Columns that do not vary."""
    ranks: Ranks
    """Of centred columns."""
    uncentred_ranks: Ranks
    """Without centring: mostly the mean vector, and what many papers give."""
    condition: Conditions
    """Of centred columns, as they are and standardised."""
    rho: MeanToSpread
    """||mean|| / sqrt(tr covariance)."""
    cosine: OffDiagonal
    """Cosines between different samples."""
    target_alignment: Alignment | None
    """With `y`: CKA of the representation and the target."""
    complexity: Complexity | None
    """With `y`: s_K of the representation's linear kernel."""
    raw_alignment: Alignment | None
    """With `raw`: CKA of the representation and its input."""
    difference: GeometricDifference | None
    """With `raw`: g(input || representation) of linear kernels."""
    retention: Retention | None
    """With `raw`: what is kept of the input."""
    hamming: HammingCorrelation | None
    """With `raw`, of a representation of 0 and 1: Hamming distances against the input's."""
    concentration: Concentration | None
    """With `raw` and `kernel`: its values against the number of features."""

    @property
    def reasons(self) -> dict[str, str]:
        """Why values are NaN or infinite, by the field that they stand in."""
        found = {}
        for name, value in _flat("", self):
            if name.endswith((".reason", ".reasons")) and value:
                found[name.rpartition(".")[0]] = value if isinstance(value, str) else "; ".join(value)
        return found

    def as_dict(self) -> dict[str, Any]:
        """All values under dotted names, such as `ranks.effective`: one row of a table. Sequences are lists."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in _flat("", self)}

    def __repr__(self) -> str:
        """Some lines: the shape, then what is known."""
        condition = self.condition
        lines = [
            f"Description of {self.samples} samples x {self.columns} columns"
            + (f", {self.constant_columns} constant" if self.constant_columns else ""),
            f"  effective rank     {self.ranks.effective:.4g} centred, {self.uncentred_ranks.effective:.4g} not",
            f"  condition number   {condition.raw.number:.4g}, standardised {condition.standardised.number:.4g}",
        ]
        for title, alignment in (("target", self.target_alignment), ("input", self.raw_alignment)):
            if alignment is not None:
                null = f", p = {alignment.null.p_value:.3g}" if alignment.null else ""
                line = f"{alignment.debiased:.4g} debiased, {alignment.biased:.4g} biased{null}"
                lines.append(f"  CKA with {title:<9} {line}")
        if self.retention is not None:
            norm = self.retention.norm
            lines.append(f"  norm kept (R^2)    {norm.ridge:.4g} ridge, {norm.neighbours:.4g} neighbours")
        if self.difference is not None:
            g = self.difference
            lines.append(f"  difference g       {g.plain:.4g} of sqrt(n) = {g.samples**0.5:.4g}")
        lines += [f"  unknown            {name}: {reason}" for name, reason in self.reasons.items()]
        return "\n".join(lines)


def describe(
    Z: Any,
    *,
    y: Any = None,
    raw: Any = None,
    kernel: Kernel | None = None,
    feature_counts: Sequence[int] | None = None,
    target: TargetKind = "auto",
    regularisation: float = 1e-3,
    cut_off: float | None = None,
    permutations: int = 999,
    bootstrap: int = 0,
    folds: int = 5,
    neighbours: int = 5,
    max_samples: int = 2000,
    random_state: Any = 0,
) -> Description:
    """Ranks, condition, alignment, difference, retention and concentration of a representation.

    Meant for a training fold. Takes O(min(n, D) n D) for spectra and, with `y` or `raw`, O(n^3) for the difference.

    Args:
        Z: (n, D) the representation, n >= 2, of any real type.
        y: (n,) classes or numbers to align with.
        raw: (n, d) the input that was encoded.
        kernel: what gives (n, n) of (n, m) columns of `raw`, for the concentration.
        feature_counts: the numbers of columns m; doubling by default.
        target: whether `y` holds `classes` or `numbers`.
        regularisation: lambda of the regularised condition numbers, the difference and the complexity; in units of
            the mean eigenvalue of the matrix at hand.
        cut_off: share of sigma_1 at or below which a singular value counts as 0.
        permutations, bootstrap: of each alignment; 0 for none.
        folds, neighbours: of the retention.
        max_samples: of more, as many are drawn without replacement.
        random_state: seed or generator of all draws.

    Raises:
        ValueError: see `read_representation`; a `kernel` without `raw`.
    """
    if kernel is not None and raw is None:
        raise ValueError("kernel is given without raw: give the input (n, d) whose columns it is computed of")
    if max_samples < 2:
        raise ValueError(f"max_samples is {max_samples}, expected at least 2")
    generator = check_random_state(random_state)
    matrix = read_representation(Z)
    given = None if raw is None else read_representation(raw, "raw")
    labels = None if y is None else read_target(y, len(matrix.values), kind=target)
    if given is not None:
        require_same_samples(len(matrix.values), len(given.values), "Z", "raw")
    if len(matrix.values) > max_samples:
        rows = np.sort(generator.permutation(len(matrix.values))[:max_samples])
        matrix = _rows(matrix, rows)
        given, labels = (None if other is None else _rows(other, rows) for other in (given, labels))
        y = None if y is None else np.asarray(y)[rows]
    spectrum = of_matrix(matrix, centred=True, cut_off=cut_off)
    features = Gram.of_features(matrix)
    values = matrix.values
    seeds = [int(seed) for seed in generator.randint(2**31, size=3)]

    def aligned(other: Scaled | None, seed: int) -> Alignment | None:
        if other is None:
            return None
        return align(features, Gram.of_features(other), permutations, bootstrap, random_state=seed)

    return Description(
        samples=values.shape[0],
        columns=values.shape[1],
        constant_columns=int(constant_columns(matrix).sum()),
        ranks=ranks_of(spectrum),
        uncentred_ranks=ranks_of(of_matrix(matrix, centred=False, cut_off=cut_off)),
        condition=Conditions(
            relative_condition_of(spectrum, regularisation),
            relative_condition_of(standardised_spectrum(matrix, cut_off), regularisation),
        ),
        rho=mean_to_spread_of(matrix),
        cosine=_cosine(matrix),
        target_alignment=aligned(labels, seeds[0]),
        complexity=None
        if y is None
        else model_complexity(values @ values.T, y, target=target, regularisation=regularisation),
        raw_alignment=aligned(given, seeds[1]),
        difference=None
        if given is None
        else geometric_difference(given.values @ given.values.T, values @ values.T, regularisation=regularisation),
        retention=None if given is None else retention_of(matrix, given, folds, neighbours, random_state=seeds[2]),
        hamming=hamming_correlation(values, given.values)
        if given is not None and is_binary(values * matrix.scale)
        else None,
        concentration=None
        if given is None or kernel is None
        else concentration(kernel, given.values * given.scale, feature_counts),
    )


def _rows(matrix: Scaled, rows: Any) -> Scaled:
    """Some rows of a matrix."""
    return matrix._replace(values=matrix.values[rows])


def _cosine(matrix: Scaled) -> OffDiagonal:
    """Cosines between samples, each row brought in scale before its norm is taken."""
    largest = np.abs(matrix.values).max(axis=1, keepdims=True)
    if (largest == 0).any():
        return OffDiagonal(nan, nan, f"sample {int(largest.argmin())} is all 0: it has no direction")
    rows = matrix.values / largest
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return off_diagonal(rows @ rows.T)


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The values of nested dataclasses and named tuples under dotted names."""
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
    elif hasattr(value, "_fields"):
        names = list(value._fields)
    elif isinstance(value, tuple) and value and all(is_dataclass(item) for item in value):
        # Several of a kind become one list for each of their fields.
        for field in fields(value[0]):
            yield f"{prefix}.{field.name}", tuple(getattr(item, field.name) for item in value)
        return
    else:
        yield prefix, value
        return
    for name in names:
        yield from _flat(f"{prefix}.{name}".lstrip("."), getattr(value, name))
