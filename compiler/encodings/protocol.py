"""Repeated cross-validation: how many differences it gives, and how far their mean may be off."""

from __future__ import annotations

import math
from typing import NamedTuple


class Protocol(NamedTuple):
    """`outer` folds, each sample in one of them, `repeats` times over, shuffled anew; `inner` folds that tune."""

    outer: int
    repeats: int
    inner: int

    @property
    def differences(self) -> int:
        """Of two arms on the same folds."""
        return self.outer * self.repeats

    @property
    def freedom(self) -> int:
        """Degrees of freedom of their spread."""
        return self.differences - 1

    @property
    def correlation(self) -> float:
        """Of two differences, since training sets overlap: the share of samples that a test fold has.

        Nadeau and Bengio, Machine Learning 52, 239 (2003), section 3.
        """
        return 1 / self.outer

    @property
    def error(self) -> float:
        """The standard error of the mean difference, in standard deviations of the differences.

        `sqrt(1 / (k r) + n_test / n_train)`: Nadeau and Bengio's correction of the resampled t test, and the scale of
        the posterior in Corani and Benavoli, Machine Learning 100, 285 (2015).
        """
        return math.sqrt(1 / self.differences + 1 / (self.outer - 1))


__all__ = ["Protocol"]
