"""Units that stand alone: read exactly, equal by what they mean, and every other form named and mended."""

from __future__ import annotations

from fractions import Fraction

import pytest
from faults import in_block, marked, mended, shown

from mlipilot.compiler.canonical import canonical, encode
from mlipilot.spec.document import Spec
from mlipilot.spec.resolve import resolve
from mlipilot.spec.schema import BLOCKS
from mlipilot.spec.schema.json_types import type_schema
from mlipilot.spec.schema.types import UnitOf, describe
from mlipilot.spec.source import SourceFile
from mlipilot.spec.syntax.lexer import lex
from mlipilot.spec.units import Unit, unit, usual_units
from mlipilot.spec.values import UnitWord, meaning

FILES = "dataset d : files"
MODEL = "model m : mace"
JOULE = Fraction(10) ** 19 / Fraction("1.602176634")


def spec(line: str) -> Spec:
    resolved = resolve(SourceFile("a", f'edition "2026"\n{FILES} {{ {line} }}'))
    assert resolved.diagnostics == [], shown(resolved.diagnostics)
    return resolved.spec


def argument(line: str, name: str) -> UnitWord:
    """An argument of the units of a block."""
    data = spec(line).blocks[0].call("units").arguments[name].data
    assert isinstance(data, UnitWord)
    return data


RIGHT = [
    ("energy", "eV", "eV", Fraction(1)),
    ("energy", "meV", "meV", Fraction(1, 1000)),
    ("energy", "Hartree", "Hartree", Fraction("27.211386245988")),
    ("energy", "hartree", "Hartree", Fraction("27.211386245988")),
    ("energy", "kJ/mol", "kJ/mol", 1000 * JOULE / Fraction("6.02214076e23")),
    ("energy", "(kJ/mol)", "kJ/mol", 1000 * JOULE / Fraction("6.02214076e23")),
    ("length", "Å", "Å", Fraction(1)),
    ("length", "A\u030a", "Å", Fraction(1)),
    ("length", "\u212b", "Å", Fraction(1)),
    ("length", "Ang", "Å", Fraction(1)),
    ("length", "Bohr", "Bohr", Fraction("0.529177210903")),
    ("forces", "eV/Ang", "eV/Å", Fraction(1)),
    ("forces", "meV/A\u030a", "meV/Å", Fraction(1, 1000)),
    ("forces", "eV·Å^-1", "eV·Å^-1", Fraction(1)),
    ("forces", "eV*Å⁻¹", "eV*Å⁻¹", Fraction(1)),
    ("stress", "eV/Å^3", "eV/Å^3", Fraction(1)),
    ("stress", "eV/Å³", "eV/Å³", Fraction(1)),
    ("stress", "GPa", "GPa", JOULE * 10**9 / Fraction(10) ** 30),
]


@pytest.mark.parametrize(("name", "written", "text", "factor"), RIGHT, ids=[f"{n} {w}" for n, w, *_ in RIGHT])
def test_a_unit_alone_has_its_exact_factor_and_the_usual_letters(
    name: str, written: str, text: str, factor: Fraction
) -> None:
    assert argument(f"units = dft({name} = {written})", name) == UnitWord(text, factor)


def test_units_have_defaults_and_some_may_be_absent() -> None:
    for line in ("", "units = dft", "units = dft()"):
        arguments = spec(line).blocks[0].call("units").arguments
        assert {name: value.data for name, value in arguments.items()} == {
            "energy": UnitWord("eV", Fraction(1)),
            "length": UnitWord("Å", Fraction(1)),
        }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("length = Å", "length = Ang"),
        ("energy = kJ/mol", "energy = J*mol^-1*kJ/J"),
        ("forces = eV/Å", "forces = eV*Å^-1"),
    ],
)
def test_spellings_of_one_unit_are_one_value_and_hash_alike(one: str, other: str) -> None:
    values = [spec(f"units = dft({line})").blocks[0].call("units") for line in (one, other)]
    assert meaning(values[0]) == meaning(values[1])
    assert encode(canonical(spec(f"units = dft({one})"))) == encode(canonical(spec(f"units = dft({other})")))


def test_another_unit_hashes_otherwise() -> None:
    assert encode(canonical(spec("units = dft(energy = Ry)"))) != encode(canonical(spec("units = dft")))


WRONG = [
    ("energy = kcal/mole", "MLP0202", "kcal/mole", "units = dft(energy = kcal/mol)"),
    ("energy = ev", "MLP0202", "ev", "units = dft(energy = eV)"),
    ("energy = au", "MLP0202", "au", "units = dft(energy = Hartree)"),
    ("length = au", "MLP0202", "au", "units = dft(length = Bohr)"),
    ("length = A", "MLP0202", "A", "units = dft(length = Å)"),
    ("stress = eV/A^3", "MLP0202", "eV/A^3", "units = dft(stress = eV/Å^3)"),
    ("forces = eV/angstrom", "MLP0202", "eV/angstrom", "units = dft(forces = eV/Å)"),
    ("energy = wibble", "MLP0202", "wibble", None),
    ("energy = Å", "MLP0203", "Å", None),
    ("energy = eV/atom", "MLP0203", "eV/atom", None),
    ("forces = eV", "MLP0203", "eV", None),
    ("stress = kB", "MLP0203", "kB", "units = dft(stress = kbar)"),
    ("energy = 1 kcal/mol", "MLP0201", "1 kcal/mol", "units = dft(energy = kcal/mol)"),
    ("energy = 1.0 Ang", "MLP0203", "Ang", None),
    ("energy = 2 eV", "MLP0201", "2 eV", None),
    ("energy = -1 eV", "MLP0201", "-1 eV", None),
    ("energy = 1", "MLP0201", "1", None),
    ("energy = 27.2114", "MLP0201", "27.2114", None),
    ('energy = "kcal/mol"', "MLP0201", '"kcal/mol"', "units = dft(energy = kcal/mol)"),
    ('length = "Angstrom"', "MLP0201", '"Angstrom"', "units = dft(length = Å)"),
    ('energy = "of MACE"', "MLP0201", '"of MACE"', None),
    ("energy = [eV]", "MLP0201", "[eV]", None),
    ("energy = true", "MLP0201", "true", None),
    ("energy = a.u", "MLP0201", "a.u", "units = dft(energy = Hartree)"),
    ("energy = eV - Å", "MLP0201", "eV - Å", None),
    ("energy = kcal / mol", "MLP0004", "/", "units = dft(energy = kcal/mol)"),
    ("stress = eV /Å^3", "MLP0004", "/", "units = dft(stress = eV/Å^3)"),
    ("energy = energy / atom", "MLP0004", "/", None),
]


@pytest.mark.parametrize(("inside", "code", "mark", "fixed"), WRONG, ids=[line for line, *_ in WRONG])
def test_what_is_no_unit_of_its_kind_is_marked_named_and_mended(
    inside: str, code: str, mark: str, fixed: str | None
) -> None:
    found = in_block(FILES, f"units = dft({inside})")
    assert [(d.code, marked(d)) for d in found] == [(code, mark)], shown(found)
    assert mended(found[0]) == fixed
    assert found[0].help or found[0].fix


def test_a_unit_of_another_dimension_is_told_what_it_measures_and_what_is_wanted() -> None:
    (found,) = in_block(FILES, "units = dft(energy = Å)")
    assert found.headline == "`energy` takes a unit of energy; `Å` measures length"
    assert all(f"`{word}`" in found.help for word in usual_units("energy"))


def test_an_energy_per_atom_is_told_to_be_none_of_a_file() -> None:
    (found,) = in_block(FILES, "units = dft(energy = eV/atom)")
    assert "of all atoms together" in found.help


@pytest.mark.parametrize(
    ("line", "code", "help_"),
    [
        ("r_max = Å", "MLP0201", "a number is missing before `Å`"),
        ("r_max = nm", "MLP0201", "a number is missing before `nm`"),
        ("r_max = eV/Å", "MLP0201", "`eV/Å` is a unit without a number, and measures force"),
        ("channels = eV/Å", "MLP0201", "`eV/Å` is a unit without a number, and measures force"),
        ("channels = width*height", "MLP0201", "values are not calculated"),
        ("scaling = eV/Å", "MLP0201", "write one of these words"),
        ("precision = Å", "MLP0206", "known: `float64`"),
        ("radial_mlp = [kcal/mol]", "MLP0201", "`kcal/mol` is a unit without a number"),
        ("pair_repulsion = eV/Å", "MLP0201", ""),
    ],
)
def test_a_unit_where_another_value_belongs_is_told_what_is_missing(line: str, code: str, help_: str) -> None:
    found = in_block(MODEL, line)
    assert [d.code for d in found] == [code], shown(found)
    assert help_ in found[0].help


@pytest.mark.parametrize(
    ("head", "body", "code"),
    [
        ("budget", "wall <= h", "MLP0201"),
        ("budget", "wall <= kcal/mol", "MLP0201"),
        ("scorecard s", 'require eV/Å because "x"', "MLP0201"),
        ("scorecard s", "minimize eV/Å", "MLP0305"),
        ("scorecard s", "prefer force_rmse(eV/Å) <= 3 eV/Å", "MLP0201"),
        ("search", 'require eV/Å because "x"', "MLP0415"),
        ("encoding e", "data = [eV/Å]", "MLP0201"),
        ("encoding e", 'predict eV/Å because "x"', "MLP0201"),
        ("training t", "model = eV/Å", "MLP0201"),
        ("model a/b : mace", "channels = 8", "MLP0101"),
        ("model m : mace", "a/b = 8", "MLP0101"),
    ],
)
def test_a_unit_in_another_statement_is_one_fault(head: str, body: str, code: str) -> None:
    found = [d for d in in_block(head, body) if d.code not in ("MLP0107", "MLP0526")]
    assert [d.code for d in found] == [code], shown(found)


@pytest.mark.parametrize(
    ("line", "fixed", "help_"),
    [
        ("units = eV", "units = dft(energy = eV)", "write `dft(energy = eV)`"),
        ("units = kcal/mol", "units = dft(energy = kcal/mol)", "write `dft(energy = kcal/mol)`"),
        ("units = metal", None, "`dft(energy = eV, length = Å)`"),
        ("units = real", None, "`dft(energy = kcal/mol, length = Å)`"),
        ("units = vasp", None, "known: `dft`"),
    ],
)
def test_units_without_their_call_are_told_what_it_is(line: str, fixed: str | None, help_: str) -> None:
    (found,) = in_block(FILES, line)
    assert mended(found) == fixed
    assert help_ in found.help


TOKENS = {
    "kcal/mol": [("UNIT", "kcal/mol")],
    "kcal/mol/Å": [("UNIT", "kcal/mol/Å")],
    "eV/Å^3,": [("UNIT", "eV/Å^3"), ("COMMA", ",")],
    "Å^-1)": [("UNIT", "Å^-1"), ("RPAR", ")")],
    "Å⁻³": [("UNIT", "Å⁻³")],
    "Å^³": [("UNIT", "Å^³")],
    "A\u030a": [("UNIT", "A\u030a")],
    "eV·Å": [("UNIT", "eV·Å")],
    "eV*Å": [("UNIT", "eV*Å")],
    "Å": [("WORD", "Å")],
    "Å³": [("WORD", "Å³")],
    "eV": [("WORD", "eV")],
    "a / b": [("WORD", "a"), ("BAD", "/"), ("WORD", "b")],
    "a/": [("WORD", "a"), ("BAD", "/")],
    "a//b": [("WORD", "a"), ("BAD", "/"), ("BAD", "/"), ("WORD", "b")],
    "a**b": [("WORD", "a"), ("BAD", "*"), ("BAD", "*"), ("WORD", "b")],
    "a/2": [("WORD", "a"), ("BAD", "/"), ("NUMBER", "2")],
    "1 kcal/mol": [("QUANTITY", "1 kcal/mol")],
    "in/a": [("IN", "in"), ("BAD", "/"), ("WORD", "a")],
}


@pytest.mark.parametrize("text", TOKENS)
def test_a_word_is_a_unit_where_no_name_can_be_it(text: str) -> None:
    assert [(token.type, str(token)) for token in lex(SourceFile("a", text)).tokens] == TOKENS[text]


@pytest.mark.parametrize("dimension", ["energy", "length", "force", "pressure", "time", "volume"])
def test_what_is_offered_for_a_dimension_measures_it(dimension: str) -> None:
    words = usual_units(dimension)
    found = [unit(word) for word in words]
    assert all(isinstance(one, Unit) and one.dimension.name == dimension for one in found)
    assert f"a unit of {dimension}, such as `{words[0]}`" in describe(UnitOf(dimension))
    assert type_schema(UnitOf(dimension))["examples"] == list(words)


def test_every_unit_of_the_schema_has_a_default_of_its_dimension_or_may_be_absent() -> None:
    (call,) = next(f.type for f in BLOCKS["dataset", "files"].fields if f.name == "units").signatures
    assert {p.name: (p.type.dimension, p.default) for p in call.parameters if isinstance(p.type, UnitOf)} == {
        "energy": ("energy", "eV"),
        "length": ("length", "Å"),
        "forces": ("force", None),
        "stress": ("pressure", None),
    }
