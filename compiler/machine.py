"""What this machine has, as far as it can be told without torch: processor cores, and whether there is a GPU at all."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

_TRACES = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/nvidia-uvm", "/dev/dxg", "/dev/kfd", "/proc/driver/nvidia")
"""Of NVIDIA's driver, of Windows' subsystem for Linux, and of AMD's driver, which torch calls `cuda` too."""


def cores() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cuda_is_absent() -> bool:
    """Whether there is surely no device that torch could call `cuda`: hidden from this process, or without a driver."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1"):
        return True
    if sys.platform == "darwin":
        return True
    if not sys.platform.startswith("linux"):
        return False
    return shutil.which("nvidia-smi") is None and not any(Path(trace).exists() for trace in _TRACES)


__all__ = ["cores", "cuda_is_absent"]
