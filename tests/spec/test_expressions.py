"""Expressions against types: right values are read exactly, wrong ones are marked, named and, where safe, mended."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from faults import in_block, marked, mended, shown
from hypothesis import given
from hypothesis import strategies as st

from mlipilot.spec.resolve import resolve
from mlipilot.spec.resolve.literals import exact
from mlipilot.spec.schema import BLOCKS, TOP_KINDS
from mlipilot.spec.schema.types import describe
from mlipilot.spec.source import SourceFile
from mlipilot.spec.values import Applied, Interval, Name, Value

MODEL = "model m : mace"
DATA = "dataset d : emt_supercells"
FILES = "dataset d : files"
TRAINING = "training t"
STAGE = "training t { stage s"


def plain(value: Any) -> Any:
    """A value's data without spans."""
    if isinstance(value, Value):
        return plain(value.data)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return [plain(item) for item in value]
    if isinstance(value, Applied):
        return (value.name, {name: plain(argument) for name, argument in value.arguments.items()})
    if isinstance(value, Name):
        return value.text
    if isinstance(value, Interval):
        return (value.low, value.high)
    return value


RIGHT = [
    (MODEL, "channels = 16", 16),
    (MODEL, "channels = +16", 16),
    (MODEL, "channels = (16)", 16),
    (MODEL, "channels = 1_000", 1000),
    (MODEL, "channels = 1e2", 100),
    (MODEL, "channels = 16.0", 16),
    (MODEL, "r_max = 4.5 Å", Fraction(9, 2)),
    (MODEL, "r_max = 0.45 nm", Fraction(9, 2)),
    (MODEL, "r_max = 450 pm", Fraction(9, 2)),
    (MODEL, "r_max = 10 Bohr", Fraction("5.29177210903")),
    (MODEL, "pair_repulsion = true", True),
    (MODEL, "pair_repulsion = false", False),
    (MODEL, "scaling = none", "none"),
    (MODEL, "radial_mlp = [64, 32,]", [64, 32]),
    (MODEL, "e0 = average", ("average", {})),
    (MODEL, "e0 = average()", ("average", {})),
    (MODEL, "e0 = values(Cu = 3.5 eV, Al = -1 eV)", ("values", {"Cu": Fraction(7, 2), "Al": Fraction(-1)})),
    (DATA, "element = Cu", "Cu"),
    (DATA, "strain = -4 % .. 4 %", (Fraction(-1, 25), Fraction(1, 25))),
    (DATA, "strain = -0.04 .. 0.04", (Fraction(-1, 25), Fraction(1, 25))),
    (DATA, "strain = --4% .. 4%", (Fraction(1, 25), Fraction(1, 25))),
    (DATA, "temperatures = [300 K]", [Fraction(300)]),
    (DATA, "timestep = 0.005 ps", Fraction(5)),
    (DATA, "equilibration = 0 fs", Fraction(0)),
    (
        DATA,
        "split = by_trajectory(3, test = 2, valid = 1)",
        ("by_trajectory", {"train": 3, "test": 2, "valid": 1, "sealed": 0}),
    ),
    (FILES, 'train = ["a b.xyz"]', ["a b.xyz"]),
    (FILES, 'energy = """E"""', "E"),
    (TRAINING, "weight_decay = 0", Fraction(0)),
    (TRAINING, "ema = 99 %", Fraction(99, 100)),
]


@pytest.mark.parametrize(("head", "line", "expected"), RIGHT, ids=lambda x: x if isinstance(x, str) else "")
def test_a_right_value_is_read_exactly(head: str, line: str, expected: Any) -> None:
    resolved = resolve(SourceFile("a", f'edition "2026"\n{head} {{ {line} }}'))
    field = line.split(" = ", maxsplit=1)[0]
    assert all(d.code in ("MLP0404", "MLP0306") for d in resolved.diagnostics), shown(resolved.diagnostics)
    value = resolved.spec.blocks[0].fields[field]
    assert plain(value) == expected
    assert value.written == line.split(" = ", maxsplit=1)[1].removeprefix("(").removesuffix(")") or "(" in line


WRONG = [
    (MODEL, "channels = 1.5", "MLP0201", "1.5", None),
    (MODEL, "channels = -1", "MLP0205", "-1", None),
    (MODEL, "channels = 5000", "MLP0205", "5000", None),
    (MODEL, 'channels = "8"', "MLP0201", '"8"', "channels = 8"),
    (MODEL, "channels = 8 Å", "MLP0201", "8 Å", "channels = 8"),
    (MODEL, "channels = [8]", "MLP0201", "[8]", "channels = 8"),
    (MODEL, "channels = 4 + 4", "MLP0201", "4 + 4", "channels = 8"),
    (MODEL, "channels = true", "MLP0201", "true", None),
    (MODEL, "channels = f(1)", "MLP0201", "f(1)", None),
    (MODEL, "channels = eight", "MLP0201", "eight", None),
    (MODEL, "channels = 1e500", "MLP0205", "1e500", None),
    (MODEL, "r_max = 5", "MLP0204", "5", None),
    (MODEL, "r_max = 5 A", "MLP0202", "A", "r_max = 5 Å"),
    (MODEL, "r_max = 5 angstroms", "MLP0202", "angstroms", "r_max = 5 Å"),
    (MODEL, "r_max = 5 atms", "MLP0202", "atms", None),
    (MODEL, "r_max = 5 eV", "MLP0203", "5 eV", None),
    (MODEL, "r_max = 1e-400 Å", "MLP0205", "1e-400 Å", None),
    (MODEL, "r_max = 0.5 Å", "MLP0205", "0.5 Å", None),
    (MODEL, "r_max = 20.001 Å", "MLP0205", "20.001 Å", None),
    (MODEL, "r_max = -5 Å", "MLP0205", "-5 Å", None),
    (MODEL, "r_max = wide", "MLP0201", "wide", None),
    (MODEL, "r_max = 4 Å .. 5 Å", "MLP0201", "4 Å .. 5 Å", None),
    (MODEL, "pair_repulsion = True", "MLP0201", "True", "pair_repulsion = true"),
    (MODEL, "pair_repulsion = 1", "MLP0201", "1", "pair_repulsion = true"),
    (MODEL, "scaling = non", "MLP0206", "non", "scaling = none"),
    (MODEL, "scaling = NONE", "MLP0206", "NONE", "scaling = none"),
    (MODEL, 'scaling = "none"', "MLP0201", '"none"', "scaling = none"),
    (MODEL, "scaling = rms.forces", "MLP0201", "rms.forces", None),
    (MODEL, "radial_mlp = 64", "MLP0201", "64", "radial_mlp = [64]"),
    (MODEL, "radial_mlp = []", "MLP0205", "[]", None),
    (MODEL, "radial_mlp = [64, x]", "MLP0201", "x", None),
    (MODEL, "e0 = avrage", "MLP0206", "avrage", "e0 = average"),
    (MODEL, 'e0 = "average"', "MLP0201", '"average"', "e0 = average"),
    (MODEL, "e0 = values(Xx = 1 eV)", "MLP0209", "Xx", None),
    (MODEL, "e0 = values(cu = 1 eV)", "MLP0209", "cu", "e0 = values(Cu = 1 eV)"),
    (MODEL, "e0 = values(Cu = 1 eV, Cu = 2 eV)", "MLP0209", "Cu = 2 eV", None),
    (MODEL, "e0 = values(1 eV)", "MLP0209", "1 eV", None),
    (MODEL, "e0 = values(Cu = 1 K)", "MLP0203", "1 K", None),
    (DATA, "element = Fe", "MLP0207", "Fe", None),
    (DATA, "element = cu", "MLP0207", "cu", "element = Cu"),
    (DATA, 'element = "Cu"', "MLP0201", '"Cu"', "element = Cu"),
    (DATA, "element = copper", "MLP0207", "copper", None),
    (DATA, "repeats = [2, 2]", "MLP0205", "[2, 2]", None),
    (DATA, "strain = 4 %", "MLP0201", "4 %", None),
    (DATA, "strain = 4 % .. -4 %", "MLP0208", "4 % .. -4 %", "strain = -4 % .. 4 %"),
    (DATA, "strain = -4 Å .. 4 %", "MLP0203", "4 Å", None),
    (DATA, "strain = -60 % .. 4 %", "MLP0205", "-60 %", None),
    (DATA, "temperatures = 300 K", "MLP0201", "300 K", "temperatures = [300 K]"),
    (DATA, "temperatures = [300]", "MLP0204", "300", None),
    (DATA, "split = by_trajectory(1, 1)", "MLP0209", "by_trajectory(1, 1)", None),
    (DATA, "split = by_trajectory(1, 1, 1, 1, 1)", "MLP0209", "1", None),
    (DATA, "split = by_trajectroy(1, 1, 1)", "MLP0206", "by_trajectroy", "split = by_trajectory(1, 1, 1)"),
    (FILES, "train = [a.xyz]", "MLP0201", "a.xyz", 'train = ["a.xyz"]'),
    (FILES, 'train = "a.xyz"', "MLP0201", '"a.xyz"', 'train = ["a.xyz"]'),
    (FILES, "energy = REF_energy", "MLP0201", "REF_energy", 'energy = "REF_energy"'),
    (TRAINING, "ema = 1", "MLP0205", "1", None),
    (TRAINING, "ema = 0.99 K", "MLP0203", "0.99 K", None),
    (TRAINING, "model = 8", "MLP0201", "8", None),
    (TRAINING, 'model = "m"', "MLP0201", '"m"', None),
]


@pytest.mark.parametrize(("head", "line", "code", "mark", "fixed"), WRONG, ids=[line for _, line, *_ in WRONG])
def test_a_wrong_value_is_marked_named_and_mended(
    head: str, line: str, code: str, mark: str, fixed: str | None
) -> None:
    found = in_block(head, line)
    assert [(d.code, marked(d)) for d in found] == [(code, mark)], shown(found)
    assert mended(found[0]) == fixed
    assert found[0].primary is not None
    assert found[0].primary.label


@given(st.integers(0, 10**12), st.integers(0, 999_999), st.integers(-200, 200))
def test_a_written_number_has_its_exact_value(whole: int, part: int, exponent: int) -> None:
    text = f"{whole}.{part:06d}e{exponent}"
    assert exact(text) == Fraction(whole * 10**6 + part, 10**6) * Fraction(10) ** exponent
    assert float(exact(text) or 0) == float(text)


def test_every_default_of_the_schema_is_a_value_of_its_type() -> None:
    lacking = {
        "experiment": ["MLP0201"],
        "stage": ["MLP0406"],
        "pilot": ["MLP0422", "MLP0423"],
    }  # what these do not do alone
    unnamed = ("search", "budget", "pilot")
    for schema in BLOCKS.values():
        for field in schema.fields:
            assert field.doc
            assert describe(field.type)
            assert not (field.required and field.default is not None)
        if schema.kind not in TOP_KINDS and schema.label == "none":
            assert in_block("engine x : slurm", f"{schema.kind} {{ }}") == []
            continue
        name = "" if schema.kind in unnamed else " x"
        found = in_block(f"{schema.kind}{name}{f' : {schema.tag}' if schema.tag else ''}", "")
        assert [d.code for d in found] == lacking.get(schema.kind, [])
