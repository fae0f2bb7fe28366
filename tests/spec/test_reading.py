"""A file becomes a source, or a reason why not: never an exception."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.compiler.compile import check_file
from mlipilot.spec.source import LARGEST_FILE, LONGEST_LINE, SourceFile, Span, Unreadable, read_source

UNREADABLE = {
    "UTF-16": (b"\xff\xfee\x00", "UTF-16"),
    "UTF-16, big end first": (b"\xfe\xff\x00e", "UTF-16"),
    "latin-1": ('# "Å"\n# Å'.encode("latin-1"), "byte 0xc5 on line 1"),
    "binary": (b"edition\x00", "zero byte at offset 7"),
    "cut in a character": ("Å".encode()[:1], "byte 0xc3 on line 1"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_bytes_that_are_no_text_are_named(case: str, tmp_path: Path) -> None:
    data, words = UNREADABLE[case]
    path = tmp_path / "spec.mlp"
    path.write_bytes(data)
    found = read_source(path)
    assert isinstance(found, Unreadable)
    assert words in found.headline
    assert found.help
    assert [d.code for d in check_file(path).diagnostics] == ["MLP0001"]


def test_a_path_without_a_file_is_named(tmp_path: Path) -> None:
    for path, words in ((tmp_path, "is a folder"), (tmp_path / "none.mlp", "does not exist"), (Path("a\0b"), "\0")):
        found = read_source(path)
        assert isinstance(found, Unreadable)
        assert words in found.headline


def test_a_name_that_no_file_can_have_is_named() -> None:
    found = read_source(Path("x" * 5000))
    assert isinstance(found, Unreadable)
    assert "cannot be read" in found.headline


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    path = tmp_path / "spec.mlp"
    path.touch(mode=0)
    found = read_source(path)
    assert isinstance(found, Unreadable)
    assert "may not be read" in found.headline


def test_a_data_file_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "spec.mlp"
    with path.open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    found = read_source(path)
    assert isinstance(found, Unreadable)
    assert "more than the 2,000,000" in found.headline


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "spec.mlp"
    path.write_bytes(b"\xef\xbb\xbfedition")
    assert read_source(path) == SourceFile(str(path), "edition")


@pytest.mark.parametrize("text", ["", "\n\n", "# only words\n", " \t\r\n"])
def test_a_file_without_a_statement_is_said_to_be_empty(text: str, tmp_path: Path) -> None:
    path = tmp_path / "spec.mlp"
    path.write_text(text)
    assert [d.code for d in check_file(path).diagnostics] == ["MLP0002"]


def test_a_line_of_a_megabyte_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "spec.mlp"
    path.write_text('edition "2026"\n' + "x" * 1_000_000)
    (found,) = check_file(path).diagnostics
    assert found.code == "MLP0003"
    assert f"{LONGEST_LINE:,}" in found.headline


def test_either_line_end_gives_the_same_lines() -> None:
    unix = SourceFile("a", "one\ntwo\n\nfour")
    dos = SourceFile("a", "one\r\ntwo\r\n\r\nfour")
    assert [unix.line(n) for n in range(1, 5)] == [dos.line(n) for n in range(1, 5)] == ["one", "two", "", "four"]


@given(st.text(alphabet="a\nÅ\r é𝄞"), st.integers(-3, 60))
def test_lines_columns_and_bytes_agree_with_the_text(text: str, offset: int) -> None:
    source = SourceFile("a", text)
    place = source.location(offset)
    inside = max(0, min(offset, len(text)))
    assert source.line_starts[place.line - 1] + place.column - 1 == inside
    assert place.line == text.count("\n", 0, inside) + 1
    assert source.byte_offset(inside) == len(text[:inside].encode())


def test_spans_join() -> None:
    assert Span(3, 5).to(Span(1, 9)) == Span(3, 9)
    assert Span(3, 9).to(Span(4, 5)) == Span(3, 9)
