"""Model backends, one package each, behind `protocol.py`.

`MODULES` is the table of names, the tags of `model` blocks; a backend is imported when its name is looked up.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlipilot.runtime.backends.protocol import Backend

MODULES = {"mace": f"{__name__}.mace.backend"}


def backend(name: str) -> Backend:
    """The backend of a name."""
    found: Backend = importlib.import_module(MODULES[name]).BACKEND
    return found
