"""Blocks: what is guessed from a slip, and what a slip must not set off."""

from __future__ import annotations

import pytest
from faults import COPPER, check, codes, in_block, marked, mended, shown

from mlipilot.spec.diagnostics import Applicability, with_edits
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile

SLIPS = [
    ("dataset cu", "datasett cu", "MLP0401", "dataset cu : emt_supercells {"),
    ("model potential", "Model potential", "MLP0401", "model potential : mace {"),
    (": emt_supercells", ": emt_supercell", "MLP0402", "dataset cu : emt_supercells {"),
    (": nve {", ": nev {", "MLP0402", "dynamics warm : nve {"),
    ("training fit {", "training : fit {", "MLP0402", "training fit {"),
    ("training fit {", "training fit : mace {", "MLP0402", "training fit {"),
    ("judges     = fit", "judge = fit", "MLP0403", "judges = fit"),
    ("trials <= 12", "trials = 12", "MLP0406", None),
    ("potential   = fit", "potential = fti", "MLP0301", "potential = fit"),
    ("start       = cu.test", "start = cu.tests", "MLP0304", None),
    ("require survival(hot)", "require survivl(hot)", "MLP0305", None),
    ("train = 8,", "trian = 8,", "MLP0209", None),
]


@pytest.mark.parametrize(("old", "new", "code", "line"), SLIPS, ids=[new for _, new, *_ in SLIPS])
def test_a_slip_costs_one_diagnostic_and_its_fix_mends_the_file(
    old: str, new: str, code: str, line: str | None
) -> None:
    assert old in COPPER
    found = check(COPPER.replace(old, new, 1))
    assert codes(found) == [code], shown(found)
    assert line is None or mended(found[0]) == line
    fix, source = found[0].fix, found[0].source
    assert fix is not None
    assert source is not None
    assert check(with_edits(source.text, fix.edits)) == []


def test_a_fix_offers_no_field_that_is_given_already() -> None:
    (found,) = in_block("model m : mace", "channels = 8, channel = 16")
    assert (found.code, found.fix) == ("MLP0403", None)


@pytest.mark.parametrize("word", ["Channels", "CHANNELS", "num_channels", "n_features"])
def test_the_value_of_a_field_in_other_words_is_checked(word: str) -> None:
    found = in_block("model m : mace", f"{word} = 0")
    assert codes(found) == ["MLP0403", "MLP0205"], shown(found)


@pytest.mark.parametrize("written", ["chanels = 0", "max_elll = 4.5 Å", "Chanel = 0", "precison = float16"])
def test_nothing_is_said_of_the_value_of_a_field_that_was_only_guessed(written: str) -> None:
    (found,) = in_block("model m : mace", written)
    assert found.code == "MLP0403"
    assert found.fix is not None
    assert found.fix.applicability is Applicability.UNSAFE


def test_a_strange_field_beside_one_missing_is_offered_that_one() -> None:
    (found,) = [d for d in check(COPPER.replace("lattice ", "zzzzz ", 1)) if d.code == "MLP0403"]
    assert mended(found) == "lattice      = 3.59 Å"
    assert "is missing; is it meant?" in found.help


def test_what_stands_for_a_field_that_cannot_be_read_is_no_default() -> None:
    found = check(COPPER.replace("replicas = 16", "replicas = $", 1))
    assert codes(found) == ["MLP0004"], shown(found)


def test_each_missing_field_is_named_with_its_type() -> None:
    found = check('edition "2026"\ntraining fit { stage main { epochs = 1 } }')
    assert [(d.code, marked(d)) for d in found] == [("MLP0404", "training fit"), ("MLP0404", "training fit")]
    assert "`model` block" in found[0].help


def test_every_fault_is_reported_in_the_order_of_the_text() -> None:
    found = check(COPPER.replace("4.5 Å", "4.5").replace("= Cu", "= Fe").replace("seeds = [1]", "seeds = 1"))
    places = [d.primary.span.start for d in found if d.primary is not None]
    assert len(found) == 3
    assert places == sorted(places)


def test_a_default_has_no_place_and_a_written_value_has_its_own() -> None:
    source = SourceFile("a", 'edition "2026"\nmodel m : mace { r_max = 4.5 Å }')
    (model,) = resolve(source).spec.blocks
    written, default = model.fields["r_max"], model.fields["channels"]
    assert written.span is not None
    assert source.slice(written.span) == written.written == "4.5 Å"
    assert default.is_default
    assert (default.data, default.written) == (128, "128")


def test_titles_and_unnamed_blocks_cannot_be_referred_to() -> None:
    spec = resolve(SourceFile("a", COPPER)).spec
    assert spec.block("Copper from EMT") is None
    assert spec.block("budget") is None
    assert spec.block("cu") is not None
