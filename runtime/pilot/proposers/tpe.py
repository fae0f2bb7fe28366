"""Optuna's tree-structured Parzen estimator, told of constraints.

Feasible trials are ranked by their objective, the others behind them by their violation alone (Optuna's constrained
TPE, arXiv 2606.09889). A study is made anew for every proposal from a window of the history: the best trials, which
are all that the model of good points is made of, and the latest. So the proposal is a function of seed and history,
and costs at trial 10 000 what it costs at trial 100; the estimator gives old trials next to no weight anyway.
"""

from __future__ import annotations

import bisect
import threading
import warnings
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from mlipilot.runtime.pilot.proposers.chart import Chart
from mlipilot.runtime.pilot.proposers.default import baseline
from mlipilot.runtime.pilot.proposers.drawing import generator, is_new, new_point
from mlipilot.runtime.pilot.proposers.numbers import ends, rounded, unit_of
from mlipilot.runtime.pilot.proposers.observation import Observation, observation
from mlipilot.runtime.pilot.proposers.tried import Memory, Tried
from mlipilot.runtime.pilot.trial import Exhausted, History, Proposal, Remaining
from mlipilot.spec.space import Draw, Point, SearchSpace
from mlipilot.spec.values import Data

if TYPE_CHECKING:
    import optuna

STARTUP = 10
"""Trials that say something before the estimator is asked; until then points are drawn at random."""
BEST, LATEST = 15, 85
"""Trials in the window, together 100: of so many the estimator calls ten good. Shorter histories are seen whole."""
ASKS = 3
"""Suggestions of the estimator before one of them is mended."""
_QUIET = threading.Lock()
"""Lanes think in threads, and what is logged or warned of is set for all of them."""


class _Seen(NamedTuple):
    """A trial that says something: by this it is ranked."""

    observation: Observation
    at: int
    """Its place in the history."""


class _Observed:
    """The trials of a history that say something, ranked, and as Optuna has them."""

    def __init__(self, tried: Tried) -> None:
        self.tried = tried
        self.count = 0
        self.ranked: list[_Seen] = []
        self.latest: list[_Seen] = []
        self._frozen: dict[int, optuna.trial.FrozenTrial] = {}

    def follow(self) -> None:
        """Take in what the history has gained."""
        for index in range(self.count, len(self.tried.trials)):
            found = observation(self.tried.trials[index])
            if found is not None:
                bisect.insort(self.ranked, _Seen(found, index))
                self.latest.append(_Seen(found, index))
        self.count = len(self.tried.trials)

    def window(self) -> list[optuna.trial.FrozenTrial]:
        """The trials that the estimator is shown, in their order."""
        shown = {seen.at: seen for seen in (*self.ranked[:BEST], *self.latest[-LATEST:])}
        self._frozen = {i: self._frozen.get(i) or self._freeze(shown[i]) for i in sorted(shown)}
        return list(self._frozen.values())

    def _freeze(self, seen: _Seen) -> optuna.trial.FrozenTrial:
        import optuna

        chart = self.tried.chart
        settled = chart.space.settle(self.tried.trials[seen.at].point)
        drawn = {name: draw for name, draw in chart.draws.items() if chart.is_drawn(draw, settled)}
        return optuna.trial.create_trial(
            params={name: _number(chart, draw, settled[name]) for name, draw in drawn.items()},
            distributions={name: _distribution(draw) for name, draw in drawn.items()},
            value=seen.observation.objective,
            constraints={"scorecard": seen.observation.violation},
        )


class TPE:
    """Proposes where good points are dense and bad ones are not."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._memory = Memory()
        self._observed: _Observed | None = None

    def propose(self, history: History, space: SearchSpace, budget: Remaining) -> Proposal | Exhausted:
        """An untried point: suggested, suggested and mended, or drawn at random."""
        if not history:
            return baseline("tpe")
        tried = self._memory.of(history, space)
        if self._observed is None or self._observed.tried is not tried:
            self._observed = _Observed(tried)
        observed = self._observed
        observed.follow()
        chance = generator(self.seed, "tpe", len(history))
        wanted: Point | None = None
        anchor: Point = space.baseline
        if len(observed.ranked) >= STARTUP:
            anchor = space.settle(tried.trials[observed.ranked[0].at].point)
            study = _study(observed.window(), chance.getrandbits(32))
            for _ in range(ASKS):
                wanted = _suggested(tried.chart, study)
                if is_new(tried, wanted):
                    return _proposal(tried.chart, wanted)
        point = new_point(tried, chance, wanted, anchor)
        return point if isinstance(point, Exhausted) else _proposal(tried.chart, point)


def _proposal(chart: Chart, point: Point) -> Proposal:
    proposal = chart.proposal(point, "tpe", "suggested by the estimator")
    assert proposal is not None
    return proposal


def _study(trials: list[optuna.trial.FrozenTrial], seed: int) -> optuna.Study:
    import optuna

    with _QUIET, warnings.catch_warnings():
        before = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        try:
            # Groups are what makes it know of conditions; they have been called experimental for years.
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            # A suggestion that was refused counts as running, which leads the next one elsewhere.
            sampler = optuna.samplers.TPESampler(
                seed=seed, n_startup_trials=0, multivariate=True, group=True, constant_liar=True
            )
            study = optuna.create_study(sampler=sampler)
        finally:
            optuna.logging.set_verbosity(before)
    study.add_trials(trials)
    return study


def _suggested(chart: Chart, study: optuna.Study) -> dict[str, Data]:
    """One suggestion, each path asked for where its condition holds."""
    asked = study.ask()
    point: dict[str, Data] = {}
    settled = chart.space.settle(point)
    for name, draw in chart.draws.items():
        if chart.is_drawn(draw, settled):
            point[name] = _value(asked, name, draw)
            settled = chart.space.settle(point)
    return settled


def _distribution(draw: Draw) -> optuna.distributions.BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    domain = draw.domain
    if domain.kind == "choice":
        return CategoricalDistribution(range(len(domain.values)))
    if domain.size is not None:
        return IntDistribution(0, domain.size - 1)
    low, high = ends(domain)
    return FloatDistribution(low, high, log=domain.kind == "log_uniform")


def _number(chart: Chart, draw: Draw, data: Data) -> float | int:
    """A value as its distribution has it: the index in a list, the number in its author's unit."""
    domain, name = draw.domain, draw.path.text
    if domain.kind == "choice":
        mine = chart.sense(name, data)
        return next(n for n, value in enumerate(domain.values) if chart.sense(name, value.data) == mine)
    assert isinstance(data, (int, Fraction))
    if domain.step is not None:
        return int((data - domain.low) / domain.step)
    return float(data / unit_of(domain.values[0].written)[1])


def _value(asked: optuna.Trial, name: str, draw: Draw) -> Data:
    domain = draw.domain
    if domain.kind == "choice":
        return domain.at(asked.suggest_categorical(name, range(len(domain.values))))
    if domain.size is not None:
        return domain.at(asked.suggest_int(name, 0, domain.size - 1))
    low, high = ends(domain)
    return rounded(domain, asked.suggest_float(name, low, high, log=domain.kind == "log_uniform"))
