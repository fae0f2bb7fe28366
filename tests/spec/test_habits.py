"""Forms of other languages: each is one diagnostic that names the form and what stands here instead."""

from __future__ import annotations

import pytest
from faults import check, codes, in_block, marked, mended, shown

from mlipilot.spec.diagnostics import Diagnostic

EDITION = 'edition "2026"\n'
MODEL, TRAINING, STAGE = "model m : mace", "training t", "stage s"
LOSS = "stage main { epochs = 1, loss = weighted("


def one(block: str, body: str) -> Diagnostic:
    found = in_block(block, body)
    assert len(found) == 1, shown(found)
    return found[0]


@pytest.mark.parametrize(
    ("written", "begin", "meant"),
    [
        ("// a model", "//", "# a model"),
        ("channels = 8  // few", "//", "channels = 8  # few"),
        ("/* a model */", "/*", "# a model"),
        ("channels = 8 /* few */", "/*", "channels = 8 # few"),
        ("/* a model", "/*", None),
    ],
)
def test_a_comment_begins_with_a_hash(written: str, begin: str, meant: str | None) -> None:
    found = one(MODEL, f"\n{written}\n")
    assert found.headline == f"`{begin}` begins no comment"
    assert mended(found) == meant


@pytest.mark.parametrize(
    ("block", "written", "says", "meant"),
    [
        (MODEL, "channels = 0x10", "numbers are decimal", "channels = 16"),
        (MODEL, "channels = 2**5", "there are no powers", "channels = 32"),
        (MODEL, "channels = 2 ^ 4", "there are no powers", "channels = 16"),
        (MODEL, "channels = 16x0e + 16x1o", "a number of channels and a highest order", "channels = 16"),
        (MODEL, "radial_mlp = (64, 64)", "a list stands in `[ ]`", "radial_mlp = [64, 64]"),
        (MODEL, "radial_mlp = (64,)", "a list stands in `[ ]`", "radial_mlp = [64]"),
        (MODEL, "precision = float32:0", "no number belongs to the word", "precision = float32"),
        (MODEL, "r_max = 4,5 Å", "a decimal point is `.`", "r_max = 4.5 Å"),
        (MODEL, "channels := 8", "is written `=`", "channels = 8"),
        (MODEL, "pair-repulsion = true", "a name has letters, digits and `_`", "pair_repulsion = true"),
    ],
)
def test_a_form_of_another_language_is_named(block: str, written: str, says: str, meant: str) -> None:
    found = one(block, f"\n{written}\n")
    assert says in found.headline
    assert mended(found) == meant


@pytest.mark.parametrize("written", ["$CHANNELS", "${CHANNELS}", "{{ channels }}"])
def test_a_spec_reads_no_environment(written: str) -> None:
    found = in_block(MODEL, f"\nchannels = {written}\n")
    assert found[0].headline.startswith("a spec reads no environment"), shown(found)


@pytest.mark.parametrize(
    ("written", "meant"), [("48:00:00", "48 h"), ("1:30:00", "90 min"), ("0:10", "10 min"), ("00:00:45", "45 s")]
)
def test_a_time_is_a_number_with_a_unit(written: str, meant: str) -> None:
    (found,) = check(f"{EDITION}budget {{ wall <= {written} }}")
    assert mended(found) == f"budget {{ wall <= {meant} }}"


def test_a_dictionary_is_shown_as_the_call_that_the_field_takes() -> None:
    found = check(f"{EDITION}dataset d : emt_supercells {{\n    split = {{train: 5, 'valid': 2}}\n}}")
    (told,) = [d for d in found if d.code == "MLP0101"]
    assert "by_trajectory(train = 5, valid = 2)" in told.help


@pytest.mark.parametrize("written", ["gpt-5.5", "qwen3-32b"])
def test_a_text_without_quotes_is_shown_with_them(written: str) -> None:
    found = check(f"{EDITION}pilot {{ proposer = llm(model = {written}) }}")
    assert [mended(d) for d in found if d.fix] == [f'pilot {{ proposer = llm(model = "{written}") }}']


@pytest.mark.parametrize(("written", "meant"), [("copper", "copper.mlp"), ("../a/base.mlp", "../a/base.mlp")])
def test_an_import_names_a_file_in_quotes(written: str, meant: str) -> None:
    found = check(f"{EDITION}import {written} as base\n")
    assert mended(found[0]) == f'import "{meant}" as base'
    assert len(found) == 1, shown(found)


def test_names_of_an_import_without_a_name_are_not_looked_for() -> None:
    found = check(f'{EDITION}import "a.mlp"\ntraining t {{ model = a.m, data = a.d, stage s {{ epochs = 1 }} }}')
    assert codes(found) == ["MLP0101"], shown(found)


def test_two_fields_on_a_line_have_a_comma_between() -> None:
    found = one(MODEL, "r_max = 4.5 Å channels = 8")
    assert mended(found) == "r_max = 4.5 Å, channels = 8"
    assert found.headline.startswith("missing `,`")


@pytest.mark.parametrize("loss", ["energy = 1,5, forces = 10", "energy = 1, 5", "energy = 1, forces = 10, 3"])
def test_no_argument_without_a_name_follows_one_with_a_name(loss: str) -> None:
    found = check(f"{EDITION}training t {{ {LOSS}{loss}) }} }}")
    assert "after one with a name" in " ".join(d.headline for d in found), shown(found)


def test_a_decimal_comma_in_a_call_is_offered_as_a_point() -> None:
    found = check(f"{EDITION}training t {{ {LOSS}energy = 1,5, forces = 10) }} }}")
    (told,) = [d for d in found if d.code == "MLP0209"]
    assert "weighted(energy = 1.5, forces = 10)" in (mended(told) or "")


def test_what_a_list_repeats_is_said_once_with_every_place() -> None:
    found = check(f"{EDITION}dataset d : emt_supercells {{ temperatures = [27 °C, 127 °C] }}")
    (told,) = [d for d in found if d.code == "MLP0202"]
    assert len(told.secondary) == 1
    assert "temperatures = [300.15 K, 400.15 K]" in (mended(told) or "")


def test_different_slips_in_one_list_stay_apart() -> None:
    found = check(f"{EDITION}dataset d : emt_supercells {{ temperatures = [27 °C, 127 eV] }}")
    assert {"MLP0202", "MLP0203"} <= set(codes(found))


def test_shares_are_offered_their_percent_sign_once() -> None:
    found = check(f"{EDITION}dataset d : emt_supercells {{ strain = -4 .. 4 }}")
    (told,) = [d for d in found if d.code == "MLP0205"]
    assert told.help == "write `-4 % .. 4 %` if that is meant"
    assert mended(told) == "dataset d : emt_supercells { strain = -4 % .. 4 % }"


def test_a_text_over_several_lines_is_one_fault() -> None:
    found = check(f'{EDITION}experiment "a" {{\n    question = "Does it\nhelp?"\n}}')
    assert codes(found) == ["MLP0005"], shown(found)


def test_an_edition_that_stands_too_late_is_one_fault_where_it_belongs() -> None:
    (found,) = [d for d in check(f"model m : mace {{ }}\n{EDITION}") if d.code != "MLP0310"]
    assert (found.code, marked(found)) == ("MLP0107", "model m : mace { }")
    assert "first line" in found.help


@pytest.mark.parametrize(
    ("block", "written", "unit"),
    [
        ("dynamics d : nve", "timestep = 0.001", "0.001 ps"),
        ("dynamics d : nve", "timestep = 2", "2 fs"),
        (MODEL, "r_max = 5", "5 Å"),
        (MODEL, "r_max = 4.5", "4.5 Å"),
    ],
)
def test_a_number_without_its_unit_is_offered_one_that_is_plausible(block: str, written: str, unit: str) -> None:
    told = [d for d in in_block(block, written) if d.code == "MLP0204"]
    assert [d.help for d in told] == [f"write `{unit}` if that is meant"]


@pytest.mark.parametrize(
    ("block", "written", "says"),
    [
        (MODEL, "r_max = 5 cubits", "units of length are such as `Å`"),
        ("dynamics d : nve", "timestep = 5 ticks", "units of time are such as `fs`"),
        ("budget", "money <= 15 USD", "a number without a unit: write `15`"),
    ],
)
def test_an_unknown_unit_is_answered_by_those_of_its_dimension(block: str, written: str, says: str) -> None:
    told = [d for d in check(f"{EDITION}{block} {{ {written} }}") if d.code == "MLP0202"]
    assert [says in d.help for d in told] == [True]


def test_a_list_is_offered_only_of_what_can_be_its_item() -> None:
    (right,) = [d for d in in_block("dataset d : files", 'train = "a.xyz"') if d.code == "MLP0201"]
    (wrong,) = [d for d in in_block("dataset d : files", "train = 10 %") if d.code == "MLP0201"]
    assert right.fix is not None
    assert wrong.fix is None
