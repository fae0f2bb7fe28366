"""The option table is what the installed MACE parses, however it came about; without MACE it is the bundled one."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from mace_parser import installed_parser

from mlipilot.compiler.backends.mace import knowledge, table
from mlipilot.compiler.backends.mace.options import Option, OptionTable
from mlipilot.compiler.backends.mace.reading import UnreadableOptions, read_options
from mlipilot.compiler.backends.mace.table import bundled_table, cache_folder, installed_source, option_table
from mlipilot.spec.schema import BLOCKS
from mlipilot.spec.schema.types import Boolean, CallOf, Choice, Integer, ListOf, Real, ReferenceTo, Text

FLAGS: dict[type[argparse.Action], bool] = {argparse._StoreTrueAction: True, argparse._StoreFalseAction: False}
"""What each kind of flag sets."""


def installed() -> OptionTable:
    if installed_source() is None:
        pytest.skip("needs mace-torch")
    return option_table()


def test_the_text_of_the_source_tells_what_the_parser_takes() -> None:
    options = {option.spellings: option for option in installed().options}
    actions = [action for action in installed_parser()._actions if action.dest != "help"]
    defaults = vars(installed_parser().parse_args(["--name", "x"])) | {"name": None}

    assert len(options) == len(actions)
    for action in actions:
        option = options[tuple(word.removeprefix("--") for word in action.option_strings)]
        kind = "flag" if action.nargs == 0 else getattr(action.type, "__name__", "str")
        assert (option.dest, option.type, option.required) == (action.dest, kind, action.required)
        assert option.choices == tuple(action.choices or ())
        assert option.many == (action.nargs == "+")
        assert option.config == bool(getattr(action, "is_config_file_arg", False))
        assert option.sets is FLAGS.get(type(action))
        assert option.default == defaults[option.dest], option.name


def test_the_bundled_table_is_what_its_release_declares() -> None:
    if installed().version != bundled_table().version:
        pytest.skip(f"needs mace-torch {bundled_table().version}")

    assert bundled_table().options == installed().options, (
        "run `python -m mlipilot.compiler.backends.mace.table compiler/backends/mace/bundled.json`"
    )


def test_a_second_call_reads_the_cache_and_not_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    first = installed()
    option_table.cache_clear()

    def refuse(*texts: str) -> tuple[Option, ...]:
        raise AssertionError("the source was read again")

    monkeypatch.setattr(table, "read_options", refuse)

    assert option_table() == first


@pytest.mark.parametrize("content", ["", "{", "[]", "[1]", '[{"name": "lr"}]', '{"options": 3}', "\udcff"])
def test_a_damaged_cache_is_made_again(content: str) -> None:
    first = installed()
    (kept,) = cache_folder().glob("*.json")
    kept.write_bytes(content.encode("utf-8", "surrogateescape"))
    option_table.cache_clear()

    assert option_table() == first
    assert kept.stat().st_size > 1000


def test_a_cache_that_cannot_be_written_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = installed()
    (tmp_path / "taken").write_text("a file where a folder is wanted")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "taken"))
    option_table.cache_clear()

    assert option_table() == first


@pytest.mark.parametrize("source", ["", "def build_default_arg_parser(): pass", "def (", "\0"])
def test_a_source_without_options_is_refused(source: str) -> None:
    with pytest.raises(UnreadableOptions):
        read_options(source)


@pytest.mark.parametrize("source", [None, table.Source("9.9.9", "nothing known", "")])
def test_without_a_readable_mace_the_bundled_table_is_used_and_says_so(
    source: table.Source | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "installed_source", lambda: source)

    found = option_table()

    assert found.options == bundled_table().options
    assert not found.installed
    assert "not installed" in found.origin


COMPATIBLE: dict[type, tuple[str, ...]] = {
    Boolean: ("flag", "str2bool"),
    Integer: ("int", "str"),  # `readout` is written as irreps
    Real: ("float", "check_float_or_none"),
    Text: ("str",),
    Choice: ("str",),
    ListOf: ("str", "int"),  # a list as text; one training for each seed
    CallOf: ("str",),
    ReferenceTo: ("str",),
}
"""Types of options that a field's values can be written as."""


def test_each_field_names_an_option_of_a_type_that_can_hold_it() -> None:
    fields = [field for block in BLOCKS.values() for field in block.fields if field.option is not None]

    assert len(fields) > 20
    for field in fields:
        assert field.option is not None
        option = bundled_table().find(field.option)
        assert option is not None, field.option
        assert option.type in COMPATIBLE[type(field.type)], field.name


def test_what_is_known_of_options_speaks_of_options_that_exist() -> None:
    words = {
        *knowledge.DICTIONARIES,
        *knowledge.SAMPLES,
        *knowledge.IRREPS,
        *knowledge.LATE_CHOICES,
        *knowledge.BOUNDS,
        *knowledge.NEVER_USED,
        *knowledge.FINE_TUNING,
        *(name for works in knowledge.WORKS for name in (*works.options, works.other)),
        *(package.option for package in knowledge.PACKAGES),
    }

    assert {word for word in words if bundled_table().find(word) is None} == set()


def can_have(option: Option, value: object) -> bool:
    """Whether a value can be an option's; one of text that is not given has none."""
    if option.choices:
        return value in option.choices
    if option.is_flag or option.type == "str2bool":
        return isinstance(value, bool)
    return value is None or isinstance(value, str)


def test_values_that_make_options_work_are_values_that_the_other_can_have() -> None:
    said = [(works.other, value) for works in knowledge.WORKS for value in (*works.values, *works.never)]
    found = {name: bundled_table().find(name) for name, _ in said}
    assert len(said) > 30
    assert [(name, value) for name, value in said if not ((o := found[name]) and can_have(o, value))] == []
