"""Options that are numbers, switches or seeds: what is none of these is refused by its name."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from mlipilot.runtime.encodings.parameters import is_number, is_whole

OR_NONE = ", such as 999, or 0 for none"


def whole(name: str, value: Any, least: int, hint: str = "") -> int:
    """A whole number of at least `least`; booleans, text and fractions are none. Raises ValueError."""
    if not is_whole(value) or value < least:
        raise ValueError(f"{name} is {_shown(value)}, expected a whole number of at least {least}{hint}")
    return int(value)


def nonnegative(name: str, value: Any) -> float:
    """A finite number of at least 0. Raises ValueError."""
    if not is_number(value) or not isfinite(value) or value < 0:
        raise ValueError(f"{name} is {_shown(value)}, expected a finite number of at least 0")
    return float(value)


def share_of_largest(name: str, value: Any) -> float:
    """A share in [0, 1) of the largest singular value. Raises ValueError."""
    if not is_number(value) or not 0 <= value < 1:
        raise ValueError(f"{name} is {_shown(value)}, expected a share of the largest singular value in [0, 1)")
    return float(value)


def level(name: str, value: Any) -> float:
    """A level of confidence in (0, 1). Raises ValueError."""
    if not is_number(value) or not 0 < value < 1:
        raise ValueError(f"{name} is {_shown(value)}, expected a level in (0, 1) such as 0.95")
    return float(value)


def switch(name: str, value: Any) -> bool:
    """True or False. Raises ValueError."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} is {_shown(value)}, expected True or False")
    return bool(value)


def generator_of(random_state: Any) -> np.random.RandomState:
    """The generator of a seed, or the one that is given. Raises ValueError."""
    try:
        generator: np.random.RandomState = check_random_state(random_state)
        return generator
    except (TypeError, ValueError):
        raise ValueError(
            f"random_state is {_shown(random_state)}, expected a whole number in [0, 2**32), None or a "
            "numpy.random.RandomState"
        ) from None


def _shown(value: Any) -> str:
    """A value as it was written: numbers of NumPy as plain ones."""
    return repr(value.item() if isinstance(value, np.generic) else value)
