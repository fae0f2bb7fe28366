"""What is said of a form of another language, and what is written here in its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias


class Remedy(NamedTuple):
    """What is said of a match, and the text that would stand in its place, if that can be told."""

    headline: str
    label: str
    help: str
    replacement: str | None = None
    sure: bool = False


Row: TypeAlias = tuple[str, Callable[[re.Match[str]], Remedy | None]]
"""A form, and what is to be said of a match; nothing where it is none after all."""


def is_value(match: re.Match[str]) -> bool:
    """Whether a match stands where a value does."""
    return bool(re.search(r"[=(\[,]\s*$", match.string[: match.start()]))


def written(headline: str, label: str, meant: str, *, sure: bool = False) -> Remedy:
    """A remedy that is a text in place of the match."""
    return Remedy(headline, label, f"write `{meant}`", meant, sure)


__all__ = ["Remedy", "Row", "is_value", "written"]
