"""PySCF without the user's configuration, so that a label depends on its method alone."""

from __future__ import annotations

import importlib
import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from mlipilot.compiler.packages import installed
from mlipilot.runtime.foundation.failures import JobFailure

CONFIGURATION = "PYSCF_CONFIG_FILE"
"""Environment variable: the file that PySCF runs as its configuration, before one in the home or working folder."""
PROVENANCE_KEYS = (
    "functional",
    "libxc",
    "basis",
    "d_functions",
    "grid",
    "pruning",
    "fitting",
    "dispersion",
    "pyscf",
)
"""What the header of each labelled frame says of its method."""
_DEFAULTS = Path(__file__).resolve().parent / "defaults.py"


def pyscf(module: str = "") -> Any:
    """PySCF, or one of its modules, such as `dft`.

    Raises `JobFailure` MLP0825 where it cannot be imported, or where a configuration was read before.
    """
    if "pyscf" not in sys.modules:
        os.environ[CONFIGURATION] = str(_DEFAULTS)
    try:
        found = importlib.import_module(f"pyscf.{module}" if module else "pyscf")
        config = importlib.import_module("pyscf.__config__")
    except ImportError as error:
        raise JobFailure("MLP0825", f"PySCF cannot be used: {error}", "install `mlipilot[labels]`") from error
    read = config.conf_file
    if read is not None and Path(read).resolve() != _DEFAULTS:
        headline = f"PySCF was configured by {read}, which may change labels"
        raise JobFailure("MLP0825", headline, "import mlipilot before pyscf, or remove the file")
    return found


@lru_cache(maxsize=1)
def installed_version() -> str:
    """Of PySCF; empty where it is not installed."""
    return installed(("pyscf",))["pyscf"] or ""
