"""The options that `mace_run_train` takes, as data.

They are those of the installed mace-torch, read from its source as text (`reading`), or, where none is installed,
those of the release that is bundled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from typing import Any

from mlipilot.spec.numerals import count
from mlipilot.spec.one_line import in_a_line


@dataclass(frozen=True)
class Option:
    """One option of the training command."""

    name: str
    """The first of its spellings, without dashes."""
    spellings: tuple[str, ...]
    dest: str
    """The name of the value in MACE's own namespace."""
    type: str = "str"
    """`str`, `int`, `float`, `flag`, or the name of the function that MACE reads the value with."""
    default: Any = None
    choices: tuple[str, ...] = ()
    sets: bool | None = None
    """What a flag sets; None for an option that takes a value."""
    many: bool = False
    """Whether it takes several values."""
    required: bool = False
    config: bool = False
    """Whether its value is a file of options."""

    @property
    def is_flag(self) -> bool:
        """Whether it takes no value on the command line."""
        return self.sets is not None

    def __repr__(self) -> str:
        return in_a_line("Option", f"--{self.name}:", str(self.type))


@dataclass(frozen=True)
class OptionTable:
    """All options of one release."""

    version: str
    installed: bool
    """Whether it was read from an installed package; otherwise it is the bundled one."""
    options: tuple[Option, ...]

    @cached_property
    def by_spelling(self) -> Mapping[str, Option]:
        """Each spelling, without dashes, with its option."""
        return {spelling: option for option in self.options for spelling in option.spellings}

    def find(self, word: str) -> Option | None:
        """The option of a spelling."""
        return self.by_spelling.get(word)

    def abbreviated(self, word: str) -> list[str]:
        """The spellings that a word is the beginning of; argparse takes one for an option, and refuses several."""
        return [spelling for spelling in self.by_spelling if word and spelling.startswith(word)]

    @property
    def origin(self) -> str:
        """Which table this is, in words."""
        return f"mace-torch {self.version}" + ("" if self.installed else " (bundled table: it is not installed here)")

    def __repr__(self) -> str:
        return in_a_line("OptionTable", f"{self.version}:", count(len(self.options), "option"))


def to_record(options: tuple[Option, ...]) -> list[dict[str, Any]]:
    """Options as JSON values; what equals its default is left out."""
    plain = {field.name: field.default for field in fields(Option)}
    return [{key: value for key, value in asdict(option).items() if value != plain[key]} for option in options]


def from_record(record: list[dict[str, Any]]) -> tuple[Option, ...]:
    """Options from what `to_record` made. Raises TypeError or KeyError for anything else."""
    return tuple(
        Option(**{**item, "spellings": tuple(item["spellings"]), "choices": tuple(item.get("choices", ()))})
        for item in record
    )
