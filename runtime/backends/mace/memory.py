"""The C library's allocator, told to keep what it was given back.

A training step allocates and frees some hundred arrays of megabytes. By default glibc maps and unmaps each, and
the kernel clears every page again: up to a fifth of the time of a step on a CPU.
"""

from __future__ import annotations

import ctypes

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3
"""Numbers of the parameters in glibc's malloc.h."""
MIB = 1 << 20


def keep_freed_memory() -> bool:
    """Let this process reuse freed memory instead of returning it; whether the C library knows how.

    The process keeps the memory of its largest step until it ends.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    # Some versions of glibc accept no threshold above 32 MiB.
    mapped = mallopt(M_MMAP_THRESHOLD, 1024 * MIB) or mallopt(M_MMAP_THRESHOLD, 32 * MIB)
    return bool(mapped and mallopt(M_TRIM_THRESHOLD, 2047 * MIB) and mallopt(M_TOP_PAD, 64 * MIB))
