"""Edits reach what the search declares and nothing else, and change no other byte of the text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mlipilot.cli import main
from mlipilot.spec.edit import Change, Edited, apply, read_changes
from mlipilot.spec.resolve import resolve
from mlipilot.spec.source import SourceFile

SPEC = """edition "2026"

# a comment that stays
model m : mace { channels = 8, r_max = 5 Å }  # and this one
training fit {
    model  = m
    data   = cu
    stage first  { epochs = 3, loss = weighted(1, 100) }
    stage second { }
}
dataset cu : emt_supercells {
    element = Cu, lattice = 3.6 Å, repeats = [2, 2, 2], temperatures = [300 K]
    trajectories = 8, frames = 5, split = by_trajectory(train = 4, valid = 2, test = 2)
}
search {
    m.channels              ~ choice(8, 16, 32)
    m.r_max                 ~ uniform(4.5 Å, 6 Å, step = 0.5 Å)
    m.e0                    ~ choice(average, values(Cu = 3.5 eV))
    m.max_L                 ~ int(0 .. 2)
    fit.batch               ~ int(1 .. 10)
    fit.first.loss          ~ choice(weighted(1, 100), huber(1, 100, delta = 0.1))
    fit.first.loss.energy   ~ choice(1, 10) when m.channels == 8
    fit.first.loss.stress   ~ choice(0, 5)
    fit.second.lr           ~ log_uniform(1e-4, 1e-1)
    fit.second.epochs       ~ int(1 .. 9)
    fit.second.scheduler.patience ~ choice(50, 5)
    require m.channels <= 16 when m.r_max > 5.5 Å because "memory"
}
"""
SPEC = SPEC.replace("stage second { }", "stage second { epochs = 2 }")


def edited(*changes: tuple[str, str], spec: str = SPEC) -> Edited:
    return apply(SourceFile("spec.mlp", spec), [Change(path, value) for path, value in changes])


def text(*changes: tuple[str, str], spec: str = SPEC) -> str:
    result = edited(*changes, spec=spec)
    assert result.source is not None, result.diagnostics
    return result.source.text


def codes(*changes: tuple[str, str], spec: str = SPEC) -> list[str]:
    result = edited(*changes, spec=spec)
    assert result.source is None
    return [diagnostic.code for diagnostic in result.diagnostics]


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("m.channels", "16", "channels = 8,", "channels = 16,"),
        ("m.r_max", "0.55 nm", "r_max = 5 Å }", "r_max = 0.55 nm }"),
        ("m.e0", "values(Cu = 3.5 eV)", "r_max = 5 Å }", "r_max = 5 Å, e0 = values(Cu = 3.5 eV) }"),
        ("fit.first.loss.energy", "10", "weighted(1, 100)", "weighted(10, 100)"),
        ("fit.first.loss.stress", "5", "weighted(1, 100)", "weighted(1, 100, stress = 5)"),
        ("fit.second.lr", "1e-3", "{ epochs = 2 }", "{ epochs = 2, lr = 1e-3 }"),
        (
            "fit.second.scheduler.patience",
            "5",
            "{ epochs = 2 }",
            "{ epochs = 2, scheduler = plateau(factor = 0.8, patience = 5) }",
        ),
    ],
)
def test_an_edit_changes_its_value_and_no_other_byte(path: str, value: str, before: str, after: str) -> None:
    assert SPEC.count(before) >= 1
    assert text((path, value)) == SPEC.replace(before, after, 1)


def test_a_field_that_stood_on_its_default_gets_a_line_like_its_neighbours() -> None:
    head = "training other {\n    model = m\n    data = cu\n    stage first"
    spec = SPEC.replace("    stage first", "    stage s { epochs = 1 }\n    ema    = 0.9   # kept\n}\n" + head)
    spec = "\n".join(line for line in spec.split("\n") if not line.lstrip().startswith("fit.") or "fit.batch" in line)
    assert "    ema    = 0.9   # kept\n    batch  = 5\n}" in text(("fit.batch", "5"), spec=spec)


def test_several_edits_are_made_in_order_and_the_result_means_what_they_say() -> None:
    after = text(("fit.first.loss", "huber(1, 100, delta = 0.1)"), ("fit.first.loss.energy", "10"), ("fit.batch", "2"))
    space = resolve(SourceFile("after.mlp", after)).spec.space
    assert space is not None
    assert space.baseline["fit.first.loss.energy"] == 10
    assert space.baseline["fit.batch"] == 2
    assert "huber(10, 100, delta = 0.1)" in after


@pytest.mark.parametrize(
    "changes",
    [
        [("m.channels", "16"), ("fit.batch", "2"), ("fit.second.epochs", "3"), ("m.r_max", "4.5 Å")],
        [("m.e0", "values(Cu = 3.5 eV)"), ("m.max_L", "1"), ("m.channels", "16")],
        [("fit.second.lr", "1e-3"), ("fit.second.epochs", "3"), ("fit.second.scheduler.patience", "5")],
        [("fit.first.loss.energy", "10"), ("fit.first.loss.stress", "5"), ("fit.second.epochs", "3")],
        [("fit.first.loss", "huber(1, 100, delta = 0.1)"), ("fit.first.loss.stress", "5")],
        [("m.r_max", "4.5 Å"), ("m.channels", "32"), ("m.r_max", "5.5 Å")],
    ],
)
def test_several_edits_at_once_write_what_they_write_one_after_the_other(changes: list[tuple[str, str]]) -> None:
    one_by_one = SPEC
    for change in changes:
        one_by_one = text(change, spec=one_by_one)
    assert text(*changes) == one_by_one


def test_an_edit_back_restores_the_bytes() -> None:
    assert text(("m.channels", "8"), spec=text(("m.channels", "32"))) == SPEC


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("m.chanels", "16", "MLP0711"),
        ("m.correlation", "2", "MLP0711"),
        ("cu.seed", "3", "MLP0711"),
        ("fit.seeds", "[1, 2]", "MLP0711"),
        ("m", "16", "MLP0711"),
        ("", "16", "MLP0711"),
        ("m.channels", "17", "MLP0712"),
        ("m.channels", "16 Å", "MLP0712"),
        ("m.channels", "16, r_max = 3 Å", "MLP0712"),
        ("m.channels", "16 }\nmodel n : mace { ", "MLP0712"),
        ("m.channels", "16 # and more", "MLP0712"),
        ("m.channels", "", "MLP0712"),
        ("m.channels", "(16", "MLP0712"),
        ("m.r_max", "5", "MLP0712"),
        ("m.r_max", "4.7 Å", "MLP0712"),
        ("m.e0", "fit", "MLP0712"),
        ("fit.second.lr", "1", "MLP0712"),
        ("fit.first.loss", "weighted(1, 1)", "MLP0712"),
    ],
)
def test_what_the_search_does_not_declare_cannot_be_said(path: str, value: str, code: str) -> None:
    assert codes((path, value)) == [code]


def test_a_value_that_would_never_be_read_is_refused() -> None:
    assert codes(("m.channels", "16"), ("fit.first.loss.energy", "10")) == ["MLP0713"]


def test_an_argument_whose_call_is_edited_after_it_is_refused_where_it_is_lost() -> None:
    huber = ("fit.first.loss", "huber(1, 100, delta = 0.1)")
    assert codes(("fit.first.loss.stress", "5"), huber) == ["MLP0713"]
    assert text(("fit.first.loss.stress", "0"), huber) == text(huber)


def test_a_point_that_violates_a_requirement_is_refused() -> None:
    assert codes(("m.channels", "32"), ("m.r_max", "6 Å")) == ["MLP0414"]


def test_a_point_between_two_edits_may_violate_what_the_whole_satisfies() -> None:
    spec = text(("m.channels", "16"), ("m.r_max", "6 Å"))
    after = text(("m.channels", "32"), ("m.r_max", "5 Å"), spec=spec)
    assert "channels = 32, r_max = 5 Å" in after
    assert codes(("m.channels", "32"), ("m.r_max", "5.5 Å"), ("m.r_max", "6 Å"), spec=spec) == ["MLP0414"]


def test_a_choice_is_named_as_it_is_listed_also_where_it_names_a_block_or_takes_two_lines() -> None:
    spec = SPEC.replace("search {", "model n : mace { channels = 4 }\nsearch {\n    fit.model ~ choice(m, n)")
    spec = spec.replace("huber(1, 100, delta = 0.1))", "huber(\n    1, 100, delta = 0.1))")
    assert "model  = n\n" in text(("fit.model", "n"), spec=spec)
    assert codes(("fit.model", "cu"), spec=spec) == ["MLP0712"]
    assert "loss = huber(\n    1, 100, delta = 0.1) }" in text(
        ("fit.first.loss", "huber(\n    1, 100, delta = 0.1)"), spec=spec
    )


def test_another_call_brings_its_own_arguments_to_the_settled_point() -> None:
    spec = SPEC.replace("huber(1, 100, delta = 0.1)", "huber(10, 100, delta = 0.1)")
    space = resolve(SourceFile("spec.mlp", spec)).spec.space
    assert space is not None
    draw = space.draw("fit.first.loss")
    assert draw is not None
    huber = draw.domain.values[1].data
    settled = space.settle({"fit.first.loss": huber, "m.channels": 16, "fit.first.loss.energy": 1})
    made = text(("m.channels", "16"), ("fit.first.loss", "huber(10, 100, delta = 0.1)"), spec=spec)
    after = resolve(SourceFile("after.mlp", made)).spec.space
    assert after is not None
    assert settled["fit.first.loss.energy"] == after.baseline["fit.first.loss.energy"] == 10


def test_without_a_search_nothing_can_be_edited() -> None:
    assert codes(("m.channels", "16"), spec=SPEC[: SPEC.index("search")]) == ["MLP0711"]


def test_a_spec_that_does_not_resolve_is_not_edited() -> None:
    assert codes(("m.channels", "16"), spec=SPEC.replace("lattice = 3.6 Å", "lattice = 3.6")) == ["MLP0204"]


@pytest.mark.parametrize(
    "document",
    [
        "",
        "[]",
        "{",
        "3",
        "[[]]",
        '{"op": "set"}',
        '{"op": "delete", "path": "m.channels", "value": 8, "because": "x"}',
        '{"op": "set", "path": "m.channels", "value": 8}',
        '{"op": "set", "path": "m.channels", "value": 8, "because": " "}',
        '{"op": "set", "path": "m.channels", "value": null, "because": "x"}',
        '{"op": "set", "path": "m.channels", "value": [8], "because": "x"}',
        '{"op": "set", "path": "m.channels", "value": 1e999, "because": "x"}',
        '{"op": "set", "path": 3, "value": 8, "because": "x"}',
        '{"op": "set", "path": "m.channels", "value": 8, "because": "x", "file": "other.mlp"}',
        "[" * 100_000,
    ],
)
def test_json_that_is_no_edit_is_refused(document: str) -> None:
    refused = read_changes(document, "edits.json")
    assert not isinstance(refused, list)
    assert refused.code == "MLP0714"


def test_the_command_edits_the_file_prints_the_change_and_leaves_a_refused_one_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "spec.mlp"
    path.write_text(SPEC, encoding="utf-8")
    edits = tmp_path / "edits.json"
    edits.write_text(json.dumps([{"op": "set", "path": "m.channels", "value": 16, "because": "capacity"}]))
    assert main(["edit", str(path), "--edits", str(edits), "--dry-run"]) == 0
    assert path.read_text(encoding="utf-8") == SPEC
    assert main(["edit", str(path), "--edits", str(edits)]) == 0
    assert path.read_text(encoding="utf-8") == SPEC.replace("channels = 8,", "channels = 16,")
    assert "+model m : mace { channels = 16," in capsys.readouterr().out
    before = path.read_bytes()
    assert main(["edit", str(path), "--set", "m.channels=99"]) == 2
    assert main(["edit", str(path), "--set", "m.channels"]) == 2
    assert main(["edit", str(path), "--edits", str(tmp_path / "absent.json")]) == 2
    assert main(["edit", str(path)]) == 2
    assert path.read_bytes() == before


def test_an_edit_whose_result_does_not_check_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "spec.mlp"
    spec = SPEC.replace("m.max_L                 ~ int(0 .. 2)", "m.max_L                 ~ int(0 .. 4)")
    path.write_text(spec, encoding="utf-8")
    assert main(["edit", str(path), "--set", "m.max_L=4"]) == 2
    assert "MLP0502" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == spec
