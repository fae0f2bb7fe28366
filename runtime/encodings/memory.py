"""The memory that an array may take: what would not fit is refused before it is made."""

from __future__ import annotations

from mlipilot.spec.numerals import count

DEFAULT_LIMIT = 4 * 2**30
"""Bytes."""
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")


class MemoryLimitError(ValueError):
    """An array would take more memory than declared."""


def shown_size(size: int) -> str:
    """A number of bytes for people, such as `3.1 GiB`; beyond all units a power of two."""
    power = max(0, (size.bit_length() - 1) // 10)
    if power >= len(_UNITS):
        return f"2^{size.bit_length() - 1} B"
    return f"{size} B" if power == 0 else f"{size / 2 ** (10 * power):.3g} {_UNITS[power]}"


def demand(shape: tuple[int, ...], itemsize: int, limit: int, what: str, remedy: str) -> None:
    """Refuse an array of this shape where it takes more than `limit` bytes. Raises `MemoryLimitError`."""
    size = itemsize
    for length in shape:
        size *= length
    demand_size(size, shape[0], limit, what, remedy)


def demand_size(size: int, samples: int | None, limit: int, what: str, remedy: str) -> None:
    """Refuse what takes more than `limit` bytes, for so many samples. Raises `MemoryLimitError`."""
    if size > limit:
        whose = "" if samples is None else f" of {count(samples, 'sample')}"
        raise MemoryLimitError(
            f"{what}{whose} take {shown_size(size)}, more than `max_memory` of {shown_size(limit)}: {remedy}"
        )


__all__ = ["DEFAULT_LIMIT", "MemoryLimitError", "demand", "demand_size", "shown_size"]
