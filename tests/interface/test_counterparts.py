"""Each verb and each of its options has its typed counterpart in Python, or a reason why it has none."""

from __future__ import annotations

import argparse
import ast
import inspect
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import mlipilot
from mlipilot.cli.parser import VERBS, build_parser
from mlipilot.interface.counterparts import COUNTERPARTS, FOR_PRINTING, Counterpart, function
from mlipilot.interface.document import with_tables

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "python.md"
OTHERS = {
    "Experiment.benchmark_power",
    "Experiment.forecast",
    "Experiment.hash",
    "load",
    "logged_jobs",
    "render",
    "try_model",
}
CALLS = sorted({counterpart.call for counterpart in COUNTERPARTS.values() if counterpart.call} | OTHERS)


def leaves(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The verbs of a parser, and in place of a verb with looks those."""
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner:
        yield name, parser
    for action in inner:
        for word, verb in action.choices.items():
            yield from leaves(verb, f"{name} {word}".strip())


def arguments(verb: argparse.ArgumentParser) -> Iterator[str]:
    """What a verb takes besides `--help`, as its help names it: of an option with two forms the long one."""
    for action in verb._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        yield action.option_strings[-1] if action.option_strings else str(action.metavar)


def lacks(parser: argparse.ArgumentParser, counterparts: Mapping[str, Counterpart]) -> list[str]:
    """What of a command line has neither a counterpart nor a reason, and what has one and is not there."""
    verbs = dict(leaves(parser))
    found = [f"{verb}: no counterpart" for verb in verbs if verb not in counterparts]
    found += [f"{verb}: no such verb" for verb in counterparts if verb not in verbs]
    for verb, counterpart in counterparts.items():
        given = list(arguments(verbs[verb])) if verb in verbs else []
        if not counterpart.call:
            found += [] if counterpart.reason else [f"{verb}: no reason"]
            continue
        parameters = inspect.signature(counterpart.function).parameters
        named = {**FOR_PRINTING, **counterpart.reasons, **counterpart.takes}
        found += [f"{verb} {argument}: no parameter" for argument in given if not named.get(argument)]
        found += [f"{verb} {argument}: no such argument" for argument in counterpart.takes if argument not in given]
        for argument, parameter in counterpart.takes.items():
            called = parameter.endswith("()") and callable(function(parameter.removesuffix("()")))
            if not called and parameter not in parameters:
                found.append(f"{verb} {argument}: no parameter `{parameter}`")
    return found


def test_each_verb_and_each_option_has_a_counterpart_or_a_reason() -> None:
    assert lacks(build_parser(), COUNTERPARTS) == []
    assert {name.split(" ")[0] for name in COUNTERPARTS} == set(VERBS)


def test_a_verb_and_an_option_without_one_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def add_lsp(verbs: typing.Any) -> None:
        verbs.add_parser("lsp").add_argument("--port")

    monkeypatch.setitem(VERBS, "lsp", add_lsp)
    assert lacks(build_parser(), COUNTERPARTS) == ["lsp: no counterpart"]
    assert lacks(build_parser(), {**COUNTERPARTS, "lsp": Counterpart()}) == ["lsp: no reason"]
    assert lacks(build_parser(), {**COUNTERPARTS, "lsp": Counterpart(reason="an editor starts it")}) == []
    assert lacks(build_parser(), {**COUNTERPARTS, "lsp": Counterpart("status")}) == ["lsp --port: no parameter"]


def test_a_counterpart_of_nothing_is_found() -> None:
    other = {
        **COUNTERPARTS,
        "check": Counterpart("Experiment.check", {"SPEC": "load()", "--fix": "mend", "--quick": "fix"}),
        "watch": Counterpart(reason="it is no verb"),
    }
    assert lacks(build_parser(), other) == [
        "watch: no such verb",
        "check --engine: no parameter",
        "check --unsafe-fixes: no parameter",
        "check --quick: no such argument",
        "check --fix: no parameter `mend`",
    ]


@pytest.mark.parametrize("call", CALLS)
def test_a_counterpart_is_typed_and_documented(call: str) -> None:
    found = function(call)
    signature = inspect.signature(found)
    untyped = [n for n, p in signature.parameters.items() if n != "self" and p.annotation is inspect.Parameter.empty]
    assert not untyped
    assert signature.return_annotation is not inspect.Signature.empty
    text = inspect.getdoc(found)
    assert text is not None
    assert [name for name in signature.parameters if name != "self" and f"`{name}" not in text] == []
    assert "Raises:\n" in text


def test_every_name_that_is_offered_is_there_and_is_said_alike_to_type_checkers() -> None:
    """The table that is imported from, and the imports that type checkers read."""
    tree = ast.parse(Path(str(mlipilot.__file__)).read_text(encoding="utf-8"))
    typed = {
        (alias.asname or alias.name, (statement.module, alias.name))
        for block in tree.body
        if isinstance(block, ast.If)
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert typed == set(mlipilot._PLACES.items())
    assert {name for name, _ in typed} | {"__version__"} == set(mlipilot.__all__)
    assert all(hasattr(mlipilot, name) for name in mlipilot.__all__)
    assert set(mlipilot.__all__) <= set(dir(mlipilot))
    assert not hasattr(mlipilot, "no_such_name")


def test_every_type_that_a_call_returns_is_offered() -> None:
    words = {word for call in CALLS for word in _words(str(inspect.signature(function(call)).return_annotation))}
    standard = {"list", "str", "bytes", "bool", "dict", "Any", "None", "Path", "polars", "DataFrame"}
    assert words - standard <= set(mlipilot.__all__)


def _words(annotation: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in annotation).split()


def test_the_tables_of_the_page_are_those_of_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert with_tables(text) == text, "run `python -m mlipilot.interface.document docs/python.md`"


def test_the_page_names_every_verb_and_every_reason() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for verb, counterpart in COUNTERPARTS.items():
        assert f"| `{verb}`" in text
        assert all(why in text for why in (*counterpart.reasons.values(), counterpart.reason))
