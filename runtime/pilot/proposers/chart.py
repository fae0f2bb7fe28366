"""The chart of a search space: which points are the same, how near two of them are, and how a point is written."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import NamedTuple

from mlipilot.runtime.pilot.proposers.numbers import ends, unit_of, written
from mlipilot.runtime.pilot.trial import Proposal
from mlipilot.spec.edit import Change
from mlipilot.spec.resolve.expressions import resolve_value
from mlipilot.spec.resolve.scope import Scope
from mlipilot.spec.schema.types import Real
from mlipilot.spec.source import SourceFile
from mlipilot.spec.space import Draw, Point, SearchSpace, holds
from mlipilot.spec.suggest import nearest
from mlipilot.spec.syntax.parser import read_expression
from mlipilot.spec.units import NAMED, PLAIN
from mlipilot.spec.values import Applied, Data, meaning

_PLAIN = re.compile(r"([0-9]{1,30}(?:\.[0-9]{1,30})?(?:e-?[0-9]{1,2})?)(?: (\S+))?")
"""A number as a proposer writes it, and its unit."""


class Position(NamedTuple):
    """Where a point lies."""

    listed: tuple[Hashable, ...]
    """What is drawn from domains that can be counted."""
    continuous: tuple[float, ...]
    """The rest: shares of the way from one end of its domain to the other, 0 to 1."""


class Chart:
    """What is computed once for a space."""

    def __init__(self, space: SearchSpace) -> None:
        self.space = space
        self.draws = {draw.path.text: draw for draw in space.draws}
        self.ends = {name: ends(draw.domain) for name, draw in self.draws.items() if not draw.domain.is_finite}
        self._own = {
            name: {d.path.argument for d in space.draws if d.path._replace(argument=None) == draw.path}
            for name, draw in self.draws.items()
        }
        self._units = {name: _units(draw) for name, draw in self.draws.items()}
        self._read: dict[tuple[str, str], Data] = {}
        """Values of domains that can be counted, by path and text."""

    @property
    def is_finite(self) -> bool:
        """Whether its points can be counted."""
        return not self.ends

    def sense(self, name: str, data: Data) -> Hashable:
        """What a value of a path means, without the arguments that are drawn for themselves."""
        if isinstance(data, Applied) and self._own[name]:
            kept = {key: value for key, value in data.arguments.items() if key not in self._own[name]}
            data = Applied(data.name, kept)
        return meaning(data)

    def share(self, name: str, data: Data) -> float:
        """How far along its continuum a value lies; by its logarithm where that is drawn evenly."""
        assert isinstance(data, (int, Fraction))
        domain = self.draws[name].domain
        low, high, value = float(domain.low), float(domain.high), float(data)
        if domain.kind == "log_uniform":
            return math.log(value / low) / math.log(high / low) if value > 0 else 0.0
        return (value - low) / (high - low)

    def is_drawn(self, draw: Draw, settled: Point) -> bool:
        """Whether the condition of a draw holds."""
        return draw.when is None or holds(draw.when, settled)

    def position(self, settled: Point) -> Position:
        """Where a settled point lies; a continuum that is not drawn there counts as listed."""
        listed: list[Hashable] = []
        continuous: list[float] = []
        for name, draw in self.draws.items():
            if name not in self.ends:
                listed.append(self.sense(name, settled[name]))
            elif self.is_drawn(draw, settled):
                listed.append(True)
                continuous.append(self.share(name, settled[name]))
            else:
                listed.append(False)
        return Position(tuple(listed), tuple(continuous))

    def written(self, name: str, data: Data) -> str | None:
        """A value in the spec's syntax."""
        domain = self.draws[name].domain
        if domain.kind == "choice":
            mine = self.sense(name, data)
            return next((value.written for value in domain.values if self.sense(name, value.data) == mine), None)
        assert isinstance(data, (int, Fraction))
        return written(domain, data)

    def proposal(self, settled: Point, origin: str, because: str) -> Proposal | None:
        """The changes that make a settled point of the baseline; None where a value cannot be written."""
        changes: list[Change] = []
        changed: dict[str, Data] = {}
        now: Point = self.space.baseline
        for name, draw in self.draws.items():
            if not self.is_drawn(draw, settled) or self.sense(name, now[name]) == self.sense(name, settled[name]):
                continue
            text = self.written(name, settled[name])
            if text is None:
                return None
            changes.append(Change(name, text, because))
            changed[name] = self._listed(name, settled[name])
            now = self.space.settle(changed) if draw.path.argument is None else now
        return Proposal(tuple(changes), origin=origin)

    def _listed(self, name: str, data: Data) -> Data:
        """The value of a choice as it is listed, with all arguments as they will be written."""
        domain = self.draws[name].domain
        if domain.kind != "choice":
            return data
        mine = self.sense(name, data)
        return next(value.data for value in domain.values if self.sense(name, value.data) == mine)

    def read(self, changes: Sequence[Change]) -> dict[str, Data] | str:
        """The settled point that changes of the baseline make, or why they make none."""
        point: dict[str, Data] = {}
        for change in changes:
            draw = self.draws.get(change.path)
            if draw is None:
                near = nearest(change.path, list(self.draws))
                known = f"did you mean `{near}`?" if near else "it declares " + ", ".join(f"`{n}`" for n in self.draws)
                return f"`{change.path}` cannot be edited: the search does not declare it; {known}"
            if change.path in point:
                return f"`{change.path}` is set twice"
            data = self._value(draw, change.value.strip())
            if data is None:
                return f"`{change.value}` is not in the domain of `{change.path}`"
            point[change.path] = data
        settled = self.space.settle(point)
        for name in point:
            if not self.is_drawn(self.draws[name], settled):
                return f"editing `{name}` has no effect: its condition does not hold"
        for name, draw in self.draws.items():
            is_read = settled[name] is point.get(name)  # and so is in the domain
            if not is_read and self.is_drawn(draw, settled) and not self.space.admits(draw, settled[name]):
                return f"`{name}` is drawn at this point, and the spec's own value is not in its domain: set it"
        for requirement in self.space.violated(settled):
            why = f", because {requirement.because!r}" if requirement.because else ""
            return f"the point does not satisfy `{requirement.written}`{why}"
        return settled

    def _value(self, draw: Draw, text: str) -> Data | None:
        if not draw.domain.is_finite:
            return self._resolved(draw, text)
        known = draw.path.text, text
        if known not in self._read:
            data = self._resolved(draw, text)
            if data is None:
                return None
            self._read[known] = data
        return self._read[known]

    def _resolved(self, draw: Draw, text: str) -> Data | None:
        plain = _PLAIN.fullmatch(text)
        factor = self._units[draw.path.text].get(plain[2] or "") if plain is not None else None
        if plain is not None and factor is not None:
            # Read without the parser, which takes most of the time of going through a record of 10,000 trials.
            number = Fraction(plain[1]) * factor
            return number if draw.domain.holds(number) else None
        if draw.domain.kind == "choice":
            for value in draw.domain.values:
                if value.written == text:
                    return value.data
        scope = Scope(SourceFile("<edit>", text))
        node = read_expression(scope.source)
        value_ = resolve_value(scope, node, draw.type, f"`{draw.path.text}`") if node is not None else None
        return value_.data if value_ is not None and self.space.admits(draw, value_.data) else None


def _units(draw: Draw) -> dict[str, Fraction]:
    """The units of the ends of an interval of a quantity, in base units; a plain number has none, and 1."""
    if draw.domain.kind == "choice" or not isinstance(draw.type, Real):
        return {}
    found = dict(unit_of(end.written) for end in draw.domain.values)
    if NAMED[draw.type.dimension] == PLAIN:
        return found | {"": Fraction(1)}
    return {word: factor for word, factor in found.items() if word}
