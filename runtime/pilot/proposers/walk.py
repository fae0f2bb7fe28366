"""All points of a space in an order, one after the other, without those that a requirement excludes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.spec.space import Draw, Requirement
from mlipilot.spec.values import Applied, Data

Values = Callable[[Draw], Iterable[Data]]


def walk(chart: Chart, values: Values) -> Iterator[dict[str, Data] | None]:
    """Each settled point whose requirements are met, once; None for each step that led to none.

    A requirement is looked at as soon as all that it speaks of is drawn, so that what it excludes is skipped whole.
    """
    draws = list(chart.draws.values())
    due: list[list[Requirement]] = [[] for _ in range(len(draws) + 1)]
    for requirement in chart.space.requirements:
        due[_decided(requirement, draws)].append(requirement)
    start = dict(chart.space.baseline)
    if all(requirement.met(start) for requirement in due[0]):
        yield from _below(chart, draws, due, values, 0, start)


def _below(
    chart: Chart, draws: list[Draw], due: list[list[Requirement]], values: Values, level: int, settled: dict[str, Data]
) -> Iterator[dict[str, Data] | None]:
    if level == len(draws):
        yield settled
        return
    draw = draws[level]
    for data in values(draw) if chart.is_drawn(draw, settled) else [settled[draw.path.text]]:
        deeper = {**settled, draw.path.text: data}
        if isinstance(data, Applied) and chart.is_drawn(draw, settled):
            given = {f"{draw.path.text}.{name}": value.data for name, value in data.arguments.items()}
            deeper |= {path: value for path, value in given.items() if path in settled}
        if all(requirement.met(deeper) for requirement in due[level + 1]):
            yield from _below(chart, draws, due, values, level + 1, deeper)
        else:
            yield None


def _decided(requirement: Requirement, draws: list[Draw]) -> int:
    """How many draws must be made before a requirement can be looked at."""
    spoken = requirement.paths
    names = [draw.path.text for draw in draws]
    touched = [n for n, name in enumerate(names, 1) if any(p == name or p.startswith(f"{name}.") for p in spoken)]
    return max(touched, default=0)
