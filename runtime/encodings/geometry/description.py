"""What a representation looks like: figures by name, and a line a figure in words that say what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from mlipilot.runtime.encodings.geometry.alignment import Alignment
from mlipilot.runtime.encodings.geometry.concentration import Concentration, OffDiagonal
from mlipilot.runtime.encodings.geometry.condition import Conditions
from mlipilot.runtime.encodings.geometry.difference import Complexity, GeometricDifference
from mlipilot.runtime.encodings.geometry.hamming import HammingCorrelation
from mlipilot.runtime.encodings.geometry.ranks import Ranks
from mlipilot.runtime.encodings.geometry.retention import MeanToSpread, Retention
from mlipilot.spec.numerals import count

WIDTH = 21
"""Characters of a line's name."""


@dataclass(frozen=True, repr=False)
class Description:
    """What a representation looks like. What was not asked for is None; what is unknown is NaN, with a reason.

    Attributes:
        samples: n that were looked at.
        columns: D.
        constant_columns: columns that do not vary.
        ranks: of centred columns.
        uncentred_ranks: without centring: mostly the mean vector, and what many papers give.
        condition: of centred columns, as they are and standardised.
        rho: ||mean|| / sqrt(tr covariance).
        cosine: cosines between different samples.
        target_alignment: with `y`: CKA of the representation and the target.
        complexity: with `y`: s_K of the representation's linear kernel.
        raw_alignment: with `raw`: CKA of the representation and its input.
        difference: with `raw`: g(input || representation) of linear kernels.
        retention: with `raw`: what is kept of the input.
        hamming: with `raw`, of a representation of 0 and 1: Hamming distances against the input's.
        concentration: with `raw` and `kernel`: its values against the number of features.
    """

    samples: int
    columns: int
    constant_columns: int
    ranks: Ranks
    uncentred_ranks: Ranks
    condition: Conditions
    rho: MeanToSpread
    cosine: OffDiagonal
    target_alignment: Alignment | None
    complexity: Complexity | None
    raw_alignment: Alignment | None
    difference: GeometricDifference | None
    retention: Retention | None
    hamming: HammingCorrelation | None
    concentration: Concentration | None

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
        """A line a figure: the shape, what is known, and why the rest is not."""
        return _summary(self)


def _summary(found: Description) -> str:
    """The lines of a description: its shape, what is known, and why the rest is not."""
    constant = f", {found.constant_columns} constant" if found.constant_columns else ""
    head = f"Description of {found.samples} samples x {found.columns} columns{constant}"
    lines = [(name, text) for part in (_of_matrix, _of_target, _of_input) for name, text in part(found)]
    lines += [("unknown", f"{name}: {reason}") for name, reason in found.reasons.items()]
    return "\n".join([head, *(f"  {name:<{WIDTH}} {text}" for name, text in lines)])


def _of_matrix(found: Description) -> Iterator[tuple[str, str]]:
    ranks, condition = found.ranks, found.condition
    yield (
        "effective rank",
        f"{ranks.effective:.4g} of {ranks.total} directions; {found.uncentred_ranks.effective:.4g} with the mean kept",
    )
    yield (
        "condition number",
        f"{condition.raw.number:.4g}, of standardised columns {condition.standardised.number:.4g}; 1 is best",
    )
    yield "mean to spread rho", f"{found.rho.value:.4g}; far above 1, the samples lie in one direction from the origin"
    yield "cosine of two samples", f"{found.cosine.mean:.4g} on average, variance {found.cosine.variance:.4g}"


def _of_target(found: Description) -> Iterator[tuple[str, str]]:
    if found.target_alignment is not None:
        yield from _aligned("target", found.target_alignment)
    if found.complexity is not None:
        yield (
            "model complexity",
            f"{found.complexity.value:.4g}; small beside the sum of y squared where the representation suits y",
        )


def _of_input(found: Description) -> Iterator[tuple[str, str]]:
    if found.raw_alignment is not None:
        yield from _aligned("input", found.raw_alignment)
    if found.difference is not None:
        g = found.difference
        yield (
            "geometric difference",
            f"{g.plain:.4g}; much below sqrt(n) = {g.samples**0.5:.4g}, nothing is gained over the input",
        )
    if found.retention is not None:
        kept = found.retention
        yield (
            "norm kept (R^2)",
            f"{kept.norm.ridge:.4g} by a linear map, {kept.norm.neighbours:.4g} by neighbours; 1 is all",
        )
        yield "distances kept", f"rank correlation {kept.distance_correlation:.4g} with the input's; 1 is their order"
    if found.hamming is not None:
        yield (
            "Hamming distances",
            f"rank correlation {found.hamming.rank_correlation:.4g} with the input's"
            + (f"; at most {found.hamming.cliff} bits from one value to the next" if found.hamming.cliff else ""),
        )
    if found.concentration is not None:
        seen = found.concentration
        yield (
            "concentration",
            f"variance of the kernel {seen.variance[0]:.3g} at {count(seen.features[0], 'feature')}, "
            f"{seen.variance[-1]:.3g} at {seen.features[-1]}; falls as exp({seen.decay:.3g} features)",
        )


def _aligned(other: str, alignment: Alignment) -> Iterator[tuple[str, str]]:
    null = f"; p = {alignment.null.p_value:.3g}" if alignment.null else ""
    yield f"CKA with {other}", f"{alignment.debiased:.4g} debiased, {alignment.biased:.4g} biased, at most 1{null}"
    if alignment.interval is not None:
        yield "  interval of it", f"{alignment.interval[0]:.4g} to {alignment.interval[1]:.4g}, of the debiased"


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
