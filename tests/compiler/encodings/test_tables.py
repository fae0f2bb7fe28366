"""Tables of the user's own: what is read of them, and what is said of each that is wrong."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.compiler.encodings.data.sample_facts import Fault
from mlipilot.compiler.encodings.data.table import Table, Wanted, look_at, read_table

CLASSES, NUMBERS = Wanted("y", "classes"), Wanted("y", "numbers")


def faults(text: str | bytes, wanted: Wanted = CLASSES, name: str = "t.csv") -> list[Fault]:
    """What is wrong with a file of this text."""
    found = read_table(text.encode() if isinstance(text, str) else text, Path(name), wanted)
    assert isinstance(found, list)
    return found


def table(text: str | bytes, wanted: Wanted = CLASSES, name: str = "t.csv") -> Table:
    """A file of this text, with which nothing is wrong."""
    found = read_table(text.encode() if isinstance(text, str) else text, Path(name), wanted)
    assert isinstance(found, Table), found
    return found


def test_classes_are_in_the_order_of_numbers_or_of_the_alphabet() -> None:
    found = table("a,y,b\n1,10,4\n2,9,5.5\n3,10,6\n")
    np.testing.assert_array_equal(found.X, [[1, 4], [2, 5.5], [3, 6]])
    assert found.y.tolist() == [1, 0, 1]
    assert found.facts.labels == ("9", "10")
    assert found.names == ("a", "b")
    words = table("a,y\n1,red\n2,blue\n")
    assert (words.y.tolist(), words.facts.labels, words.facts.counts) == ([1, 0], ("blue", "red"), (1, 1))
    flags = table("a,y\n1,true\n2,false\n")
    assert (flags.y.tolist(), flags.facts.labels) == ([1, 0], ("false", "true"))
    assert table("a,y\n1,1.0\n2,2.0\n").facts.labels == ("1", "2")


def test_numbers_have_a_deviation() -> None:
    found = table("a,y\n1,1\n2,3\n", NUMBERS)
    assert found.y.dtype == np.float64
    assert found.facts.deviation == 1.0


def test_groups_are_told_apart_whatever_their_names() -> None:
    found = table("a,y,g\n1,0,x\n2,1,y\n3,1,x\n", Wanted("y", "classes", "g"))
    assert found.groups is not None
    assert found.groups.tolist() == [0, 1, 0]
    assert (found.facts.groups, found.facts.class_groups, found.names) == ((2, 1), (1, 2), ("a",))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_separator_is_that_of_the_header(separator: str) -> None:
    rows = (("a", "b", "y"), ("1", "2", "x"), ("3", "4", "z"))
    assert table("\n".join(map(separator.join, rows))).X.tolist() == [[1, 2], [3, 4]]


def test_a_mark_of_the_byte_order_is_no_part_of_a_name() -> None:
    assert table("\ufeffy,a\n1,2\n2,3\n").names == ("a",)


def test_compressed_and_parquet_files_hold_the_same(tmp_path: Path) -> None:
    text = b"a,y\n1,0\n2.5,1\n"
    polars.read_csv(text).write_parquet(tmp_path / "t.parquet")
    plain = table(text)
    for name, content in (
        ("t.csv.gz", gzip.compress(text)),
        ("t.parquet", (tmp_path / "t.parquet").read_bytes()),
    ):
        found = table(content, name=name)
        np.testing.assert_array_equal(found.X, plain.X)
        np.testing.assert_array_equal(found.y, plain.y)


def test_flags_are_features() -> None:
    assert table("a,y\ntrue,0\nfalse,1\n").X.tolist() == [[1], [0]]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (b"\x89PNG\r\n\x1a\n\xff\x00", "cannot be read as a table"),
        (b"a,y\n1,2,3\n", "cannot be read as a table"),
        (b"a,y\n", "has no row below its names"),
        (b"1.5,2.5\n2.5,3.5\n", "has no row of names"),
        (b"a,y,a\n1,2,3\n", "names two columns `a`"),
        (b"y\n1\n2\n", "has no column of a feature"),
    ],
)
def test_what_is_no_table_is_refused(text: bytes, part: str) -> None:
    found = faults(text)
    assert [fault.code for fault in found] == ["MLP1201"]
    assert part in found[0].headline
    assert found[0].help


def test_damaged_files_are_refused() -> None:
    assert [fault.code for fault in faults(b"PAR1 and no more", name="t.parquet")] == ["MLP1201"]
    assert [fault.code for fault in faults(gzip.compress(b"a,y\n1,2\n")[:-6], name="t.csv.gz")] == ["MLP1201"]


def test_lists_in_a_parquet_file_are_refused(tmp_path: Path) -> None:
    polars.DataFrame({"a": [[1, 2], [3]], "y": [0, 1]}).write_parquet(tmp_path / "t.parquet")
    found = faults((tmp_path / "t.parquet").read_bytes(), name="t.parquet")
    assert [fault.code for fault in found] == ["MLP1201"]
    assert "`a`" in found[0].headline


@pytest.mark.parametrize(
    ("text", "wanted", "code", "part", "place"),
    [
        ("a,yy\n1,2\n", CLASSES, "MLP1202", "no column `y`", "target"),
        ("a,y\n1,0\n2,1\n", Wanted("y", "classes", "batch"), "MLP1202", "no column `batch`", "group"),
        ("a,y\n1,0\n2,1\n", Wanted("y", "classes", "y"), "MLP1213", "cannot be the group", "group"),
        ("a,y\n1,0\n2,\n3,\n4,1\n", CLASSES, "MLP1203", "2 rows of `t.csv` have no `y`: the first is line 3", "target"),
        ("a,y\n1,0.5\n2,NaN\n4,1\n", NUMBERS, "MLP1203", "1 row of `t.csv` has no `y`: line 3", "target"),
        ("a,y\n1,0.5\n2,inf\n4,1\n", NUMBERS, "MLP1203", "infinite in 1 row: line 3", "target"),
        ("a,y\n1,\n2,\n", CLASSES, "MLP1203", "the column `y` of `t.csv` is empty", "target"),
        ("a,y,g\n1,0,x\n2,1,\n", Wanted("y", "classes", "g"), "MLP1203", "is in no group: line 3", "group"),
        ("a,b,y\n1,,0\n2,3,1\n", CLASSES, "MLP1204", "`b` of `t.csv` is no finite number in 1 row: line 2", "file"),
        ("a,b,y\n1,inf,0\n,3,1\n", CLASSES, "MLP1204", "and 1 other column", "file"),
        ("a,b,y\n1,,0\n2,,1\n", CLASSES, "MLP1204", "`b` of `t.csv` is empty", "file"),
        ("a,b,y\n1,2,0\n2,NA,1\n", CLASSES, "MLP1205", "`b` of `t.csv` is no number: `NA` in line 3", "file"),
        ("a,b,y\n1,x,0\nz,NA,1\n", CLASSES, "MLP1205", "`a` and `b` of `t.csv` are no numbers: `z`", "file"),
        ("a,y\n1,2\n2,good\n", NUMBERS, "MLP1206", "`y` of `t.csv` is no number: `good` in line 3", "task"),
        ("a,y\n1,2\n2,2\n", NUMBERS, "MLP1208", "is `2` in every row", "target"),
        ("a,y\n1,x\n2,x\n", CLASSES, "MLP1208", "is `x` in every row", "target"),
    ],
)
def test_what_is_wrong_with_a_column_is_said_where_it_is_named(
    text: str, wanted: Wanted, code: str, part: str, place: str
) -> None:
    found = faults(text, wanted)
    assert [(fault.code, fault.part) for fault in found] == [(code, place)], found
    assert part in found[0].headline
    assert found[0].help


def test_a_near_name_is_offered() -> None:
    (found,) = faults("a,Quality,y\n1,2,3\n", Wanted("qualty", "classes"))
    assert (found.help, found.replacement) == ("did you mean `Quality`?", "Quality")
    (found,) = faults("a,b,c,d,e,f,g\n1,2,3,4,5,6,7\n", Wanted("price", "classes"))
    assert found.help == "its columns are `a`, `b`, `c`, `d`, `e` and 2 more"


def test_a_word_among_numbers_has_another_remedy_than_a_column_of_words() -> None:
    (among,) = faults("a,b,y\n1,2,0\n2,NA,1\n3,4,1\n")
    (words,) = faults("a,b,y\n1,red,0\n2,blue,1\n3,red,1\n")
    assert among.help.startswith("write a number there")
    assert "a column of 0 and 1 for each word" in words.help


def test_several_things_are_said_together() -> None:
    found = faults("a,b,y,g\n,x,,\n1,2,3,1\n", Wanted("y", "numbers", "g"))
    assert {fault.code for fault in found} == {"MLP1203", "MLP1204", "MLP1205", "MLP1208"}


@pytest.mark.parametrize("fraction", [0.5, 0.0])
def test_measured_numbers_are_no_classes(fraction: float) -> None:
    rows = "".join(f"{row},{row + fraction}\n" for row in range(60))
    assert [(fault.code, fault.part) for fault in faults("a,y\n" + rows)] == [("MLP1207", "task")]


def test_numbers_with_few_values_are_classes() -> None:
    rows = "".join(f"{row},{row % 8 + 0.5}\n" for row in range(80))
    assert table("a,y\n" + rows).facts.counts == (10,) * 8


def test_rows_of_parquet_files_have_no_line(tmp_path: Path) -> None:
    polars.DataFrame({"a": [1.0, None], "y": [0, 1]}).write_parquet(tmp_path / "t.parquet")
    (found,) = faults((tmp_path / "t.parquet").read_bytes(), name="t.parquet")
    assert found.headline.endswith("row 2")


def test_dates_are_classes_and_no_features(tmp_path: Path) -> None:
    from datetime import datetime

    dates = [datetime(2026, 1, 1), datetime(2026, 1, 2)]
    polars.DataFrame({"a": [1.0, 2.0], "y": dates}).write_parquet(tmp_path / "t.parquet")
    assert table((tmp_path / "t.parquet").read_bytes(), name="t.parquet").facts.counts == (1, 1)
    polars.DataFrame({"a": dates, "y": [0, 1]}).write_parquet(tmp_path / "t.parquet")
    assert [f.code for f in faults((tmp_path / "t.parquet").read_bytes(), name="t.parquet")] == ["MLP1205"]


@pytest.mark.parametrize(
    ("name", "part"), [("no.csv", "does not exist"), ("folder", "is a folder"), ("empty.csv", "is empty")]
)
def test_files_that_are_not_there_are_named(tmp_path: Path, name: str, part: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.csv").touch()
    found = look_at(tmp_path, name, CLASSES)
    assert found.facts is None
    assert [fault.code for fault in found.faults] == ["MLP0306"]
    assert part in found.faults[0].headline


def test_a_file_is_read_again_where_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,y\n1,0\n2,1\n")
    assert look_at(tmp_path, "t.csv", CLASSES).faults == ()
    path.write_text("a,y\n1,0\n2,1\n3,\n")
    assert [fault.code for fault in look_at(tmp_path, "t.csv", CLASSES).faults] == ["MLP1203"]


_ENTRIES = ["", "1", "-2.5", "1e400", "nan", "inf", "x", "true", '"a,b"', '"', "é", "0x1", "1 000", "2026-01-01"]
_CELLS = st.sampled_from(_ENTRIES)
_TEXTS = st.lists(st.lists(_CELLS, min_size=1, max_size=4), max_size=6).map(
    lambda rows: "\n".join(["a,y,g", *map(",".join, rows)]).encode()
)


@given(
    st.one_of(st.binary(max_size=60), _TEXTS),
    st.sampled_from(["t.csv", "t.parquet", "t.csv.gz"]),
    st.sampled_from(["classes", "numbers"]),
    st.sampled_from([None, "g"]),
)
def test_any_file_is_a_table_or_has_faults(content: bytes, name: str, task: str, group: str | None) -> None:
    found = read_table(content, Path(name), Wanted("y", task, group))
    if isinstance(found, Table):
        assert np.isfinite(found.X).all()
        assert len(found.X) == len(found.y) == found.facts.samples
        assert found.X.shape[1] == found.facts.features > 0
    else:
        assert found
        assert all(fault.headline and "\n" not in fault.headline for fault in found)
