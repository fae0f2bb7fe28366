"""The engines, by the tag of the `engine` block."""

from __future__ import annotations

from collections.abc import Callable

from mlipilot.runtime.engine.local import LocalEngine
from mlipilot.runtime.engine.protocol import Engine, Setting

ENGINES: dict[str, Callable[[Setting], Engine]] = {"local": LocalEngine}
