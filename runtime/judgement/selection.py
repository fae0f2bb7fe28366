"""The model that is handed out, of those that passed: the best on the valid split, which no constraint has seen."""

from __future__ import annotations

import math
from collections.abc import Mapping


def best_on_valid(errors: Mapping[int, float]) -> int | None:
    """The seed whose model has the smallest RMSE of the force components on valid, of two alike the smaller seed.

    An error that is not finite is not known; None where none is known.
    """
    known = {seed: error for seed, error in errors.items() if math.isfinite(error)}
    return min(known, key=lambda seed: (known[seed], seed)) if known else None
