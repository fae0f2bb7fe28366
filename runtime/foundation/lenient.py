"""Where work is logged and shown: a stream that may fill or vanish without ending the work."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, TextIO


class Lenient:
    """A text stream whose reader may go, or whose device may fill: what it does not take then is not shown.

    A run of hours does not end since the `tee` behind it did, or the terminal before it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Show a text, as far as anybody looks."""
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Show what was held back."""
        with suppress(OSError, ValueError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


__all__ = ["Lenient"]
