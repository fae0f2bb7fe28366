"""Imports across files: faults are shown where they are, circles end, a block comes along once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlipilot.compiler.compile import check_file, compile_file
from mlipilot.compiler.plan import Compiled, job_keys
from mlipilot.compiler.render import render
from mlipilot.spec.diagnostics import with_edits

EDITION = 'edition "2026"\n'
DATA = """dataset cu : emt_supercells {
    element = Cu, lattice = 3.6 Å, repeats = [2, 2, 2], temperatures = [300 K]
    trajectories = 8, frames = 5, split = by_trajectory(train = 4, valid = 2, test = 2)
}
"""
MODEL = "model small : mace { r_max = 4.5 Å, channels = 8 }\n"
TRAINING = "training fit { model = small, data = cu, stage main { epochs = 3 } }\n"


def fit(model: str, data: str) -> str:
    """A training of a model on data."""
    return f"training t {{ model = {model}, data = {data}, stage s {{ epochs = 1 }} }}\n"


def write(folder: Path, **files: str) -> Path:
    """Write specs; the path of the one named main."""
    for name, text in files.items():
        (folder / f"{name}.mlp").write_text(EDITION + text, encoding="utf-8")
    return folder / "main.mlp"


def compiled(path: Path) -> Compiled:
    result, diagnostics = compile_file(path)
    assert result is not None, render(diagnostics)
    return result


def test_a_fault_in_an_imported_file_is_shown_in_that_file_and_once(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import "a.mlp" as a\nimport "b.mlp" as b\n' + fit("a.m", "b.cu"),
        a='import "b.mlp" as b\nmodel m : mace { }\n' + fit("m", "b.cu"),
        b=DATA.replace("frames = 5", "frames = 0"),
    )
    found = [(Path(d.source.name).name, d.code) for d in check_file(main).diagnostics if d.source is not None]
    assert found == [("b.mlp", "MLP0205")]


def test_a_circle_through_several_files_is_one_diagnostic(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import "a.mlp" as a\nmodel m : mace { }\n' + fit("m", "a.cu"),
        a='import "b.mlp" as b\n' + DATA,
        b='import "main.mlp" as main\n' + MODEL,
    )
    found = check_file(main).diagnostics
    circles = [d for d in found if d.code == "MLP0307"]
    assert len(circles) == 1
    assert "`main.mlp` -> `a.mlp` -> `b.mlp` -> `main.mlp`" in circles[0].headline


def test_an_imported_job_has_the_key_it_has_at_home(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import "base.mlp" as base\n'
        + TRAINING.replace("= ", "= base.").replace("base.3", "3").replace("fit", "mine"),
        base=DATA + MODEL + TRAINING,
    )
    at_home = job_keys(compiled(tmp_path / "base.mlp").plan)
    abroad = job_keys(compiled(main).plan)
    assert abroad["dataset/base.cu"] == at_home["dataset/cu"]
    assert abroad["train/mine/seed-1"] == at_home["train/fit/seed-1"]
    assert "train/base.fit/seed-1" not in abroad  # nothing needs it


def test_a_block_comes_along_through_a_chain_of_imports(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        main='import "a.mlp" as a\nmodel m : mace { }\n' + fit("m", "a.b.cu"),
        a='import "b.mlp" as b\n' + MODEL + fit("small", "b.cu"),
        b=DATA,
    )
    assert {job.id for job in compiled(main).plan.jobs} == {"dataset/a.b.cu", "train/t/seed-1"}


def test_data_files_are_looked_for_beside_the_file_that_names_them(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("train", "valid", "test"):
        (folder / f"{name}.xyz").write_text(f"1\nenergy={len(name)}.0\nCu 0 0 {len(name)}\n")
    text = 'dataset cu : files { train = ["train.xyz"], valid = ["valid.xyz"], test = ["test.xyz"] }\n'
    (folder / "data.mlp").write_text(EDITION + text)
    main = write(
        tmp_path,
        main='import "data/data.mlp" as d\nmodel m : mace { }\n' + fit("m", "d.cu"),
    )
    missing = [d for d in check_file(main).diagnostics if d.code == "MLP0306"]
    assert not missing
    (folder / "test.xyz").unlink()
    (found,) = [d for d in check_file(main).diagnostics if d.code == "MLP0306"]
    assert found.source is not None
    assert Path(found.source.name).name == "data.mlp"


def test_what_a_refined_rule_cannot_prove_is_shown_in_the_file_of_the_rule(tmp_path: Path) -> None:
    run = (
        "dynamics hot : nvt { potential = fit, start = cu.test, temperature = 300 K, timestep = 2 fs, duration = 1 ps, "
        "replicas = 16 }\n"
    )
    card = 'scorecard card { judges = fit, require survival(hot) >= 80 % because "melts" }\n'
    main = write(
        tmp_path,
        main='import "base.mlp" as base\nscorecard strict refines base.card { confidence = 99 % }\n',
        base=DATA + MODEL + TRAINING + run + card,
    )
    (found,) = check_file(main).diagnostics
    assert found.code == "MLP0505"
    assert found.source is not None
    assert Path(found.source.name).name == "base.mlp"
    assert found.primary is not None
    assert found.source.slice(found.primary.span) == "80 %"
    refined = found.secondary[-1]
    assert refined.source is not None
    assert refined.source.slice(refined.span) == "99 %"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("bse.mlp", "base.mlp"),
        ("base", "base.mlp"),
        ("base.mpl", "base.mlp"),
        ("metals.mlp", "inner/metals.mlp"),
        ("innr/metals.mlp", "inner/metals.mlp"),
        ("above.mlp", "../above.mlp"),
    ],
)
def test_a_path_where_nothing_is_is_told_what_it_is_relative_to_and_the_nearest_file(
    tmp_path: Path, written: str, meant: str
) -> None:
    folder = tmp_path / "specs"
    (folder / "inner").mkdir(parents=True)
    main = write(folder, main=f'import "{written}" as base\n' + fit("base.small", "base.cu"), base=DATA + MODEL)
    write(folder / "inner", metals=DATA + MODEL)
    write(tmp_path, above=DATA + MODEL)
    (found,) = check_file(main).diagnostics
    assert (found.code, f"`{folder}/`, the folder of this file" in found.help) == ("MLP0308", True)
    assert found.fix is not None
    assert found.source is not None
    main.write_text(with_edits(found.source.text, found.fix.edits), encoding="utf-8")
    assert f'import "{meant}" as base' in main.read_text(encoding="utf-8")
    assert check_file(main).diagnostics == []


@pytest.mark.parametrize("written", ["nothing/like/it.mlp", "zzz.mlp"])
def test_a_path_like_no_files_is_offered_none(tmp_path: Path, written: str) -> None:
    main = write(tmp_path, main=f'import "{written}" as b\n' + fit("b.small", "b.cu"), copper=DATA + MODEL)
    (found,) = check_file(main).diagnostics
    assert (found.code, found.fix) == ("MLP0308", None)


@pytest.mark.parametrize("alias", ["dataset", "model", "stage", "search"])
def test_an_import_named_as_a_kind_of_block_is_one_fault(tmp_path: Path, alias: str) -> None:
    main = write(
        tmp_path, main=f'import "base.mlp" as {alias}\n' + fit(f"{alias}.small", f"{alias}.cu"), base=DATA + MODEL
    )
    (found,) = check_file(main).diagnostics
    assert (found.code, alias in found.headline) == ("MLP0303", True)


@pytest.mark.parametrize(
    "block",
    [
        "model base : mace { }\n",
        fit("base.small", "base.cu").replace("training t", "training base"),
        DATA.replace("dataset cu", "dataset base")
        + 'scorecard s { judges = t, require force_rmse(base.test) <= 30 meV/Å because "x" }\n',
    ],
)
def test_an_import_named_as_an_own_block_is_one_fault(tmp_path: Path, block: str) -> None:
    main = write(tmp_path, main='import "base.mlp" as base\n' + block + fit("base.small", "base.cu"), base=DATA + MODEL)
    (found,) = check_file(main).diagnostics
    assert (found.code, found.headline) == ("MLP0303", "an import and a block are both named `base`")


@pytest.mark.parametrize(
    "written",
    [
        'import "base.mlp"',
        'from "base.mlp" import cu',
        "import base",
        "import base.mlp as base",
        'include "base.mlp"',
        'import base = "base.mlp"',
        'import("base.mlp")',
        'use "base.mlp" as base',
    ],
)
def test_an_import_in_another_form_is_one_fault_that_shows_the_form(tmp_path: Path, written: str) -> None:
    main = write(tmp_path, main=f"{written}\n" + fit("base.small", "base.cu"), base=DATA + MODEL)
    (found,) = check_file(main).diagnostics
    assert (found.code, found.help) == ("MLP0101", 'write `import "base.mlp" as base`')


@pytest.mark.parametrize("line", ["", '#include "base.mlp"\n'])
def test_a_name_of_a_file_that_is_not_imported_is_one_fault(tmp_path: Path, line: str) -> None:
    main = write(tmp_path, main=line + fit("base.small", "base.cu"), base=DATA + MODEL)
    (found,) = check_file(main).diagnostics
    assert (found.code, 'import "….mlp" as base' in found.help) == ("MLP0301", True)


def test_an_import_inside_a_block_is_one_fault(tmp_path: Path) -> None:
    training = fit("base.small", "base.cu").replace("{ model", '{\nimport "base.mlp" as base\nmodel', 1)
    main = write(tmp_path, main=training, base=DATA + MODEL)
    (found,) = check_file(main).diagnostics
    assert (found.code, "after `edition`" in found.help) == ("MLP0406", True)
