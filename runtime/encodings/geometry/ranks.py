"""How many directions a representation uses: five ranks, all from one spectrum.

They are ordered, which the tests hold: 1 <= stable <= participation <= spectral entropy <= effective <= numerical.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np

from mlipilot.runtime.encodings.geometry.representation import Floats
from mlipilot.runtime.encodings.geometry.spectrum import Spectrum, spectrum


@dataclass(frozen=True)
class Ranks:
    """Ranks of one spectrum, in directions. With sigma the singular values and l = sigma^2 the eigenvalues.

    The first four are in [1, numerical]. Singular values at or below the cut-off are left out of all five.

    Attributes:
        effective: exp of the entropy of sigma / sum sigma (Roy & Vetterli 2007, eq. 3).
        spectral_entropy: exp of the entropy of l / sum l.
        participation: (sum l)^2 / sum l^2.
        stable: sum l / max l: the squared ratio of the Frobenius norm to the spectral norm.
        numerical: singular values above the cut-off, in 0 ... total; 0 of a matrix of zeros.
        centred: whether the columns' means were subtracted.
        reason: why the first four are NaN, where they are.
        total: all singular values, min(n, D); total - numerical are left out.
        cut_off: share of the largest singular value, in [0, 1), at or below which one is left out.
    """

    effective: float
    spectral_entropy: float
    participation: float
    stable: float
    numerical: int
    centred: bool
    reason: str = ""
    total: int = 0
    cut_off: float = 0.0


def ranks(Z: Any, *, centred: bool = True, cut_off: float | None = None) -> Ranks:
    """The ranks of a representation (n, D); of `spectrum`'s arguments, which says what is refused.

    >>> import numpy as np
    >>> ranks(np.eye(4), centred=False).effective
    4.0
    """
    return ranks_of(spectrum(Z, centred=centred, cut_off=cut_off))


def ranks_of(found: Spectrum) -> Ranks:
    """The ranks of a spectrum. What lies at or below its cut-off is rounding, and does not count."""
    total = len(found.singular_values)
    if found.empty_reason:
        return Ranks(nan, nan, nan, nan, 0, found.centred, found.empty_reason, total, found.cut_off)
    kept = found.kept / found.kept[0]
    eigenvalues = kept**2
    return Ranks(
        effective=_exponential_entropy(kept),
        spectral_entropy=_exponential_entropy(eigenvalues),
        participation=float(eigenvalues.sum() ** 2 / (eigenvalues**2).sum()),
        stable=float(eigenvalues.sum()),
        numerical=len(kept),
        centred=found.centred,
        total=total,
        cut_off=found.cut_off,
    )


def _exponential_entropy(weights: Floats) -> float:
    """exp(-sum p log p) of p = weights / sum; an eigenvalue that underflows to 0 adds nothing, as 0 log 0 = 0."""
    shares = weights[weights > 0] / weights.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))
