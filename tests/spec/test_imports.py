"""Imports across files: faults are shown where they are, circles end, a block comes along once."""

from __future__ import annotations

from pathlib import Path

from mlipilot.compiler.compile import check_file, compile_file
from mlipilot.compiler.plan import Compiled, job_keys
from mlipilot.compiler.render import render

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
