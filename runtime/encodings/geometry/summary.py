"""What is printed of a description: a line a figure, in words that say what the number means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlipilot.runtime.encodings.geometry.alignment import Alignment
from mlipilot.spec.numerals import count

if TYPE_CHECKING:
    from mlipilot.runtime.encodings.geometry.description import Description

WIDTH = 21
"""Characters of a line's name."""


def summary(found: Description) -> str:
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
            f"variance of the kernel {seen.variance[0]:.3g} at {count(seen.features[0], 'feature')}, {seen.variance[-1]:.3g} at "
            f"{seen.features[-1]}; falls as exp({seen.decay:.3g} features)",
        )


def _aligned(other: str, alignment: Alignment) -> Iterator[tuple[str, str]]:
    null = f"; p = {alignment.null.p_value:.3g}" if alignment.null else ""
    yield f"CKA with {other}", f"{alignment.debiased:.4g} debiased, {alignment.biased:.4g} biased, at most 1{null}"
    if alignment.interval is not None:
        yield "  interval of it", f"{alignment.interval[0]:.4g} to {alignment.interval[1]:.4g}, of the debiased"
