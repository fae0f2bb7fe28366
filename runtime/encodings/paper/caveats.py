"""What the paper's choices hide, by name: each number of its tables carries those that bear on it."""

from __future__ import annotations

from enum import StrEnum


class Caveat(StrEnum):
    """A choice of the seed paper without which a number would read differently; `meaning` says how."""

    UNCENTRED_RANK = "un-centred rank"
    UNSCALED_AMPLITUDE = "unscaled amplitude"
    UINT8_OVERFLOW = "uint8 overflow"
    UNMATCHED_DIMENSIONS = "unmatched dimensions"
    UNSCALED_PCA = "unscaled PCA"
    UNTUNED_BANDWIDTH = "untuned bandwidth"
    TEST_ROWS = "test rows"
    NOT_CONVERGED = "not converged"

    @property
    def meaning(self) -> str:
        """One sentence on what the choice does to the number."""
        return MEANINGS[self]


MEANINGS: dict[Caveat, str] = {
    Caveat.UNCENTRED_RANK: "singular values of rows that keep their mean, so the mean's direction dominates them",
    Caveat.UNSCALED_AMPLITUDE: "amplitude encodes features in their own units, in which the largest outweighs the rest",
    Caveat.UINT8_OVERFLOW: "bits were multiplied as 8-bit integers, so inner products count modulo 256",
    Caveat.UNMATCHED_DIMENSIONS: "the representations compared have different numbers of features",
    Caveat.UNSCALED_PCA: "PCA acts on features in their own units, while the other controls standardise first",
    Caveat.UNTUNED_BANDWIDTH: "the kernel's width is a fixed rule, not chosen on the training rows",
    Caveat.TEST_ROWS: "rows of the test fold are among those compared",
    Caveat.NOT_CONVERGED: "a fit stopped at its largest number of iterations",
}
