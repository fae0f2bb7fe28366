"""Parameters that are given: words, numbers and whole numbers; what is none of these is named with what it can be."""

from __future__ import annotations

import math
from collections.abc import Collection
from numbers import Integral, Real
from typing import Any

import numpy as np


def is_number(value: Any) -> bool:
    """Whether a value is one real number; booleans and text are none."""
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_)


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number; booleans are none."""
    return isinstance(value, Integral) and not isinstance(value, bool | np.bool_)


def require_choices(estimator: Any, **known: Collection[str]) -> None:
    """Refuse a parameter that is none of the words it can be. Raises ValueError."""
    for name, words in known.items():
        given = getattr(estimator, name)
        if not isinstance(given, str) or given not in words:
            raise ValueError(f"`{name}` is {given!r}: write one of {', '.join(map(repr, words))}")


def require_number(name: str, value: Any, *, above: float = -math.inf, example: str = "0.25") -> float:
    """A finite number above a bound, as a float. Raises ValueError for any other."""
    if not (is_number(value) and math.isfinite(value) and value > above):
        wanted = "a finite number" if above == -math.inf else f"a finite number above {above:g}"
        raise ValueError(f"`{name}` is {value!r}: write {wanted}, such as {example}")
    return float(value)


def require_whole(name: str, value: Any, *, least: int = 1, most: int | None = None) -> int:
    """A whole number in a range. Raises ValueError for any other."""
    if not (is_whole(value) and least <= int(value) and (most is None or int(value) <= most)):
        wanted = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"`{name}` is {value!r}: write a whole number {wanted}")
    return int(value)


def require_zeta(zeta: Any) -> float:
    """The power of a kernel: a number above 0. Raises ValueError."""
    return require_number("zeta", zeta, above=0, example="2, the fidelity")


def require_memory(limit: Any) -> int:
    """A number of bytes. Raises ValueError."""
    return require_whole("max_memory", limit)


def require_jobs(n_jobs: Any) -> int | None:
    """Threads as in scikit-learn: None, or a whole number other than 0. Raises ValueError."""
    if n_jobs is None:
        return None
    if not is_whole(n_jobs) or n_jobs == 0:
        raise ValueError(f"`n_jobs` is {n_jobs!r}: write how many threads to use, or -1 for all cores")
    return int(n_jobs)


__all__ = [
    "is_number",
    "is_whole",
    "require_choices",
    "require_jobs",
    "require_memory",
    "require_number",
    "require_whole",
    "require_zeta",
]
