"""The id of a job is a label for people: no module reads one, and all ask the job's fields."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOWN = {("compiler/review/trials.py", "replace")}
"""A label shortened for a reader; where there is nothing to shorten, it is shown as it is."""
_PARSES = {
    *("split", "rsplit", "partition", "rpartition", "startswith", "endswith", "removeprefix", "removesuffix"),
    *("replace", "find", "rfind", "index", "rindex", "count"),
}
_MATCHES = {"match", "fullmatch", "search", "findall", "finditer", "split", "sub"}
_NAMES = ("id", "job", "job_id", "label")


def _is_id(node: ast.expr) -> bool:
    """Whether a value is named like an id: `job.id`, `job`, `job_id`, `entry["job"]`, `str(entry["job"])`."""
    match node:
        case ast.Name(name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(str() as name)):
            return name in _NAMES or name.endswith("_id")
        case ast.Call(ast.Name("str"), [inner]):
            return _is_id(inner)
    return False


def read_ids(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and way of each place where something is taken from an id, or looked for in it."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(value, attr)) if attr in _PARSES and _is_id(value):
                yield node.lineno, attr
            case ast.Call(ast.Attribute(_, attr), arguments) if attr in _MATCHES and any(map(_is_id, arguments)):
                yield node.lineno, attr
            case ast.Subscript(value, ast.Slice()) if _is_id(value):
                yield node.lineno, "slice"
            case ast.Compare(ast.Constant(str()) | ast.JoinedStr(), [ast.In() | ast.NotIn()], [value]) if _is_id(value):
                yield node.lineno, "in"


def test_no_module_reads_an_id_but_to_show_it() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), way)
        for room in ("compiler", "runtime", "mlipilot/cli")
        for path in (ROOT / room).rglob("*.py")
        for _, way in read_ids(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == SHOWN


@pytest.mark.parametrize(
    "line",
    [
        'kind, _, _ = job.id.partition("/")',
        'state.id.startswith(f"{lane}/")',
        'str(entry["job"]).split("/")',
        'job_id.removeprefix("train/")',
        'is_repeat = "repeat" in job.id',
        'kind = job.id[: job.id.index("/")]',
        'seed = re.search("seed-([0-9]+)", job.id)',
    ],
)
def test_a_line_that_reads_one_is_found(line: str) -> None:
    assert list(read_ids(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ['job.target.partition("/")', "ids[job.id]", 'f"seal/{job.id}"', "job.id in names", 'tag in ("id", "job")']
)
def test_a_line_that_only_uses_one_is_not(line: str) -> None:
    assert not list(read_ids(ast.parse(line)))
