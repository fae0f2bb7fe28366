"""The model of a dry run, in use: what a kind of job that measures is given to find what it costs."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from ase import Atoms

from mlipilot.runtime.backends.protocol import Potential
from mlipilot.runtime.datasets.source import Sample

LEAST, MOST = 3, 16
"""Times that a part is repeated."""
WARM_UP_STEPS = 2


class _Enough(Exception):
    """A simulation was long enough to be timed."""


class Tried(NamedTuple):
    """An untrained model, and frames that it was tried on."""

    potential: Potential
    frames: Sample
    backend: str
    precision: str
    device: str
    seconds: float
    """A part is timed for so long, unless it has been repeated often enough before."""
    least: int = LEAST
    most_steps: int = WARM_UP_STEPS + MOST + 1

    def starts(self, count: int) -> list[Atoms]:
        """So many frames to start from."""
        return [self.frames.train[place] for place in cycled(self.frames.typical, count)]

    def step_rate(
        self, simulate: Callable[[Callable[[int, int], None]], None], replicas: int, atoms: int
    ) -> list[float] | None:
        """Seconds an atom of a step of a simulation that calls back after each with its number and who is alive.

        Median, low and high; None where a replica was lost before it could be timed.
        """
        times: list[float] = []
        ended: list[float] = []

        def after_step(step: int, alive: int) -> None:
            now = time.perf_counter()
            if alive < replicas:
                raise _Enough
            if ended and step > WARM_UP_STEPS:
                times.append(now - ended[-1])
            ended.append(now)
            if len(times) >= LEAST and (sum(times) > self.seconds or len(times) >= MOST):
                raise _Enough

        with contextlib.suppress(_Enough):
            simulate(after_step)
        return summary([seconds / atoms for seconds in times]) if times else None


def cycled(places: Sequence[int], count: int) -> Iterable[int]:
    """`count` of `places`, from the first again where there are fewer."""
    return itertools.islice(itertools.cycle(places), count)


def summary(rates: Sequence[float]) -> list[float]:
    """Median, and the range without the tenth at either end."""
    low, median, high = np.quantile(rates, (0.1, 0.5, 0.9))
    return [float(median), float(low), float(high)]
