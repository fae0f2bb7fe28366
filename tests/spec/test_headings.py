"""Heads of blocks in other forms, `stage` and `edition` where they do not belong: one diagnostic that says the form."""

from __future__ import annotations

import pytest
from faults import COPPER, check, codes, line_of, marked, mended, shown

from mlipilot.spec.diagnostics import Diagnostic, with_edits

EDITION = 'edition "2026"\n'
DATASET, DYNAMICS = "dataset cu : emt_supercells {", "dynamics hot : nvt {"
STAGE = "    stage forces { epochs = 26, lr = 1e-2, loss = weighted(energy = 1, forces = 100) }\n"


def one(old: str, new: str) -> Diagnostic:
    assert COPPER.count(old) >= 1
    found = check(COPPER.replace(old, new, 1))
    assert len(found) == 1, shown(found)
    return found[0]


@pytest.mark.parametrize(
    ("head", "written"),
    [
        (DATASET, "dataset cu { : emt_supercells"),
        (DATASET, "dataset { cu : emt_supercells"),
        (DATASET, "dataset {\n    cu : emt_supercells"),
        (DATASET, "emt_supercells cu {"),
        (DATASET, "dataset cu emt_supercells {"),
        (DATASET, "dataset cu :: emt_supercells {"),
        (DATASET, "dataset cu as emt_supercells {"),
        (DATASET, "dataset cu = emt_supercells {"),
        (DATASET, "cu : emt_supercells {"),
        (DATASET, "dataset : emt_supercells cu {"),
        ("model potential : mace {", "class potential(mace) {"),
        ("model potential : mace {", "let potential : mace {"),
        ("training fit {", "training = fit {"),
        ("training fit {", "training { fit"),
        ("stage forces {", "stage = forces {"),
        ("stage forces {", "stage forces = {"),
        (DYNAMICS, "nvt dynamics hot {"),
        (DYNAMICS, "dynamics nvt hot {"),
        (DYNAMICS, "dynamics hot(nvt) {"),
        (DYNAMICS, "dynamics hot : nvt = {"),
    ],
)
def test_a_head_in_another_form_is_one_fault_that_shows_the_form(head: str, written: str) -> None:
    found = one(head, written)
    assert f"write `{head}`" in found.help
    assert found.fix is not None
    assert found.source is not None
    assert check(with_edits(found.source.text, found.fix.edits)) == []


@pytest.mark.parametrize("opener", ["(", "["])
def test_fields_in_other_brackets_are_a_block(opener: str) -> None:
    closer = {"(": ")", "[": "]"}[opener]
    text = COPPER.replace(DATASET, f"dataset cu : emt_supercells {opener}").replace(
        "seed         = 7\n}", f"seed = 7\n{closer}"
    )
    (found,) = check(text)
    assert found.fix is not None
    assert check(with_edits(text, found.fix.edits)) == []


def test_a_stage_in_the_form_of_a_call_is_a_block() -> None:
    found = one(STAGE.strip(), STAGE.strip().replace("{", "(").replace("}", ")"))
    assert (found.code, found.help) == ("MLP0101", "write `stage forces {`")


def test_a_block_by_indentation_is_told_of_its_braces() -> None:
    (found,) = check(
        COPPER.replace(DATASET, "dataset cu : emt_supercells:").replace(
            "    seed         = 7\n}", "    seed         = 7\n"
        )
    )
    assert "write `dataset cu : emt_supercells {` and end the block with `}`" in found.help


@pytest.mark.parametrize("written", ["dynamics nvt : hot {"])
def test_a_name_and_a_tag_in_each_others_place_are_one_fault(written: str) -> None:
    found = one(DYNAMICS, written)
    assert found.code == "MLP0402"
    assert (mended(found) or "").startswith(DYNAMICS)


@pytest.mark.parametrize("written", ["dataset cu : emt_supercells\n{", "dynamics hot : nvt\n\n{"])
def test_a_brace_on_a_later_line_is_moved_up(written: str) -> None:
    found = one(written.split("\n", maxsplit=1)[0] + " {", written)
    assert "move it up" in (found.primary.label if found.primary else "")


@pytest.mark.parametrize(("kind", "head"), [("dataset", DATASET), ("dynamics", DYNAMICS)])
def test_what_refers_to_a_block_without_a_name_is_silent(kind: str, head: str) -> None:
    found = one(head, f"{kind} :{head.split(':')[1]}")
    assert (found.code, found.headline) == ("MLP0404", f"`{kind}` needs a name")


@pytest.mark.parametrize("name", ["training", "dataset"])
def test_a_name_in_quotes_only_needs_to_lose_them(name: str) -> None:
    head = {"training": "training fit {", "dataset": DATASET}[name]
    word = head.split()[1]
    found = one(head, head.replace(word, f'"{word}"', 1))
    assert "stands without quotes" in found.headline
    assert mended(found) == head


def test_fields_and_calls_that_look_like_heads_stay_what_they_are() -> None:
    assert check(COPPER) == []
    found = check(COPPER.replace("model = potential\n", "model = { potential }\n"))
    assert "blocks begin with" not in shown(found)


# -- blocks that stand where they cannot


@pytest.mark.parametrize("place", ["training fit {", "model potential : mace {", DATASET])
def test_a_stage_that_stands_before_a_block_is_one_fault(place: str) -> None:
    found = one(place, f"{STAGE.strip()}\n{place}")
    assert found.help == "`stage forces { … }` stands inside `training name { … }`"


@pytest.mark.parametrize("head", [DATASET, "model potential : mace {", "stage forces {"])
def test_a_stage_inside_another_block_is_one_fault(head: str) -> None:
    found = one(head, f"{head}\n{STAGE.replace('forces {', 'more {')}")
    assert (found.code, marked(found)) == ("MLP0406", "stage more")


def test_stages_outside_their_training_are_one_fault_and_nothing_is_said_of_the_training() -> None:
    start = COPPER.index("    stage forces")
    stages = COPPER[start : COPPER.index("}\n\ndynamics")]
    (found,) = check(COPPER.replace(stages + "}\n", "}\n" + stages))
    assert (found.code, len(found.secondary)) == ("MLP0406", 1)


@pytest.mark.parametrize(
    ("line", "block", "use"),
    [
        ("    model = potential\n", "    model p : mace { }\n", "model = p"),
        ("    data  = cu\n", "    dataset d : files { }\n", "data = d"),
    ],
)
def test_a_block_in_place_of_its_name_is_one_fault(line: str, block: str, use: str) -> None:
    assert use in one(line, block).help


# -- edition


@pytest.mark.parametrize(
    "text",
    [
        f"{EDITION}{COPPER}",
        f"{COPPER}{EDITION}",
        COPPER.replace("    seed         = 7\n", f"    seed = 7\n    {EDITION}"),
        f"{EDITION}{EDITION}{COPPER}",
    ],
)
def test_an_edition_that_is_repeated_is_one_fault(text: str) -> None:
    (found,) = check(text)
    assert (found.code, found.headline) == ("MLP0406", "`edition` is given more than once")


@pytest.mark.parametrize("place", ["    seed         = 7\n", "    channels     = 8\n"])
def test_an_edition_inside_a_block_alone_is_one_fault(place: str) -> None:
    (found,) = check(COPPER.removeprefix(EDITION).replace(place, f"{place}    {EDITION}"))
    assert (found.code, found.help) == ("MLP0107", 'move `edition "2026"` to the first line')


@pytest.mark.parametrize(
    "written", ['edition = "2026"', "edition 2026", 'edition: "2026"', "edition", 'edition { "2026" }']
)
def test_an_edition_in_another_form_is_shown_the_form(written: str) -> None:
    (found,) = check(COPPER.replace(EDITION, f"{written}\n"))
    assert (codes([found]), found.help) == (["MLP0101"], 'write `edition "2026"`')


def test_a_block_on_the_line_of_the_edition_begins_a_new_line() -> None:
    text = COPPER.replace(EDITION + "\n", 'edition "2026" ')
    (found,) = check(text)
    assert found.fix is not None
    assert line_of(found) == 1
    assert check(with_edits(text, found.fix.edits)) == []
