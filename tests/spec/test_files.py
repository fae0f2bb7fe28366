"""The block of a user's own files: what its fields take, and what is said of the commonest slips in them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from faults import in_block, marked, mended, shown

from mlipilot.spec.resolve import resolve
from mlipilot.spec.schema import BLOCKS
from mlipilot.spec.source import SourceFile
from mlipilot.spec.values import Applied, BlockValue, Name, Value

FILES = "dataset d : files"
FIELDS = {field.name: field for field in BLOCKS["dataset", "files"].fields}


def block(line: str) -> BlockValue:
    resolved = resolve(SourceFile("a", f'edition "2026"\n{FILES} {{ {line} }}'))
    assert resolved.diagnostics == [], shown(resolved.diagnostics)
    return resolved.spec.blocks[0]


def plain(value: Value) -> Any:
    if isinstance(value.data, Applied):
        return value.data.name, {name: plain(argument) for name, argument in value.data.arguments.items()}
    return [plain(item) for item in value.data] if isinstance(value.data, tuple) else value.data


SHARES = {"valid": Fraction(0), "test": Fraction(0), "sealed": Fraction(0)}
SPLITS = {
    'by_group("trajectory", valid = 10 %)': ("by_group", SHARES | {"key": "trajectory", "valid": Fraction(1, 10)}),
    'by_group(key = "id", test = 0.2)': ("by_group", SHARES | {"key": "id", "test": Fraction(1, 5)}),
    "by_file": ("by_file", SHARES),
    "by_file(sealed = 5 %)": ("by_file", SHARES | {"sealed": Fraction(1, 20)}),
    "by_frame(10 %, 20 %)": ("by_frame", SHARES | {"valid": Fraction(1, 10), "test": Fraction(1, 5)}),
    "blocks(20)": ("blocks", SHARES | {"number": 20, "gap": 0}),
    "blocks(20, gap = 3, test = 1 %)": ("blocks", SHARES | {"number": 20, "gap": 3, "test": Fraction(1, 100)}),
}


@pytest.mark.parametrize("written", SPLITS)
def test_a_split_is_a_call_whose_shares_are_nothing_unless_they_are_given(written: str) -> None:
    assert plain(block(f'files = ["a.xyz"], split = {written}').fields["split"]) == SPLITS[written]


def test_what_is_not_written_is_absent_or_has_its_default() -> None:
    fields = block("").fields
    assert {name: value.written for name, value in fields.items()} == {
        "seed": "0",
        "isolated": '"IsolatedAtom"',
        "every": "1",
        "units": "dft",
    }
    assert not any(field.required for field in FIELDS.values())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('files = ["a.xyz", "b.traj"]', ["a.xyz", "b.traj"]),
        ('virial = "virials"', "virials"),
        ("positive = compression", Name("compression")),
        ("isolated = alone", Name("alone")),
        ('isolated = "atom"', "atom"),
        ('select = ["bulk", "surface"]', ["bulk", "surface"]),
        ("every = 10", 10),
        ("types = [O, H]", [Name("O"), Name("H")]),
        ("seed = 7", 7),
    ],
)
def test_a_field_is_read(line: str, expected: object) -> None:
    name = line.partition(" ")[0]
    assert plain(block(line).fields[name]) == expected


WRONG = [
    ("split = by_frame(valid = 10)", "MLP0205", "10", None, "write `10 %` if that is meant"),
    ("split = by_frame(valid = 100 %)", "MLP0205", "100 %", None, "below 100 %"),
    ("split = by_frame(valid = -1 %)", "MLP0205", "-1 %", None, "write `0 %`, or more"),
    ('split = by_frame(valid = ["a.xyz"])', "MLP0201", '["a.xyz"]', None, ""),
    ("split = by_group(valid = 10 %)", "MLP0209", "by_group(valid = 10 %)", None, ""),
    ("split = by_group(trajectory)", "MLP0201", "trajectory", 'split = by_group("trajectory")', ""),
    ("split = by_groups", "MLP0206", "by_groups", "split = by_group", ""),
    ("split = by_trajectory(2, 1, 1)", "MLP0206", "by_trajectory", None, "known: `by_group`"),
    ("split = blocks(1)", "MLP0205", "1", None, "write `2` or more"),
    ("split = blocks(10, gap = -1)", "MLP0205", "-1", None, "write `0` or more"),
    ("valid = 10 %", "MLP0201", "10 %", None, "`split = by_frame(valid = 10 %)`"),
    ("sealed = 0.1", "MLP0201", "0.1", None, "`split = by_frame(sealed = 10 %)`"),
    ("train = 0.8", "MLP0201", "0.8", None, '`["train.xyz"]`'),
    ("valid_fraction = 0.05", "MLP0403", "valid_fraction", None, "`split = by_frame(valid = 5 %)`"),
    ("test_size = 0.1", "MLP0403", "test_size", None, "`split` of a `dataset : files`"),
    ('energy_key = "e"', "MLP0403", "energy_key", 'energy = "e"', "it is `energy` here"),
    ('forces_key = "f"', "MLP0403", "forces_key", 'forces = "f"', "it is `forces` here"),
    ('virials_key = "v"', "MLP0403", "virials_key", 'virial = "v"', "it is `virial` here"),
    ("stride = 10", "MLP0403", "stride", "every = 10", "it is `every` here"),
    ("type_map = [O, H]", "MLP0403", "type_map", "types = [O, H]", "it is `types` here"),
    ("positive = tensile", "MLP0206", "tensile", "positive = tension", "it is `tension` here"),
    ('isolated = "alone"', "MLP0201", '"alone"', "isolated = alone", ""),
    ("isolated = alon", "MLP0206", "alon", "isolated = alone", ""),
    ("isolated = IsolatedAtom", "MLP0201", "IsolatedAtom", 'isolated = "IsolatedAtom"', ""),
    ("isolated = 1", "MLP0201", "1", None, ""),
    ('select = "bulk"', "MLP0201", '"bulk"', 'select = ["bulk"]', ""),
    ("every = 0", "MLP0205", "0", None, "write `1` or more"),
    ("files = [data/a.xyz]", "MLP0101", "data/a.xyz", 'files = ["data/a.xyz"]', "a text"),
    ("files = [./a.xyz, b.xyz]", "MLP0101", "./a.xyz", 'files = ["./a.xyz", b.xyz]', "a text"),
    ("files = [~/a.xyz.gz]", "MLP0101", "~/a.xyz.gz", 'files = ["~/a.xyz.gz"]', "a text"),
    ("files = [../run-1/OUTCAR.xml]", "MLP0101", "../run-1/OUTCAR.xml", 'files = ["../run-1/OUTCAR.xml"]', "a text"),
    ("files = [data/*.xyz]", "MLP0101", "data/*.xyz", 'files = ["data/*.xyz"]', "a text"),
    ("files = [data/run]", "MLP0201", "data/run", 'files = ["data/run"]', ""),
]


@pytest.mark.parametrize(("line", "code", "mark", "fixed", "said"), WRONG, ids=[line for line, *_ in WRONG])
def test_a_slip_is_marked_named_and_mended(line: str, code: str, mark: str, fixed: str | None, said: str) -> None:
    found = in_block(FILES, line)
    assert [(d.code, marked(d)) for d in found] == [(code, mark)], shown(found)
    assert mended(found[0]) == fixed
    assert said in found[0].help or said in found[0].headline


def test_every_field_is_out_of_reach_of_a_search() -> None:
    assert not BLOCKS["dataset", "files"].searched
