"""Constructs of Python, YAML, TOML and C, units in words and shares: one diagnostic that says the form."""

from __future__ import annotations

import pytest
from faults import COPPER, check, codes, in_block, mended, shown

from mlipilot.spec.diagnostics import Diagnostic, with_edits
from mlipilot.spec.schema import METRICS

MODEL = "model m : mace"


def of_line(old: str, new: str) -> Diagnostic:
    assert COPPER.count(old) >= 1
    found = check(COPPER.replace(old, new, 1))
    assert len(found) == 1, shown(found)
    return found[0]


def mended_whole(found: Diagnostic) -> list[Diagnostic]:
    assert found.fix is not None
    assert found.source is not None
    return check(with_edits(found.source.text, found.fix.edits))


@pytest.mark.parametrize(
    "written",
    [
        '"channels": 8',
        '"channels" = 8',
        "channels -> 8",
        "channels += 8",
        "channels ?= 8",
        "int channels = 8",
        "let channels = 8",
        "const channels = 8",
        "set channels 8",
        "channels: int = 8",
        "--channels 8",
        "--channels=8",
        "channels = 4 * 2",
        "channels = 16 / 2",
        "channels = 4 + 4",
        'channels = "8"',
        "channels = int(8)",
        "channels = [8]",
        "channels = 8L",
        "channels = 8u",
        "channels = 0b1000",
        "channels = 0o10",
        "channels = `8`",
        "channels = 8 atoms",
    ],
)
def test_a_form_whose_meaning_is_plain_is_offered_in_ours(written: str) -> None:
    found = of_line("    channels     = 8\n", f"    {written}\n")
    assert "8" in (mended(found) or "")
    assert mended_whole(found) == []


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("channels = 8 if True else 16", "depends on no condition"),
        ("channels = true ? 8 : 16", "depends on no condition"),
        ("channels = **kwargs", "stands for nothing"),
        ("**kwargs", "stands for nothing"),
        ("channels = &x 8", "stands for nothing"),
        ("channels = *x", "stands for nothing"),
        ("<<: *base", "merged"),
        ("channels = x[0]", "no value has an index"),
        ("channels[0] = 8", "no value has an index"),
        ("channels = lambda x: 8", "no loops, conditions or functions"),
        ("for x in [1, 2] { channels = x }", "no loops, conditions or functions"),
        ("if true { channels = 8 }", "no loops, conditions or functions"),
        ("return 8", "no loops, conditions or functions"),
        ("channels = ???", "a value is missing"),
        ("channels = <channels>", "a value is missing"),
        ("channels = ...", "a value is missing"),
        ("channels = ~", "no value for nothing"),
        ("channels = 8 \\", "no line is continued"),
        ("channels = 1,000", "it has no comma"),
        ("channels = ∞", "a number is finite"),
        ("- 8", "a list stands in `[ ]`"),
    ],
)
def test_a_form_that_has_no_counterpart_is_named(written: str, says: str) -> None:
    assert says in of_line("    channels     = 8\n", f"    {written}\n").headline


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("None", "leave the field out"),
        ("null", "leave the field out"),
        ("inf", "a number is finite"),
        ('env("X")', "reads no environment"),
        ("potential.channels", "copied from another block"),
        ("choice(8, 16)", "drawn in a `search` block"),
        ("8 or 16", "it is one value"),
        ("8 .. 16", "it is one value"),
    ],
)
def test_a_value_of_another_kind_is_answered_by_what_is_meant(written: str, says: str) -> None:
    found = of_line("channels     = 8", f"channels = {written}")
    assert (found.code, says in found.help) == ("MLP0201", True)


@pytest.mark.parametrize(
    ("written", "meant"), [("yes", "true"), ("on", "true"), ("True", "true"), ("no", "false"), ("0", "false")]
)
def test_words_of_truth_are_ours(written: str, meant: str) -> None:
    (found,) = in_block(MODEL, f"pair_repulsion = {written}")
    assert mended(found) == f"pair_repulsion = {meant}"


@pytest.mark.parametrize(("written", "meant"), [('f"a"', '"a"'), ("r'a'", "'a'"), ('f"{a}"', None)])
def test_a_text_has_no_prefix(written: str, meant: str | None) -> None:
    (found,) = in_block('experiment "e"', f"question = {written}")
    assert found.code == "MLP0101"
    assert mended(found) == (meant and f"question = {meant}")


@pytest.mark.parametrize("comment", ["--", "!", "%", ";"])
def test_comments_of_other_languages_are_ours(comment: str) -> None:
    found = of_line("dataset cu", f"{comment} copper\ndataset cu")
    assert found.headline == f"`{comment}` begins no comment"
    assert mended_whole(found) == []


@pytest.mark.parametrize("mark", [": |", ": >", " = |", ": |-"])
def test_a_text_of_yaml_is_one_fault(mark: str) -> None:
    found = of_line(
        'question = "Which small MACE survives 1200 K within 30 meV/Å?"',
        f"question{mark}\n        Which small = 3\n        - MACE {{\n",
    )
    assert 'question = """' in found.help
    assert mended_whole(found) == []


@pytest.mark.parametrize("head", ["temperatures:", "temperatures =", '"temperatures":'])
def test_a_list_of_yaml_is_one_fault(head: str) -> None:
    found = of_line("temperatures = [300 K, 700 K, 1200 K]", f"{head}\n      - 300 K\n      - 700 K\n      - 1200 K\n")
    assert "[300 K, 700 K, 1200 K]" in found.help


@pytest.mark.parametrize(
    ("head", "section"),
    [
        ("model potential : mace {", "[model.potential]"),
        ("training fit {", "[training.fit]"),
        ("training fit {", "[training]"),
        ("dataset cu : emt_supercells {", "[dataset.cu.emt_supercells]"),
    ],
)
def test_a_section_of_toml_is_one_fault(head: str, section: str) -> None:
    start = COPPER.index(head)
    end = COPPER.index("\n}", start)
    (found,) = check(COPPER[:start] + section + COPPER[start + len(head) : end] + COPPER[end + 2 :])
    assert "end the block with `}`" in found.help


@pytest.mark.parametrize("word", ["end", "done"])
def test_a_word_that_ends_a_block_is_a_brace(word: str) -> None:
    found = of_line("    precision    = float64\n}", f"    precision    = float64\n{word}")
    assert mended_whole(found) == []


# -- units and shares


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2 femtoseconds", "2 fs"),
        ("0.002 picosecond", "0.002 ps"),
        ("2 fs.", "2 fs"),
        ("0.002 picoseconds.", "0.002 ps"),
        ("2 * fs", "2 fs"),
        ("2_fs", "2 fs"),
        ('2 "fs"', "2 fs"),
        ('"2 fs"', "2 fs"),
        ("2 [fs]", "2 fs"),
        ("fs(2)", "2 fs"),
        ("1/2 fs", "0.5 fs"),
    ],
)
def test_a_unit_in_another_form_is_offered_in_ours(written: str, meant: str) -> None:
    found = of_line("timestep    = 2 fs", f"timestep    = {written}")
    assert mended(found) == f"timestep    = {meant}"
    assert mended_whole(found) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2 hours", "2 h"),
        ("30 minutes", "30 min"),
        ("2 h 30 min", "150 min"),
        ("2 hours 30 minutes", "150 min"),
        ("2h30m", "150 min"),
        ("1 week", "7 d"),
        ("2 h.", "2 h"),
    ],
)
def test_a_time_in_another_form_is_offered_in_ours(written: str, meant: str) -> None:
    found = of_line("device_time <= 2 h", f"device_time <= {written}")
    assert f"device_time <= {meant}," in (mended(found) or "")
    assert mended_whole(found) == []


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("[300 K 1200 K]", "[300 K, 1200 K]"),
        ("[300K 500K 1200K]", "[300 K, 500 K, 1200 K]"),
        ("[300, 1200] K", "[300 K, 1200 K]"),
        ("[300,1200]K", "[300 K, 1200 K]"),
        ("(300, 1200) K", "[300 K, 1200 K]"),
    ],
)
def test_items_of_a_list_that_lack_commas_or_units_are_no_sum(written: str, meant: str) -> None:
    found = of_line("temperatures = [300 K, 700 K, 1200 K]", f"temperatures = {written}")
    assert mended(found) == f"temperatures = {meant}"
    assert mended_whole(found) == []


@pytest.mark.parametrize("written", ["30 min 2 h", "300 s 300 s"])
def test_two_quantities_whose_units_do_not_descend_are_not_added_up(written: str) -> None:
    found = of_line("device_time <= 2 h", f"device_time <= {written}")
    assert found.headline == "a quantity is one number with one unit"
    assert found.fix is None


@pytest.mark.parametrize(("block", "written"), [("dynamics d : nve", "timestep = 2 m"), ("budget", "wall <= 30 m")])
def test_one_letter_is_no_slip_for_two(block: str, written: str) -> None:
    (found,) = [d for d in in_block(block, written) if d.code == "MLP0202"]
    assert found.fix is None
    assert "`min`" in found.help


@pytest.mark.parametrize(
    ("old", "new", "bound"),
    [
        ("device_time <= 2 h", "device_time <= 0 h", "above 0 h"),
        ("confidence = 95 %", "confidence = 100 %", "below 100 %"),
        ("timestep    = 2 fs", "timestep    = 2 ps", "at most 20 fs"),
    ],
)
def test_a_bound_is_said_in_the_unit_that_the_field_is_written_in(old: str, new: str, bound: str) -> None:
    assert bound in of_line(old, new).headline


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("-4 % .. 4 %", "-4 .. 4 %", "-4 % .. 4 %"),
        ("-4 % .. 4 %", "-4 .. 4", "-4 % .. 4 %"),
        ("-4 % .. 4 %", "-4 % to 4 %", "-4 % .. 4 %"),
        ("-4 % .. 4 %", "-4 % ... 4 %", "-4 % .. 4 %"),
        ("-4 % .. 4 %", "± 4 %", "-4 % .. 4 %"),
        ("-4 % .. 4 %", "[-4 %, 4 %]", "-4 % .. 4 %"),
        ("-4 % .. 4 %", "-4 % - 4 %", "-4 % .. 4 %"),
        ("-4 % .. 4 %", "uniform(-4 %, 4 %)", "-4 % .. 4 %"),
    ],
)
def test_a_range_of_shares_in_another_form_is_offered_in_ours(old: str, new: str, meant: str) -> None:
    found = of_line(old, new)
    assert meant in (mended(found) or "")
    assert mended_whole(found) == []


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ("confidence = 95 %", "confidence = 95", "95 %"),
        ("confidence = 95 %", "confidence = 0.95 %", "0.95"),
        (">= 80 %", ">= 80", "80 %"),
    ],
)
def test_a_share_without_its_percent_sign_is_offered_with_it(old: str, new: str, meant: str) -> None:
    found = of_line(old, new)
    assert (codes([found]), found.help) == (["MLP0205"], f"write `{meant}` if that is meant")


@pytest.mark.parametrize(
    ("block", "written", "label"),
    [
        ("dataset d : emt_supercells", "strain = -4 .. 3 %", "`-4` is -400 %"),
        ("scorecard s", "confidence = 95", "`95` is 9500 %"),
        ("training t", "ema = 95", "outside"),
    ],
)
def test_a_number_without_a_percent_sign_is_said_in_percent(block: str, written: str, label: str) -> None:
    (found,) = [d for d in in_block(block, written) if d.code == "MLP0205"]
    assert found.primary is not None
    assert found.primary.label == label
    assert "%` if that is meant" in found.help


@pytest.mark.parametrize(
    ("block", "written", "usual"),
    [
        ("training t", "stage a { lr = 10 }", "usual: 1e-6 to 0.1"),
        ("dynamics d : nve", "timestep = 2 ps", "usual: 0.05 fs to 10 fs"),
    ],
)
def test_a_hard_bound_says_what_is_usual_and_offers_no_share(block: str, written: str, usual: str) -> None:
    (found,) = [d for d in in_block(block, written) if d.code == "MLP0205"]
    assert found.notes[0].startswith(usual)
    assert "%" not in found.help


def test_no_share_is_above_one_and_an_error_may_be() -> None:
    percentages = [metric for metric in METRICS.values() if metric.unit == "%"]
    assert {(metric.lower_is_better, metric.threshold.maximum) for metric in percentages} == {
        (False, "1"),
        (True, None),
    }


@pytest.mark.parametrize("written", ["80 .. 90 %", "[80 %, 90 %]"])
def test_a_threshold_is_one_value(written: str) -> None:
    assert "it is one value" in of_line(">= 80 %", f">= {written}").help
