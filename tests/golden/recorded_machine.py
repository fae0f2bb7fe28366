"""The machine and the packages of the recordings, whatever is here.

    python tests/golden/recorded_machine.py status tiny.mlp

is `mlipilot status tiny.mlp` on that machine: results of the recorded workspace have its keys.
"""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from unittest.mock import patch

from mlipilot.compiler import packages
from mlipilot.runtime.foundation import hardware

HERE = Path(__file__).parent
VERSIONS = {"torch": "2.15.0", "mace-torch": "0.3.16", "e3nn": "0.4.4", "numpy": "2.4.6", "ase": "3.29.0"}
"""Of the packages that keys depend on, when the workspace was filled."""
PROCESSOR, CORES = "AMD EPYC", 2


def version(name: str) -> str:
    """Of a package, as the recording has it."""
    if name not in VERSIONS:
        raise PackageNotFoundError(name)
    return VERSIONS[name]


@contextmanager
def recorded_machine() -> Iterator[None]:
    """Be on it."""
    with (
        patch.object(packages, "version", version),
        patch.object(hardware, "_processor", lambda: PROCESSOR),
        patch.object(hardware, "cores", lambda: CORES),
    ):
        yield


if __name__ == "__main__":
    with recorded_machine():
        runpy.run_module("mlipilot", run_name="__main__")
