"""Reading JSON of which nothing may be taken for granted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlipilot.runtime.pilot.language.items import Usage


def mapping(value: Any) -> Mapping[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list, or none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def string(value: Any) -> str:
    """The text, or an empty one."""
    return value if isinstance(value, str) else ""


def usage(prompt: Any, completion: Any, cached: Any) -> Usage | None:
    """Tokens, unless what is said of them is no count."""
    if not (_is_count(prompt) and _is_count(completion)):
        return None
    return Usage(prompt, completion, min(cached, prompt) if _is_count(cached) else 0)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
