"""Options beside their data: what the data prove is said once, at the option that is wrong, and nothing else is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from crystals import Crystal
from linting import lint, marked

from mlipilot.spec.diagnostics import Diagnostic

BASE = "name: cu\ntrain_file: train.xyz\nvalid_file: valid.xyz\nbatch_size: 4\n"
CELL = re.compile(r'Lattice="[^"]*" pbc="T T T" ')


def found(
    options: str, folder: Path, train: Crystal | None = None, *, cells: bool = True, base: str = BASE
) -> list[Diagnostic]:
    """What is found with options added to a good file, and a training file."""
    for name, crystal in (("train", train or Crystal(seed=1)), ("valid", Crystal(4, seed=2))):
        text = crystal.text()
        (folder / f"{name}.xyz").write_text(text if cells else CELL.sub("", text))
    return lint(base + options, folder).diagnostics


def codes(options: str, folder: Path, train: Crystal | None = None, *, cells: bool = True) -> list[str]:
    return [diagnostic.code for diagnostic in found(options, folder, train, cells=cells)]


ISOLATED = Crystal(8, seed=1, atom="IsolatedAtom")


@pytest.mark.parametrize("word", ["isolated", "IsolatedAtom"])
def test_energies_asked_of_isolated_atoms_that_are_there_are_as_asked(word: str, tmp_path: Path) -> None:
    assert codes(f"E0s: {word}\n", tmp_path, ISOLATED) == []


@pytest.mark.parametrize("word", ["foundation", "average", "absent.json", "'{29: 3.5}'"])
def test_energies_that_isolated_atoms_replace_are_idle_and_not_judged(word: str, tmp_path: Path) -> None:
    assert codes(f"E0s: {word}\n", tmp_path, ISOLATED) == ["MLP1110"]


def test_energies_that_nothing_replaces_are_judged(tmp_path: Path) -> None:
    assert codes("E0s: isolated\n", tmp_path) == ["MLP1140"]


def test_energies_far_from_those_of_isolated_atoms_are_put_at_the_file_that_holds_both(tmp_path: Path) -> None:
    far = ISOLATED.text().replace("=3.51", "=3510")
    found("", tmp_path)
    (tmp_path / "train.xyz").write_text(far)

    shown = lint(BASE + "E0s: average\n", tmp_path).diagnostics
    (diagnostic,) = (diagnostic for diagnostic in shown if diagnostic.code == "MLP1024")

    assert marked(diagnostic) == "train.xyz"
    assert "average" not in diagnostic.help  # which is what the file says already


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mace.yaml", BASE + "E0s: {29: -20.0, 1: 0.5}\n"),
        (
            "run.sh",
            f"mace_run_train {' '.join('--' + o.replace(': ', '=') for o in BASE.split(chr(10)) if o)} "
            "--E0s='{29: -20.0, 1: 0.5}'\n",
        ),
    ],
)
def test_an_energy_of_the_wrong_sign_is_mended_in_the_form_of_mace(name: str, options: str, tmp_path: Path) -> None:
    found("", tmp_path)
    far = re.sub(r"(?<=REF_energy=)\S+", lambda number: str(float(number.group()) + 8 * 19.0), Crystal(seed=1).text())
    (tmp_path / "train.xyz").write_text(far)

    (diagnostic,) = (d for d in lint(options, tmp_path, name).diagnostics if d.code == "MLP1024")

    assert "`{29: 20, 1: 0.5}`" in diagnostic.help
    assert " = " not in diagnostic.help


def test_a_stress_cannot_be_trained_on_molecules(tmp_path: Path) -> None:
    bare = Crystal(seed=1, stress=None)

    (diagnostic,) = found("E0s: average\nloss: stress\n", tmp_path, bare, cells=False)

    assert diagnostic.code == "MLP1003"
    assert marked(diagnostic) == "stress"
    assert codes("E0s: average\nloss: universal\n", tmp_path, bare, cells=False) == []


def test_a_stress_whose_key_is_the_default_is_missed_where_it_is_asked_for(tmp_path: Path) -> None:
    diagnostics = found("E0s: average\nloss: stress\n", tmp_path, Crystal(seed=1, stress="virial_stress"))

    assert [diagnostic.code for diagnostic in diagnostics] == ["MLP1003"]
    assert marked(diagnostics[0]) == "stress"


@pytest.mark.parametrize("r_max", ["0", "-4", ".nan", ".inf"])
def test_a_cutoff_out_of_range_is_said_once(r_max: str, tmp_path: Path) -> None:
    assert codes(f"E0s: average\nr_max: {r_max}\n", tmp_path) == ["MLP1109"]


@pytest.mark.parametrize("options", ["test_file: absent.h5\n", "test_file: absent/\n", "E0s: absent.json\n"])
def test_a_named_file_that_is_not_here_is_said_whatever_its_form(options: str, tmp_path: Path) -> None:
    energies = "" if "E0s" in options else "E0s: average\n"

    assert codes(options + energies, tmp_path) == ["MLP1113"]
    (tmp_path / "absent.json").write_text('{"29": 3.5}')
    (tmp_path / "absent.h5").touch()
    (tmp_path / "absent").mkdir()
    assert codes(options + energies, tmp_path) == []


def test_files_of_heads_are_looked_for_at_each_head(tmp_path: Path) -> None:
    heads = "heads:\n  a:\n    train_file: train.xyz\n  b:\n    train_file: [train.xyz, absent.xyz]\n"

    (diagnostic,) = found(heads, tmp_path, base="name: cu\nE0s: average\nvalid_file: valid.xyz\nbatch_size: 4\n")

    assert diagnostic.code == "MLP1113"
    assert diagnostic.source is not None
    assert diagnostic.primary is not None
    assert diagnostic.source.location(diagnostic.primary.span.start).line == 9


HEADS = "name: cu\nE0s: average\nvalid_file: valid.xyz\nbatch_size: 4\nheads:\n  a:\n    train_file: train.xyz\n  b:\n"


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (
            "    train_file: other.xyz\n    valid_file: more.xyz\n"
            "    energy_key: energy_xtb\n    forces_key: forces_xtb\n",
            [],
        ),
        ("    train_file: other.xyz\n", ["MLP1003", "MLP1003"]),
        ("    train_file: train.xyz\n    E0s: '{1: 0.0}'\n", ["MLP1022", "MLP1023"]),
        ("    train_file: train.xyz\n    config_type_weights: {bulk: 2.0}\n", ["MLP1055"]),
        ("    train_file: [train.xyz, train.xyz]\n", ["MLP1011"]),
    ],
)
def test_the_data_of_a_head_are_read_with_its_own_options(own: str, expected: list[str], tmp_path: Path) -> None:
    other = Crystal(seed=3, energy="energy_xtb", forces="forces_xtb")
    (tmp_path / "other.xyz").write_text(other.text())
    (tmp_path / "more.xyz").write_text(replace(other, seed=4).text())
    assert [diagnostic.code for diagnostic in found(own, tmp_path, base=HEADS)] == expected


def test_replayed_data_are_read(tmp_path: Path) -> None:
    (tmp_path / "replay.xyz").write_text(Crystal(seed=3, broken=2).text())
    tuned = "E0s: '{29: -1.0}'\nfoundation_model: medium\npt_train_file: replay.xyz\n"
    assert "MLP1006" in codes(tuned, tmp_path)
    assert "MLP1006" not in codes(tuned.replace("replay.xyz", "mp"), tmp_path)


@pytest.mark.parametrize(
    ("options", "frames", "expected"),
    [
        ("swa: true", 12, ["MLP1135"]),
        ("swa: true", 60, []),
        ("swa: true\nswa_energy_weight: 10", 12, []),
        ("swa: true\nloss: l1l2energyforces", 12, ["MLP1130"]),
        ("swa: true\nloss: forces_only", 12, ["MLP1131"]),
        ("swa: false\nstart_swa: 5\nmax_num_epochs: 9", 12, ["MLP1134"]),
        ("start_swa: 5\nmax_num_epochs: 4", 12, ["MLP1132"]),
    ],
)
def test_default_weights_of_stage_two_are_named_on_few_frames_where_nothing_else_is_wrong_with_it(
    options: str, frames: int, expected: list[str], tmp_path: Path
) -> None:
    assert codes(f"E0s: average\n{options}\n", tmp_path, Crystal(frames, seed=1)) == expected


@pytest.mark.parametrize("options", ["heads: {a: {train_file: train.h5}}\n", "name: cu\n"])
def test_options_whose_data_were_not_read_are_not_called_faultless(options: str, tmp_path: Path) -> None:
    (tmp_path / "train.xyz").write_text(Crystal().text())
    (tmp_path / "train.h5").touch()

    linted = lint(options, tmp_path)

    assert linted.diagnostics == []
    assert not linted.scanned
    whole = BASE.replace("valid_file: valid.xyz", "E0s: average")
    assert lint(whole, tmp_path).scanned
    for part in ("valid_file: train.h5", "test_file: train.h5", "test_dir: .", "statistics_file: statistics.json"):
        partly = lint(whole + f"{part}\n", tmp_path)
        assert not partly.scanned
        assert any(part.split(": ")[1] in remark for remark in partly.remarks)


def test_a_file_that_is_not_here_was_not_read(tmp_path: Path) -> None:
    (tmp_path / "train.xyz").write_text(Crystal().text())
    (tmp_path / "valid.xyz").write_text(Crystal(4, seed=2).text())

    assert lint(BASE + "E0s: average\n", tmp_path).scanned
    for split in ("valid", "test"):
        partly = lint(f"train_file: train.xyz\nE0s: average\nbatch_size: 4\n{split}_file: absent.xyz\n", tmp_path)
        assert not partly.scanned
        assert "without all data" in repr(partly)


def test_a_file_without_a_name_says_who_must_give_it(tmp_path: Path) -> None:
    assert any("`name`" in remark for remark in lint("lr: 0.1\n", tmp_path).remarks)
    assert not any("`name`" in remark for remark in lint("name: cu\n", tmp_path).remarks)
