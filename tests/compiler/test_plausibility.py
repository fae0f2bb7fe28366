"""What is hardly meant is said once, with its reason, and who means it is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from clusters import frame, write_splits
from copper import EXAMPLE, ROOT, TEXT, compiled, diagnosed, replaced

from mlipilot.cli import main
from mlipilot.compiler.canonical import canonical
from mlipilot.compiler.check.atoms import READINGS
from mlipilot.compiler.compile import check_file, check_source
from mlipilot.compiler.encodings.data.large import FOLDER_VARIABLE, LARGE
from mlipilot.compiler.operations.encode import PAPER_SETS
from mlipilot.compiler.plan import job_keys
from mlipilot.spec.diagnostics import Diagnostic, has_errors
from mlipilot.spec.schema.elements import EMT_ATOMS, LATTICE_CONSTANTS
from mlipilot.spec.source import SourceFile

PILOT = """
search { fit.forces.lr ~ log_uniform(1e-3, 3e-2) }
pilot { proposer = tpe }
"""
RUN = "potential = fit, start = cu.test"
SMALL = ROOT / "examples" / "encodings" / "paper" / "wine.mlp"
SPARE = "model spare : mace { r_max = 4.5 Å }\n"


def told(text: str) -> list[tuple[str, str]]:
    """Code and marked text of what is said."""
    found = diagnosed(text)
    assert not has_errors(found), [d.headline for d in found]
    return [(d.code, marked(d)) for d in found]


def marked(diagnostic: Diagnostic) -> str:
    assert diagnostic.source is not None
    assert diagnostic.primary is not None
    return diagnostic.source.slice(diagnostic.primary.span)


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("temperature = 300 K", "temperature = 0.3 K", "MLP0522", "0.3 K"),
        ("[300 K, 700 K, 1200 K]", "[300 K, 30_000 K]", "MLP0522", "30_000 K"),
        ("timestep    = 2 fs", "timestep    = 0.002 fs, sampling = 20 fs", "MLP0522", "0.002 fs"),
        ("duration    = 2 ps", "duration    = 2 ms", "MLP0522", "2 ms"),
        ("duration    = 2 ps", "duration    = 2 ns, sampling = 0.4 ns", "MLP0522", "0.4 ns"),
        ("seed         = 7", "seed = 7, spacing = 5 fs", "MLP0522", "5 fs"),
        ("seed         = 7", "seed = 7, spacing = 1 ns", "MLP0522", "1 ns"),
        ("seed         = 7", "seed = 7, equilibration = 10 fs", "MLP0522", "10 fs"),
        ("seed         = 7", "seed = 7, equilibration = 0 fs", "MLP0522", "0 fs"),
        ("seed         = 7", "seed = 7, relaxation = 1 ns", "MLP0522", "1 ns"),
        ("seed         = 7", "seed = 7, relaxation = 20 fs", "MLP0522", "20 fs"),
        ("relaxation = 100 fs", "relaxation = 0.5 ns", "MLP0522", "0.5 ns"),
        ("-4 % .. 4 %", "-30 % .. 4 %", "MLP0522", "-30 % .. 4 %"),
        ("ema   = 0.99", "ema = 0.01", "MLP0522", "0.01"),
        ("ema   = 0.99", "ema = 0.99, clip = 1e-9", "MLP0522", "1e-9"),
        ("ema   = 0.99", "ema = 0.99, weight_decay = 0.1", "MLP0522", "0.1"),
        ("lr = 1e-2", "lr = 1e-8", "MLP0522", "1e-8"),
        ("lr = 1e-2", "lr = 0.5", "MLP0520", "0.5"),
        ("energy = 1, ", "energy = 1e9, ", "MLP0522", "1e9"),
        ("loss = weighted(energy = 1, forces = 100)", "loss = huber(1, 100, delta = 1000)", "MLP0522", "1000"),
        ("<= 30 meV/Å", "<= 30 eV/Å", "MLP0522", "30 eV/Å"),
        ("<= 30 meV/Å", "<= 0.03 meV/Å", "MLP0522", "0.03 meV/Å"),
        ("<= 5 meV/atom", "<= 5 eV/atom", "MLP0522", "5 eV/atom"),
        ("<= 5 meV/atom", "<= 0.001 meV/atom", "MLP0522", "0.001 meV/atom"),
        ("<= 0.1 meV/atom/ps", "<= 0.1 meV/atom/fs", "MLP0522", "0.1 meV/atom/fs"),
        (">= 80 %", ">= 0.8 %", "MLP0522", "0.8 %"),
        (">= 0.5 ", ">= 5e6 ", "MLP0522", "5e6"),
        ("wall <= 4 h", "wall <= 4 ms", "MLP0522", "4 ms"),
        ("device_time <= 2 h", "device_time <= 2 ns", "MLP0522", "2 ns"),
    ],
)
def test_a_number_that_is_hardly_meant_is_one_warning_at_its_place(old: str, new: str, code: str, where: str) -> None:
    found = told(replaced(old, new))
    assert found == [(code, where)]


@pytest.mark.parametrize(
    ("rope", "expected"),
    [
        ("[1 %, 2 eV/atom]", [("MLP0522", "2 eV/atom")]),
        ("[1e-6 meV/atom, 1 %]", [("MLP0522", "1e-6 meV/atom")]),
        ("[1 %, 20 meV/atom]", []),
        ("[1 %]", []),
    ],
)
def test_of_a_number_that_may_have_two_dimensions_each_has_its_own_range(
    rope: str, expected: list[tuple[str, str]]
) -> None:
    block = f"encoding maps {{ data = [digits], encodings = [angle], controls = [same_head(raw)], rope = {rope} }}"
    assert told(TEXT + block) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("temperature = 300 K", "temperature = 5 K"),
        ("[300 K, 700 K, 1200 K]", "[300 K, 5000 K]"),
        ("timestep    = 2 fs", "timestep    = 0.25 fs"),
        ("duration    = 2 ps", "duration    = 5 ns"),
        ("seed         = 7", "seed = 7, spacing = 2 ps, equilibration = 50 ps, relaxation = 5 ps"),
        ("-4 % .. 4 %", "-15 % .. 15 %"),
        ("lattice      = 3.59 Å", "lattice = 3.75 Å"),
        ("r_max        = 4.5 Å", "r_max = 3 Å"),
        ("ema   = 0.99", "ema = 0.9, clip = 100, weight_decay = 0"),
        ("ema   = 0.99", "ema = 0.99999, clip = 0.5, weight_decay = 1e-4"),
        ("lr = 1e-2", "lr = 1e-5"),
        ("lr = 1e-2", "lr = 0.05"),
        ("energy = 1, ", "energy = 100_000, "),
        ("<= 30 meV/Å", "<= 500 meV/Å"),
        ("<= 30 meV/Å", "<= 1 meV/Å"),
        ("<= 5 meV/atom", "<= 100 meV/atom"),
        (">= 80 %", ">= 30 %"),
        ("wall <= 4 h", "wall <= 60 d"),
        ("seeds = [1]", "seeds = [4294967295]"),
    ],
)
def test_what_some_use_is_left_alone(old: str, new: str) -> None:
    assert told(replaced(old, new)) == []


def test_a_warning_tells_the_range_the_reason_and_the_number_in_another_unit() -> None:
    (found,) = diagnosed(replaced("<= 30 meV/Å", "<= 30 eV/Å"))
    assert found.primary is not None
    assert found.primary.label == "usual: 0.1 meV/Å to 1 eV/Å"
    assert found.help == "write `30 meV/Å` if that is meant"
    assert "noise" in found.notes[0]
    (found,) = diagnosed(replaced(">= 80 %", ">= 0.8 %"))
    assert found.help == "write `0.8` if that is meant"


def test_warnings_end_with_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "doubtful.mlp"
    path.write_text(replaced("<= 30 meV/Å", "<= 30 eV/Å"), encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert "MLP0522" in capsys.readouterr().err


def specs() -> list[Path]:
    """The specs of the examples; what a committed record keeps is read where its campaign's spec is."""
    found = (ROOT / "examples").rglob("*.mlp")
    return sorted(path for path in found if not {".mlipilot", "record"} & set(path.parts))


def recorded() -> list[Path]:
    return sorted((ROOT / "examples").glob("*/record/*.mlp"))


@pytest.fixture
def large_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of all large data sets are there."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    for name, large in LARGE.items():
        (tmp_path / name).mkdir()
        for file in large.files:
            (tmp_path / name / file.name).touch()


@pytest.mark.parametrize(
    "path", [path for path in specs() if path != SMALL], ids=lambda path: str(path.relative_to(ROOT))
)
def test_examples_have_no_warning(path: Path, large_sets: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert check_file(path).diagnostics == []
    assert main(["check", str(path)]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("path", recorded(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_recorded_baseline_has_no_warning_where_its_campaign_is(path: Path) -> None:
    place = path.parent.parent / path.name
    assert check_source(SourceFile(str(place), path.read_text())).diagnostics == []


def test_the_example_of_a_set_that_is_too_small_says_so() -> None:
    assert [diagnostic.code for diagnostic in check_file(SMALL).diagnostics] == ["MLP1259"]


@pytest.mark.parametrize("name", LARGE)
def test_an_example_whose_files_are_not_here_says_so_and_no_more(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    found = check_file(ROOT / "examples" / "encodings" / "paper" / f"{name}.mlp").diagnostics
    assert [diagnostic.code for diagnostic in found] == ["MLP1214"]


def test_every_set_of_the_seed_paper_has_an_example() -> None:
    folder = ROOT / "examples" / "encodings" / "paper"
    assert sorted(path.stem for path in folder.iterdir()) == sorted(PAPER_SETS)


def test_specs_of_the_docs_have_no_warning(tmp_path: Path) -> None:
    whole = [
        block
        for page in (*(ROOT / "docs").glob("*.md"), ROOT / "README.md")
        for block in page.read_text(encoding="utf-8").split("```")[1::2]
        if block.strip().startswith("edition") and "import" not in block
    ]
    assert len(whole) >= 2
    write_splits(tmp_path)
    for number, block in enumerate(whole):
        path = tmp_path / f"page-{number}.mlp"
        path.write_text(block.strip() + "\n", encoding="utf-8")
        assert check_file(path).diagnostics == []


@pytest.mark.parametrize(
    ("drawn", "reach"),
    [
        ("fit.forces.lr ~ log_uniform(1e-3, 0.5)", "0.5"),
        ("fit.forces.lr ~ log_uniform(1e-9, 1e-2)", "1e-9"),
        ("potential.r_max ~ uniform(4.5 Å, 15 Å)", "15 Å"),
        ("fit.weight_decay ~ choice(5e-7, 0.5)", "0.5"),
        ("fit.forces.loss.energy ~ choice(1, 1e8)", "1e8"),
        ("fit.forces.loss ~ choice(weighted(1, 100), huber(1, 100, delta = 500))", "500"),
        ("fit.forces.lr ~ log_uniform(1e-4, 3e-2)", ""),
        ("potential.r_max ~ uniform(4.0 Å, 6 Å)", ""),
    ],
)
def test_a_domain_that_reaches_outside_is_one_warning_at_its_end(drawn: str, reach: str) -> None:
    found = told(TEXT + f"search {{ {drawn} }}\n")
    assert found == ([("MLP0520" if reach == "0.5" and "lr" in drawn else "MLP0522", reach)] if reach else [])


@pytest.mark.parametrize(
    ("old", "new", "becomes"),
    [
        ("duration    = 2 ps", "duration    = 2.001 ps", "rounded up: 1001 steps, 2.002 ps"),
        ("duration    = 2 ps", "duration    = 2 ps, sampling = 25 fs", "rounded down: 12 steps, 24 fs"),
        ("seed         = 7", "seed = 7, spacing = 33 fs", "rounded to the nearest: 7 steps, 35 fs"),
        ("seed         = 7", "seed = 7, equilibration = 1.001 ps", "rounded to the nearest: 200 steps, 1 ps"),
        ("seed         = 7", "seed = 7, timestep = 3 fs, spacing = 99 fs", "rounded to the nearest: 333 steps, 999 fs"),
    ],
)
def test_nothing_is_rounded_in_silence(old: str, new: str, becomes: str) -> None:
    (found,) = diagnosed(replaced(old, new))
    assert (found.code, found.is_error) == ("MLP0523", False)
    assert found.primary is not None
    assert found.primary.label == becomes


def test_what_the_rounding_says_is_what_runs() -> None:
    text = replaced("duration    = 2 ps", "duration    = 2.001 ps, sampling = 25 fs")
    assert sorted(d.code for d in diagnosed(text)) == ["MLP0523", "MLP0523"]
    found = check_source(SourceFile("copper.mlp", text)).spec
    assert found is not None
    from mlipilot.compiler.block_meaning import sampling_steps, steps

    warm = found.block("warm")
    assert warm is not None
    assert (steps(warm), sampling_steps(warm)) == (1001, 12)


@pytest.mark.parametrize(("share", "whole"), [("50 %", True), ("25 %", False), ("30 %", False), ("100 %", True)])
def test_a_screen_that_is_no_whole_number_of_epochs_is_named(share: str, whole: bool) -> None:
    text = TEXT + PILOT.replace("tpe", f"tpe, screen = {share}")
    assert [code for code, _ in told(text)] == ([] if whole else ["MLP0523"])


@pytest.mark.parametrize("factor", [reading[0] for reading in READINGS], ids=[reading[1] for reading in READINGS])
@pytest.mark.parametrize("element", ["Cu", "Al", "Pt"])
def test_a_lattice_constant_that_is_another_length_is_said_to_be_it(element: str, factor: float) -> None:
    wrong = LATTICE_CONSTANTS[element] / factor
    text = replaced("element      = Cu", f"element      = {element}")
    text = replaced("lattice      = 3.59 Å", f"lattice      = {wrong:.3f} Å", text)
    text = replaced("4.5 Å", "6 Å", text) if wrong > 6 else text
    (found,) = [d for d in diagnosed(text) if not d.is_error]
    what = next(words for size, words in READINGS if size == factor)
    assert found.code == "MLP0524"
    assert what in found.headline
    assert f"lattice = {LATTICE_CONSTANTS[element]:.2f} Å" in found.help


def test_a_lattice_constant_that_is_no_other_length_is_too_small_or_too_large() -> None:
    (found,) = diagnosed(replaced("lattice      = 3.59 Å", "lattice = 3.0 Å"))
    assert (found.code, "too small for Cu" in found.headline) == ("MLP0524", True)
    (found,) = diagnosed(replaced("lattice      = 3.59 Å", "lattice = 4.4 Å"))
    assert (found.code, "too large for Cu" in found.headline) == ("MLP0524", True)


@pytest.mark.parametrize("element", sorted(EMT_ATOMS))
def test_what_is_known_of_the_metals_is_what_ase_has(element: str) -> None:
    from ase import Atoms
    from ase.calculators.emt import EMT
    from ase.data import atomic_numbers, reference_states

    state = reference_states[atomic_numbers[element]]
    assert state is not None
    assert (state["symmetry"], state["a"]) == ("fcc", LATTICE_CONSTANTS[element])
    assert Atoms(element, calculator=EMT()).get_potential_energy() == pytest.approx(EMT_ATOMS[element], abs=5e-3)


@pytest.mark.parametrize(
    ("energy", "words"),
    [
        ("-3.51 eV", "has the wrong sign"),
        ("-1640 eV", "is not that of the calculator"),
        ("0 eV", "is not that of the calculator"),
        ("3.51 eV", ""),
        ("3.3 eV", ""),
    ],
)
def test_an_energy_of_an_atom_is_that_of_the_calculator(energy: str, words: str) -> None:
    found = diagnosed(replaced("e0           = average", f"e0 = values(Cu = {energy})"))
    assert [(d.code, marked(d)) for d in found] == ([("MLP0528", energy)] if words else [])
    assert not words or words in found[0].headline


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ("H = -13.6 eV, O = -2041.8 eV", ""),
        ("H = -13.6 eV, O = 2041.8 eV", "2041.8 eV"),
        ("H = -313.6 eV, O = -75 eV", "-313.6 eV"),
        ("U = -764_000 eV", ""),
        ("Au = 0 eV, W = -5.85 eV", ""),
        ("Au = 21 eV", "21 eV"),
    ],
)
def test_an_energy_that_no_atom_has_is_named_without_data(values: str, wrong: str) -> None:
    spec = f'edition "2026"\nmodel m : mace {{ r_max = 5 Å, e0 = values({values}) }}\n'
    found = [d for d in diagnosed(spec) if d.code != "MLP0701"]
    assert [(d.code, marked(d)) for d in found] == ([("MLP0528", wrong)] if wrong else [])


@pytest.mark.parametrize(
    ("split", "codes"),
    [
        ("train = 8, valid = 1, test = 4, sealed = 1", ["MLP0525"]),
        ("train = 8, valid = 2, test = 2, sealed = 2", ["MLP0525"]),
        ("train = 10, valid = 1, test = 2, sealed = 1", ["MLP0525", "MLP0525"]),
        ("train = 7, valid = 2, test = 3, sealed = 2", []),
    ],
)
def test_few_trajectories_are_named(split: str, codes: list[str]) -> None:
    text = replaced("[300 K, 700 K, 1200 K]", "[1200 K]")
    text = replaced("train = 8, valid = 2, test = 3, sealed = 1", split, text)
    assert [code for code, _ in told(text)] == codes


def test_one_trajectory_at_each_of_several_temperatures_is_several() -> None:
    text = replaced("train = 8, valid = 2, test = 3, sealed = 1", "train = 10, valid = 1, test = 2, sealed = 1")
    assert told(text) == []


def test_two_trajectories_that_no_rule_bounds_errors_of_are_enough() -> None:
    rules = [line for line in TEXT.splitlines(keepends=True) if "_rmse(cu.test)" in line]
    text = replaced("[300 K, 700 K, 1200 K]", "[1200 K]", "".join(set_aside(TEXT, rules)))
    text = replaced("train = 8, valid = 2, test = 3, sealed = 1", "train = 8, valid = 2, test = 2, sealed = 2", text)
    assert told(text) == []


def set_aside(text: str, lines: list[str]) -> list[str]:
    return [line for line in text.splitlines(keepends=True) if line not in lines]


@pytest.mark.parametrize(
    ("more", "head"),
    [
        (SPARE, "model spare : mace"),
        (
            "dataset spare : emt_supercells { element = Cu, lattice = 3.6 Å, repeats = [2, 2, 2], "
            "temperatures = [300 K], trajectories = 8, frames = 5, "
            "split = by_trajectory(train = 4, valid = 2, test = 2) }\n",
            "dataset spare : emt_supercells",
        ),
        (
            f"dynamics spare : nve {{ {RUN}, temperature = 300 K, timestep = 2 fs, duration = 1 ps }}\n",
            "dynamics spare : nve",
        ),
        (SPARE + "training other { model = spare, data = cu, stage main { epochs = 10 } }\n", ""),
    ],
)
def test_a_block_that_nothing_reads_is_named(more: str, head: str) -> None:
    found = told(TEXT + more)
    assert [(code, text.split(" {")[0]) for code, text in found] == ([("MLP0526", head)] if head else [])


@pytest.mark.parametrize("text", ["scorecard copper {", "training fit {"])
def test_blocks_without_what_would_read_them_stand_alone(text: str) -> None:
    kept = TEXT[: TEXT.index(text)]
    assert "MLP0526" not in [d.code for d in diagnosed(kept)]


@pytest.mark.parametrize(
    ("drawn", "single"),
    [
        ("potential.channels ~ choice(8)", True),
        ("potential.scaling ~ choice(rms_forces)", True),
        ("fit.forces.loss ~ choice(weighted(1, 100))", True),
        ("potential.channels ~ choice(8, 16)", False),
        ("potential.correlation ~ int(2 .. 3)", False),
    ],
)
def test_a_choice_of_one_is_named(drawn: str, single: bool) -> None:
    assert [code for code, _ in told(TEXT + f"search {{ {drawn} }}\n")] == (["MLP0431"] if single else [])


def test_a_campaign_without_sealed_frames_is_named_and_a_run_is_not() -> None:
    unsealed = replaced("train = 8, valid = 2, test = 3, sealed = 1", "train = 9, valid = 2, test = 3")
    assert told(unsealed) == []
    assert [code for code, _ in told(unsealed + PILOT)] == ["MLP0432"]
    assert told(TEXT + PILOT) == []


@pytest.mark.parametrize(("temperature", "hotter"), [(1200, False), (900, False), (1201, True), (3000, True)])
def test_a_run_that_is_hotter_than_all_data_is_named(temperature: int, hotter: bool) -> None:
    found = told(replaced("temperature = 1200 K", f"temperature = {temperature} K"))
    assert found == ([("MLP0527", f"{temperature} K")] if hotter else [])


FILES = """edition "2026"
dataset own : files { train = ["train.xyz"], valid = ["valid.xyz"], test = ["test.xyz"]%s }
model small : mace { r_max = 5 Å, channels = 8 }
training fit { model = small, data = own, batch = 4, stage main { epochs = 10 } }
dynamics hot : nvt { potential = fit, start = own.test, temperature = %d K, timestep = 2 fs, duration = 1 ps }
scorecard card {
    judges = fit
    require force_rmse(own.test) <= 60 meV/Å because "forces move atoms"
    prefer nve_drift(cold) <= 1 meV/atom/ps
    prefer survival(hot) >= 5 %%
}
dynamics cold : nve { potential = fit, start = own.test, temperature = 100 K, timestep = 2 fs, duration = 1 ps }
"""


def files(folder: Path, header: str, test: int, kelvin: int, more: str = "") -> list[str]:
    """The codes of a spec on files: the header of training frames, the number of test frames, a run's temperature."""
    for split, seeds in (("train", range(12)), ("valid", range(20, 24)), ("test", range(30, 30 + test))):
        first = f"{header}"
        (folder / f"{split}.xyz").write_text("".join(frame(seed, header=first) for seed in seeds))
    (folder / "spec.mlp").write_text(FILES % (more, kelvin), encoding="utf-8")
    found = check_file(folder / "spec.mlp").diagnostics
    assert not has_errors(found), [d.headline for d in found]
    return [d.code for d in found]


@pytest.mark.parametrize(
    ("header", "test", "kelvin", "codes"),
    [
        ("temperature=600", 4, 900, ["MLP0527"]),
        ("temperature=600", 4, 600, []),
        ("temperature=1200", 4, 900, []),
        ("", 4, 900, []),  # who knows
        ("temperature=hot", 4, 900, []),
        ("temperature=600", 2, 600, ["MLP0525"]),
    ],
)
def test_files_are_asked_for_their_temperatures_and_trajectories(
    header: str, test: int, kelvin: int, codes: list[str], tmp_path: Path
) -> None:
    assert files(tmp_path, header, test, kelvin) == codes


@pytest.mark.parametrize("element", ["Al", "Pt"])
def test_the_timestep_of_a_data_set_resolves_the_vibrations_of_its_element(element: str) -> None:
    text = replaced("element      = Cu", f"element = {element}")
    text = replaced("lattice      = 3.59 Å", f"lattice = {LATTICE_CONSTANTS[element]} Å", text)
    text = replaced("seed         = 7", "seed = 7, timestep = 10 fs", text)
    assert [code for code, _ in told(text)] == (["MLP0517"] if element == "Al" else [])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("timestep    = 2 fs", "timestep    = 19 fs, sampling = 190 fs"),
        ("duration    = 2 ps", "duration    = 30 fs"),
        ("r_max        = 4.5 Å", "r_max = 2 Å"),
        ("<= 5 meV/atom", "<= 0 meV/atom"),
    ],
)
def test_what_is_said_of_a_place_already_is_not_doubted_too(old: str, new: str) -> None:
    found = [d for d in diagnosed(replaced(old, new)) if d.code != "MLP0523"]
    places = [d.place for d in found]
    assert len(found) >= 1
    assert "MLP0522" not in [d.code for d in found]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("seed", ["4294967296", "18446744073709551616"])
def test_a_training_seed_that_mace_cannot_take_is_out_of_range(seed: str) -> None:
    (found,) = diagnosed(replaced("seeds = [1]", f"seeds = [1, {seed}]"))
    assert found.code == "MLP0205"


def test_doubts_change_no_key_and_no_hash() -> None:
    plan = compiled().plan
    assert len(job_keys(plan, {"cpu": "abacus"})) == len(plan.jobs)
    assert b"plausible" not in canonical(check_file(EXAMPLE).spec)  # type: ignore[arg-type]
