"""Lint refuses what the installed MACE's own parser refuses, reads what it reads, and never raises."""

from __future__ import annotations

import contextlib
import io
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from linting import found, refused
from mace_parser import installed_parser

from mlipilot.compiler.backends.mace.options import Option
from mlipilot.compiler.backends.mace.table import option_table
from mlipilot.compiler.lint.resolve import resolve
from mlipilot.compiler.lint.yaml_file import read_yaml
from mlipilot.spec.source import SourceFile

QUICK = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS = ["true", "off", "No", "yes", "t", "1", "0", "-1", "3", "5.0", "1e-3", "1_000", "None", "average", "MACE"]
WORDS += ["huber", "abc", "''", "012", ".inf", "nan", "[1, 2]", "{1: 2.5}", "'[1, 2]'", '"x y"', "float32", "16x0e", ""]


def parsed(arguments: list[str]) -> dict[str, Any] | None:
    """What MACE's parser makes of arguments; None where it refuses them."""
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            return vars(installed_parser().parse_args(arguments))
        except (SystemExit, AttributeError, AssertionError):
            return None


def spellings() -> st.SearchStrategy[str]:
    names = sorted(set(option_table().by_spelling) - {"config", "name", "les_arguments"})
    other = ["max_num", "pat", "swa_", "correlations", "--lr", "lr_", "e", "loss ", "sub", "Loss"]
    return st.sampled_from(names) | st.sampled_from(other)


def options() -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(st.tuples(spellings(), st.sampled_from(WORDS)), max_size=4)


@QUICK
@given(lines=options())
def test_a_yaml_file_is_refused_where_mace_refuses_it(lines: list[tuple[str, str]], tmp_path: Path) -> None:
    installed_parser()
    text = "name: x\n" + "".join(f"{name}: {value}\n" for name, value in lines)
    path = tmp_path / "mace.yaml"
    theirs = parsed(["--config", str(path)]) if path.write_text(text) else None

    assert refused(found(text, tmp_path)) == (theirs is None)


@QUICK
@given(lines=options())
def test_a_yaml_file_is_read_as_mace_reads_it(lines: list[tuple[str, str]], tmp_path: Path) -> None:
    installed_parser()

    def read(*given: tuple[str, str]) -> tuple[str, Any]:
        text = "name: x\n" + "".join(f"{name}: {value}\n" for name, value in given)
        (tmp_path / "mace.yaml").write_text(text)
        return text, parsed(["--config", str(tmp_path / "mace.yaml")])

    text, theirs = read(*(line for line in lines if read(line)[1] is not None))
    assume(theirs is not None)
    source = SourceFile("mace.yaml", text)
    ours, _ = resolve(read_yaml(source).items, option_table(), source)

    compared = [o for o in option_table().options if o.name not in ours.unreadable and not o.config]
    assert len(compared) > 100
    for option in compared:
        assert same(option, ours.value(option.name), theirs[option.dest]), option.name


def same(option: Option, ours: Any, theirs: Any) -> bool:
    return repr(ours) == repr(theirs) or (isinstance(ours, dict) and str(ours) == theirs)


@QUICK
@given(words=st.lists(spellings().map(lambda name: f"--{name}") | st.sampled_from(WORDS), max_size=5))
def test_a_command_is_refused_where_mace_refuses_it(words: list[str], tmp_path: Path) -> None:
    installed_parser()
    arguments = ["--name", "x", "--train_file", "t.xyz", *words]
    text = "mace_run_train " + " ".join(shlex.quote(word) for word in arguments)

    assert refused(found(text, tmp_path, "run.sh")) == (parsed(arguments) is None), text


@pytest.mark.parametrize("name", ["mace.yaml", "run.sh"])
@QUICK
@given(text=st.text(alphabet=st.sampled_from("ab:-= \n\t\"'\\#$(){}[]&*!|>%@`;<0.\u00e9\x00\u2028"), max_size=60))
def test_no_text_raises(text: str, name: str, tmp_path: Path) -> None:
    before = "mace_run_train " if name == "run.sh" else ""

    said = found(before + text, tmp_path, name)
    assert [diagnostic.headline for diagnostic in said if diagnostic.headline.endswith(".")] == []
    placed = [(d.source, d.primary.span) for d in said if d.source is not None and d.primary is not None]
    assert [span for source, span in placed if not 0 <= span.start <= span.end <= len(source.text) + 1] == []
