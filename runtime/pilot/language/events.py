"""What a model's layer says of faults, attempts and rungs, entered once however often a proposal is gone through."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any


class Events:
    """Enters the events of one lane; each that an earlier execution entered is passed over once.

    A proposal that was cut off is made again from its transcript, and says the same again. An event names its trial or
    its attempt, so that none is taken for another's.
    """

    def __init__(self, write: Callable[[Mapping[str, Any]], object], entered: Iterable[Mapping[str, Any]] = ()) -> None:
        self._write = write
        self._entered = Counter(map(_text, entered))

    def __call__(self, event: Mapping[str, Any]) -> None:
        """Enter an event."""
        text = _text(event)
        if self._entered[text]:
            self._entered[text] -= 1
        else:
            self._write(event)


def _text(event: Mapping[str, Any]) -> str:
    return json.dumps(dict(event), sort_keys=True)
