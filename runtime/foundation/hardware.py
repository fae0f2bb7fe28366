"""The machine, as measurements of speed must name it."""

from __future__ import annotations

import platform
from pathlib import Path

from mlipilot.compiler.machine import cores


def fingerprint(device: str) -> dict[str, str | int]:
    """What a speed depends on besides the model: processor, cores, and of CUDA the card and its driver."""
    found: dict[str, str | int] = {"processor": _processor(), "cores": cores()}
    if device == "cuda":
        found["gpu"] = _gpu()
    return found


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _gpu() -> str:
    """Name and driver of the first card; asked of the driver's own tool, so that CUDA stays untouched."""
    import shutil
    import subprocess  # every compilation asks for a fingerprint, and few ask a card

    tool = shutil.which("nvidia-smi")
    if tool is None:
        return "none"
    query = [tool, "--query-gpu=name,driver_version", "--format=csv,noheader"]
    answer = subprocess.run(query, capture_output=True, text=True, timeout=30, check=False)
    return answer.stdout.splitlines()[0].strip() if answer.returncode == 0 and answer.stdout else "none"
