"""Proposals are a function of the seed and the history, in this process and in another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import spaces

from mlipilot.runtime.pilot.proposers import TPE, Default, Grid, Random
from mlipilot.runtime.pilot.proposers.replay import recorded
from mlipilot.runtime.pilot.trial import Proposal, Proposer
from mlipilot.spec.space import Point

HERE = Path(__file__).parent
MAKERS = {"default": lambda seed: Default(), "grid": lambda seed: Grid(), "random": Random, "tpe": TPE}


def steady(number: int, point: Point) -> dict[str, object]:
    return {"objective": float(number * 7 % 11), "violation": float(number % 3 == 0)}


def run(name: str) -> list[Proposal]:
    maker = MAKERS[name]
    return spaces.proposals(spaces.campaign(maker(5), spaces.space_of(spaces.WHOLE), 30, steady))


@pytest.mark.parametrize("name", MAKERS)
def test_a_fresh_proposer_goes_on_where_another_stopped(name: str) -> None:
    space = spaces.space_of(spaces.WHOLE)
    history = spaces.campaign(MAKERS[name](5), space, 30, steady)
    for length in (0, 1, 7, 11, 29):
        fresh: Proposer = MAKERS[name](5)
        again = spaces.space_of(spaces.WHOLE)
        assert fresh.propose(history[:length], again, spaces.FREE) == history[length].proposal


@pytest.mark.parametrize("name", ["random", "tpe", "grid"])
def test_a_proposer_that_is_shown_another_history_forgets_the_first(name: str) -> None:
    space = spaces.space_of(spaces.WHOLE)
    history = spaces.campaign(MAKERS[name](5), space, 30, steady)
    proposer = MAKERS[name](5)
    for length in (29, 12, 20, 3, 29):
        assert proposer.propose(history[:length], space, spaces.FREE) == history[length].proposal


@pytest.mark.parametrize("name", ["random", "tpe"])
def test_another_seed_proposes_other_points(name: str) -> None:
    space = spaces.space_of(spaces.WHOLE)
    one, other = (spaces.proposals(spaces.campaign(MAKERS[name](seed), space, 15, steady)) for seed in (1, 2))
    assert one[1:] != other[1:]


def test_other_processes_propose_the_same_to_the_byte() -> None:
    program = (
        "import json, sys; sys.path.insert(0, sys.argv[1])\n"
        "import test_repeatability as t\n"
        "from mlipilot.runtime.pilot.proposers.replay import recorded\n"
        "print(json.dumps([[recorded(p) for p in t.run(n)] for n in ('random', 'tpe', 'grid')]))\n"
    )
    here = json.dumps([[recorded(p) for p in run(name)] for name in ("random", "tpe", "grid")])
    for hash_seed in ("0", "42"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        done = subprocess.run(
            [sys.executable, "-c", program, str(HERE)], capture_output=True, text=True, check=True, env=environment
        )
        assert done.stdout.strip() == here


@pytest.mark.parametrize("name", MAKERS)
def test_the_first_trial_of_every_arm_is_the_baseline(name: str) -> None:
    assert run(name)[0].changes == ()
