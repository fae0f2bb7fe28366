"""A probe that gave nothing."""

from __future__ import annotations

from typing import NamedTuple


class Failure(NamedTuple):
    """Why there is no measurement."""

    code: str
    message: str
    help: str
