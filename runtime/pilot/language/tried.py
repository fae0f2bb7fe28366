"""The points that were tried, kept from one proposal to the next so that a long history is gone through but once."""

from __future__ import annotations

from collections.abc import Mapping

from mlipilot.runtime.pilot.trial import History, Trial
from mlipilot.spec.space import SearchSpace
from mlipilot.spec.values import Applied, Data, meaning


class Tried:
    """The trials of a history by their points."""

    def __init__(self, space: SearchSpace, history: History = ()) -> None:
        self.space = space
        self._paths = [draw.path for draw in space.draws]
        self._baseline = self._identity(space.baseline)
        self._numbers: dict[tuple[object, ...], int] = {}
        self._seen = 0
        self._last: Trial | None = None
        self.update(history)

    def update(self, history: History) -> None:
        """Take up a history; of one that goes on from the last, only what is new."""
        if self._seen > len(history) or (self._seen and history[self._seen - 1] is not self._last):
            self._numbers, self._seen = {}, 0
        for place in range(self._seen, len(history)):
            self._numbers.setdefault(self._identity(history[place].point), history[place].number)
        self._seen = len(history)
        self._last = history[-1] if history else None

    def __len__(self) -> int:
        return self._seen

    def twin(self, settled: Mapping[str, Data]) -> str | None:
        """Which point a settled one repeats, in words."""
        mine = self._identity(settled)
        if mine == self._baseline:
            return "this is the baseline itself: change at least one value"
        number = self._numbers.get(mine)
        return None if number is None else f"this point was tried before, as trial {number}: propose another"

    def _identity(self, point: Mapping[str, Data]) -> tuple[object, ...]:
        baseline = self.space.baseline
        values = ((path, point[path.text] if path.text in point else baseline[path.text]) for path in self._paths)
        return tuple(
            meaning(self.space.own_part(path, data) if isinstance(data, Applied) else data) for path, data in values
        )
