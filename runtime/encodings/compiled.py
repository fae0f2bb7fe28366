"""Compiled loops: cached to a file where a folder can be written, over blocks of rows on as many threads as given."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numba

from mlipilot.runtime.encodings.parameters import require_jobs

Loop = TypeVar("Loop", bound=Callable[..., Any])
_OPTIONS: dict[str, Any] = {"nogil": True, "fastmath": {"contract"}, "error_model": "numpy"}

_WORTH_A_THREAD = 2**21
"""Operations that take longer than the start of a thread."""


class CacheWarning(UserWarning):
    """Compiled code cannot be kept: each process compiles it again."""


def compiled(loop: Loop) -> Loop:
    """Compile a loop on its first call, for each type of number; kept beside the source or in the user's cache folder.

    Threads share it: it gives the interpreter's lock away. (Numba's own threads end the process where two threads of a
    program call them at once.)
    """
    try:
        made: Loop = numba.njit(cache=True, **_OPTIONS)(loop)
    except RuntimeError:  # numba found no folder that can be written
        warnings.warn(
            f"`{loop.__module__}` is compiled anew in each process, which takes seconds: neither the folder of its "
            "source nor the user's cache folder can be written; name one in NUMBA_CACHE_DIR",
            CacheWarning,
            stacklevel=2,
        )
        made = numba.njit(**_OPTIONS)(loop)
    return made


def threads_of(n_jobs: int | None) -> int:
    """Threads that `n_jobs` asks for, as in scikit-learn: None is 1, -1 all cores, -2 all but one."""
    n_jobs = require_jobs(n_jobs)
    if n_jobs is None:
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return n_jobs if n_jobs > 0 else max(1, cores + 1 + n_jobs)


def over_rows(rows: int, work: int, n_jobs: int | None, loop: Callable[[int, int], object]) -> None:
    """Call `loop(start, stop)` for blocks of rows side by side; `work` are the operations of a row, roughly."""
    threads = min(threads_of(n_jobs), rows * work // _WORTH_A_THREAD)
    if threads <= 1:
        loop(0, rows)
        return
    # More blocks than threads, since rows may differ in what they cost; the first rows go first.
    blocks = min(rows, 4 * threads)
    edges = [rows * block // blocks for block in range(blocks, -1, -1)]
    left = list(zip(edges[1:], edges[:-1], strict=True))

    def work_off() -> None:
        while left:
            try:
                start, stop = left.pop()
            except IndexError:  # another thread took the last
                return
            loop(start, stop)

    with ThreadPoolExecutor(threads - 1) as pool:
        helpers = [pool.submit(work_off) for _ in range(threads - 1)]
        work_off()
        for helper in helpers:
            helper.result()


__all__ = ["CacheWarning", "compiled", "over_rows", "threads_of"]
