"""Garbage collection while a long record is gone through."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 200_000
"""New ones before they are looked at."""


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Have the collector look rarely: what a record becomes only grows, and looking at it took a third of an audit."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
