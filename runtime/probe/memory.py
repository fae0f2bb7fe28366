"""The peak of memory that a part of a process takes.

On a CPU the kernel's high-water mark is set back before each part where the system can (Linux); elsewhere a part shows
the largest of all parts before it. On a GPU torch counts what its tensors take.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
from pathlib import Path

import torch

from mlipilot.runtime.foundation.processes import MAXRSS_BYTES


def die_first() -> None:
    """Where memory runs out, the kernel ends this process before any other of the user."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def total(device: torch.device) -> int | None:
    """Bytes that the device has; None where that cannot be told."""
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    with contextlib.suppress(OSError, ValueError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


class Meter:
    """Peaks of one part after another, in bytes beyond what the process had taken when the meter was made."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._baseline = self._high()

    def start(self) -> None:
        """Begin a part: give back what was freed, and set the mark back."""
        gc.collect()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats(self._device)
            return
        with contextlib.suppress(AttributeError, OSError, TypeError):
            ctypes.CDLL(None).malloc_trim(0)
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")

    def peak(self) -> int:
        """The part's peak so far."""
        return max(0, self._high() - self._baseline)

    def _high(self) -> int:
        if self._device.type == "cuda":
            return int(torch.cuda.max_memory_allocated(self._device))
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_BYTES
