"""What is known of data sets before a run: of every kind, by its law, and enough or too little of it for folds."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedKFold

from mlipilot.compiler.compile import check_file
from mlipilot.compiler.datasets.data_files import DataFiles
from mlipilot.compiler.encodings.data import large, soap
from mlipilot.compiler.encodings.data.folds import fold_faults, needed
from mlipilot.compiler.encodings.data.kinds import KINDS, facts_of, parameters, task_of, unit_of
from mlipilot.compiler.encodings.data.sample_facts import SampleFacts
from mlipilot.compiler.encodings.protocol import Protocol
from mlipilot.compiler.encodings.terms import term
from mlipilot.spec.document import Spec
from mlipilot.spec.schema.encoding import DATA
from mlipilot.spec.values import Applied, BlockValue

CU = """
dataset cu : emt_supercells {
    element      = Cu
    lattice      = 3.6 Å
    temperatures = [300 K, 600 K]
    trajectories = 8
    frames       = 5
    split        = by_trajectory(train = 4, valid = 1, test = 3)
}
"""
WINES = "acid,quality,batch\n" + "".join(f"{row / 7},{'good' if row % 3 else 'bad'},{row % 10}\n" for row in range(60))


def read(folder: Path, data: str, before: str = "") -> tuple[Spec, BlockValue, Applied]:
    """A spec whose encoding block has this data, without regard to what is wrong with it."""
    path = folder / "example.mlp"
    controls = "encodings = [angle], controls = [same_head(raw)]"
    path.write_text(f'edition "2026"\n{before}\nencoding maps {{ data = [{data}], {controls} }}\n')
    spec = check_file(path).spec
    assert spec is not None
    block = spec.of_kind("encoding")[0]
    call = block.items("data")[0].data
    assert isinstance(call, Applied)
    return spec, block, call


def facts(folder: Path, data: str, before: str = "") -> SampleFacts | None:
    spec, block, call = read(folder, data, before)
    return facts_of(term(call, DATA), block, spec)


def test_every_signature_is_a_kind() -> None:
    assert set(KINDS) == {signature.name for signature in DATA.signatures}


@pytest.mark.parametrize("kind", [name for name in KINDS if name not in ("table", "soap")])
def test_what_is_known_adds_up(kind: str, tmp_path: Path) -> None:
    found = facts(tmp_path, kind)
    assert found is not None
    assert found.counts is None if found.task == "numbers" else sum(found.counts or ()) == found.samples
    assert (found.deviation is None) is (found.task == "classes")


@pytest.mark.parametrize(("kind", "samples"), [(name, entry.facts.samples) for name, entry in large.LARGE.items()])
def test_a_schema_says_how_large_a_set_is(kind: str, samples: int) -> None:
    doc = next(signature.doc for signature in DATA.signatures if signature.name == kind)
    assert doc.replace(" million", "000000").replace(" ", "").startswith(str(samples))


def test_rows_of_a_large_set_are_in_the_shares_of_its_classes(tmp_path: Path) -> None:
    found = facts(tmp_path, "credit_fraud(rows = 10000)")
    assert found is not None
    assert (found.samples, found.counts) == (10_000, (9983, 17))


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=12), st.floats(0, 1))
def test_drawn_rows_add_up_and_are_off_their_shares_by_less_than_one(counts: list[int], part: float) -> None:
    rows = int(part * sum(counts))
    found = large.drawn(counts, rows)
    assert sum(found) == rows
    for kept, count in zip(found, counts, strict=True):
        assert abs(kept - Fraction(count * rows, sum(counts))) < 1
        assert kept <= count


def test_a_data_set_of_atoms_gives_its_frames_and_trajectories(tmp_path: Path) -> None:
    found = facts(tmp_path, "soap(cu, r_cut = 4.5 Å)", CU)
    assert found == SampleFacts(80, 90, "numbers", groups=(5,) * 16, unit="eV/atom")


def test_a_data_set_of_files_is_known_by_a_scan_alone(tmp_path: Path) -> None:
    files = 'dataset cu : files { train = ["a.xyz"], valid = ["b.xyz"], test = ["c.xyz"] }'
    assert facts(tmp_path, "soap(cu, r_cut = 4.5 Å)", files) is None
    assert soap.scanned({}) is None


def test_task_and_unit_are_known_of_a_table_that_is_not_there(tmp_path: Path) -> None:
    for data, task, unit in (
        ('table(file = "no.csv", target = "a", task = numbers)', "numbers", ""),
        ('table(file = "no.csv", target = "a")', "classes", ""),
        ("diabetes", "numbers", ""),
        ("friedman1", "numbers", ""),
        ("soap(cu)", "numbers", "eV/atom"),
    ):
        _, _, call = read(tmp_path, data, CU)
        assert (task_of(term(call, DATA)), unit_of(term(call, DATA))) == (task, unit)


def test_a_table_is_read_and_a_key_depends_on_its_content_alone(tmp_path: Path) -> None:
    (tmp_path / "wines.csv").write_text(WINES)
    spec, block, call = read(tmp_path, 'table(file = "wines.csv", target = "quality", group = "batch")')
    found = facts_of(term(call, DATA), block, spec)
    assert found is not None
    assert (found.samples, found.features, found.counts, found.labels) == (60, 1, (20, 40), ("bad", "good"))
    assert found.groups == (6,) * 10
    files = DataFiles(spec)
    document = parameters(term(call, DATA), call, block, files)
    entry = document["arguments"]["file"]
    assert set(entry) == {"name", "sha256"}
    assert files.paths == {entry["sha256"]: "wines.csv"}
    assert document["name"] == 'table(file = "wines.csv", target = "quality", group = "batch")'


@given(st.integers(2, 12), st.integers(2, 12), st.integers(0, 3))
def test_as_many_as_are_needed_are_in_every_test_and_in_every_inner_fold(outer: int, inner: int, more: int) -> None:
    number = needed(Protocol(outer, 1, inner)) + more
    y = np.repeat([0, 1], number)
    for train, test in StratifiedKFold(outer).split(y, y):
        assert np.bincount(y[test], minlength=2).min() >= 1
        assert np.bincount(y[train]).min() >= inner


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (SampleFacts(150, 4, "classes", (50, 50, 50)), None),
        (SampleFacts(104, 4, "classes", (50, 50, 4)), "MLP1209"),
        (SampleFacts(4, 4, "classes", (2, 2)), "MLP1210"),
        (SampleFacts(4, 4, "numbers"), "MLP1210"),
        (SampleFacts(40, 4, "numbers", groups=(10, 10, 10, 10)), "MLP1211"),
        (SampleFacts(40, 4, "numbers", groups=(40,)), "MLP1211"),
        (SampleFacts(50, 4, "classes", (25, 25), groups=(10,) * 5, class_groups=(5, 1)), "MLP1212"),
        (SampleFacts(50, 4, "classes", (25, 25), groups=(10,) * 5, class_groups=(5, 2)), None),
    ],
)
def test_too_little_is_said_once(found: SampleFacts, code: str | None) -> None:
    faults = fold_faults(found, "data", Protocol(5, 4, 4))
    assert [fault.code for fault in faults] == ([code] if code else [])
