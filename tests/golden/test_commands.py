"""What each verb prints, and with which code it ends, is what was recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from commands import COMMANDS, Command, Typed

from mlipilot.cli.parser import VERBS


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_prints_what_was_recorded(name: str, typed: Callable[[Command], Typed], recorded: object) -> None:
    assert str(typed(COMMANDS[name])) == recorded


def test_every_verb_but_the_one_on_the_machine_is_recorded() -> None:
    """`doctor` alone says what is here; of it the question to a model is recorded."""
    assert {line[0] for command in COMMANDS.values() for line in command.lines} == set(VERBS)
