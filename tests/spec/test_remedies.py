"""Remedies followed literally: the fix of a slip gives a spec that checks, and means what was probably meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults import check, in_block, marked, mended, shown

from mlipilot.spec.diagnostics import with_edits
from mlipilot.spec.schema import METRICS
from mlipilot.spec.schema.targets import NVE, SPLIT

COPPER = (Path(__file__).parents[1] / "lang/mistakes/bases/copper.mlp").read_text(encoding="utf-8")
AGAIN = "training again {\n    model = small\n    data = cu\n    stage only { epochs = 3 }\n}\n\n"
TWO_TRAININGS = COPPER.replace("dynamics hot", f"{AGAIN}dynamics hot")


def field(name: str) -> str:
    """The first line of the copper example that gives a field."""
    return next(line for line in COPPER.splitlines() if line.split("=")[0].strip() == name)


MENDED = {
    "steps of the written timestep": ("sampling", "sampling = 10 steps", "sampling = 20 fs"),
    "a friction per picosecond": ("relaxation", "relaxation = 5 ps^-1", "relaxation = 200 fs"),
    "shares in percent": (
        "split",
        "split = by_trajectory(train = 50 %, valid = 20 %, test = 30 %)",
        "split = by_trajectory(train = 6, valid = 2, test = 4)",
    ),
    "shares without names": ("split", "split = by_trajectory(0.6, 0.1, 0.3)", "split = by_trajectory(7, 1, 4)"),
    "one number for three axes": ("repeats", "repeats = 2", "repeats = [2, 2, 2]"),
    "a range of whole numbers": ("seeds", "seeds = 1 .. 3", "seeds = [1, 2, 3]"),
    "a range of Python in a list of it": ("seeds", "seeds = list(range(2, 8, 2))", "seeds = [2, 4, 6]"),
    "temperatures by NumPy": (
        "temperatures",
        "temperatures = linspace(300 K, 1200 K, 4)",
        "temperatures = [300 K, 600 K, 900 K, 1200 K]",
    ),
    "a seed thrice": ("seeds", "seeds = [5, 5, 5]", "seeds = [5, 1, 2]"),
    "a block in quotes for its part": ("start", 'start = "cu"', "start = cu.test"),
    "a training for a data set": ("start", "start = fit.valid", "start = cu.valid"),
    "a data set for a training": ("potential", "potential = cu", "potential = fit"),
}


@pytest.mark.parametrize("case", MENDED, ids=str)
def test_a_fix_gives_what_was_meant_and_checks(case: str) -> None:
    name, line, meant = MENDED[case]
    old = field(name)
    text = COPPER.replace(old, f"    {line}", 1)
    (found,) = check(text)
    assert mended(found) == meant
    assert found.fix is not None
    assert [d for d in check(with_edits(text, found.fix.edits)) if d.is_error] == []


def test_of_several_blocks_the_one_that_has_to_do_with_the_wrong_one_is_offered() -> None:
    other = TWO_TRAININGS.replace("model small", "model large : mace { channels = 8 }\n\nmodel small")
    other = other.replace("again {\n    model = small", "again {\n    model = large")
    (found,) = check(other.replace(field("potential"), "    potential = large", 1))
    assert mended(found) == "potential = again"


def test_without_a_reason_for_one_all_blocks_of_the_kind_are_offered() -> None:
    found = check(TWO_TRAININGS.replace(field("potential"), "    potential = small", 1))
    assert [(d.code, d.help, d.fix) for d in found] == [("MLP0302", "known: `fit`, `again`", None)], shown(found)


def test_where_no_block_of_the_kind_stands_one_is_to_be_declared() -> None:
    found = check('edition "2026"\nmodel m : mace { }\ndynamics d : nve { potential = m }\n')
    assert "declare one: `training name { … }`" in [d.help for d in found if d.code == "MLP0302"]


CELLS = {"cu.cell(3)": "cu.cell(3, 3, 3)", "cu.cell([2, 2, 3])": "cu.cell(2, 2, 3)", "cu": "cu.cell(4, 4, 4)"}


@pytest.mark.parametrize("written", CELLS)
def test_a_cell_is_offered_with_the_numbers_that_were_given(written: str) -> None:
    text = COPPER.replace("    require", f"    prefer relative_speed({written}) >= 2 ×\n    require", 1)
    (found,) = check(text)
    assert mended(found) == f"prefer relative_speed({CELLS[written]}) >= 2 ×"


COMMENTED = {
    "budget { wall <= 8 h # one night }": "budget { wall <= 8 h }  # one night",
    "training t { stage a { epochs = 3 # short }}": "training t { stage a { epochs = 3 } }  # short",
    "budget { wall <= 8 h #}": "budget { wall <= 8 h }",
}


@pytest.mark.parametrize("line", COMMENTED)
def test_a_brace_in_a_comment_is_put_before_it(line: str) -> None:
    found = [d for d in check(f'edition "2026"\n{line}\n') if d.code == "MLP0102"]
    assert [mended(d) for d in found] == [COMMENTED[line]]


def test_a_brace_that_is_missing_is_placed_before_a_line() -> None:
    (found,) = check(COPPER.replace("}\n\ndynamics hot", "\ndynamics hot", 1))
    assert found.source is not None
    line = 1 + next(n for n, text in enumerate(found.source.text.splitlines()) if text.startswith("dynamics hot"))
    assert f"before line {line}" in found.help


PATHS = {
    r"data\alloy\valid.xyz": "data/alloy/valid.xyz",
    r"C:\runs\new.xyz": "C:/runs/new.xyz",
    r"..\other\a b.extxyz": "../other/a b.extxyz",
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_with_backslashes_is_one_fault_and_written_with_slashes(path: str) -> None:
    text = f'edition "2026"\ndataset d : files {{\n    train = ["{path}"]\n}}\n'
    found = [d for d in check(text) if d.code == "MLP0006"]
    assert [mended(d) for d in found] == [f'train = ["{PATHS[path]}"]']


def test_a_backslash_in_a_sentence_is_no_path() -> None:
    found = check('edition "2026"\nexperiment "x" { question = "is \\alpha large?" }\n')
    assert [(d.code, marked(d), d.fix) for d in found if d.code == "MLP0006"] == [("MLP0006", "\\a", None)]


def test_a_field_of_a_stage_is_to_be_written_in_the_stage_that_lacks_it() -> None:
    text = TWO_TRAININGS.replace("data = cu\n    stage only", "data = cu\n    lr = 1e-3\n    stage only", 1)
    (found,) = (d for d in check(text) if d.code == "MLP0403")
    assert "write `lr = 1e-3` in `stage only`" in found.help


def test_a_field_that_its_block_has_already_is_shown_there() -> None:
    text = COPPER.replace("training fit {", "training fit {\n    epochs = 3", 1)
    (found,) = check(text)
    assert found.source is not None
    assert {found.source.slice(a.span).split()[0] for a in found.secondary} == {"epochs"}


def test_a_dictionary_alone_is_marked_and_replaced() -> None:
    text = COPPER.replace(field("split"), "    split = {'train': 6, 'valid': 2, 'test': 4}, frames = 8")
    text = text.replace(field("frames") + "\n", "", 1)
    (found,) = check(text)
    assert marked(found) == "{'train': 6, 'valid': 2, 'test': 4}"
    assert mended(found) == "split = by_trajectory(train = 6, valid = 2, test = 4), frames = 8"


def test_steps_are_counted_with_the_default_timestep_where_none_is_written() -> None:
    text = COPPER.replace(field("timestep") + "\n", "", 1).replace(field("spacing"), "    spacing = 20 steps")
    (found,) = (d for d in check(text) if d.code == "MLP0203")
    assert mended(found) == "spacing = 100 fs"


ABSURD = {
    "seeds": "seeds = range(1e30)",
    "temperatures": "temperatures = linspace(1e300 K, 9e300 K, 3)",
    "relaxation": "relaxation = 1e-300 d^-1",
    "sampling": "sampling = 1e300 steps",
}


@pytest.mark.parametrize("name", ABSURD)
def test_of_absurd_numbers_nothing_is_computed(name: str) -> None:
    found = check(
        COPPER.replace(field(name), f"    {ABSURD[name]}", 1).replace("timestep    = 2 fs", "timestep = 1e90 fs")
    )
    assert [d.fix for d in found if d.code in ("MLP0201", "MLP0203")] == [None], shown(found)


def test_a_cell_of_no_data_set_asks_for_one() -> None:
    text = 'edition "2026"\nscorecard s {\n    judges = fit\n    prefer relative_speed(cu) >= 2 ×\n}\n'
    assert "declare a `dataset` block" in next(d.help for d in check(text) if d.code == "MLP0209")


BOUNDED = {name: metric for name, metric in METRICS.items() if metric.dimension != "a plain number"}
TARGETS = {SPLIT: "cu.test", NVE: "drift"}


@pytest.mark.parametrize("name", BOUNDED, ids=str)
def test_a_threshold_without_a_unit_is_offered_in_the_unit_of_its_metric(name: str) -> None:
    metric = BOUNDED[name]
    rule = f'    require {name}({TARGETS[metric.target]}) <= 7 because "why not"\n'
    text = COPPER.replace("    require force_rmse", f"{rule}    require force_rmse", 1)
    (found,) = [diagnostic for diagnostic in check(text) if diagnostic.code == "MLP0204"]
    assert found.help == f"write `7 {metric.example.partition(' ')[2]}` if that is meant"
    assert found.primary is not None and f"such as `{metric.example}`" in found.primary.label


def test_a_range_of_what_is_never_negative_is_offered_without_a_negative_end() -> None:
    (found,) = in_block("dataset d : molecules", "source = g2(heavy = 2)")
    assert found.help == "a range has two ends, such as `2 .. 2`"
