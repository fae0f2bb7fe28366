"""A `molecules` data set is lowered to jobs that label, and one that gathers."""

from collections import Counter
from pathlib import Path

import ase.io
import pytest
from ase import Atoms
from ase.build import molecule

from mlipilot.compiler.compile import check_file, compile_spec
from mlipilot.compiler.plan import Compiled, job_keys
from mlipilot.compiler.review.data import data_in_words

TEXT = """edition "2026"
dataset small : molecules {
    source   = g2(molecules = 20, heavy = 1 .. 3, seed = 1)
    displace = normal_modes(temperatures = [300 K, 600 K], each = 2)
    labels   = pyscf(functional = b3lyp, basis = "6-31G(d)")
    split    = by_molecule(valid = 10 %, test = 20 %, seed = 2)
}
"""


@pytest.fixture
def compiled(tmp_path: Path) -> "Compile":
    return Compile(tmp_path)


class Compile:
    """Compiles the text with replacements."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *replacements: tuple[str, str]) -> Compiled:
        text = TEXT
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        path = self._folder / "small.mlp"
        path.write_text(text)
        spec, diagnostics = check_file(path)
        assert spec is not None and not diagnostics, diagnostics
        found = compile_spec(spec)
        assert isinstance(found, Compiled), found
        return found

    def keys(self, *replacements: tuple[str, str]) -> dict[str, str | None]:
        return job_keys(self(*replacements).plan)


def test_free_atoms_and_molecules_of_all_sizes_are_labelled_by_jobs_of_their_own(compiled: Compile) -> None:
    plan = compiled().plan
    labels = ["atoms", *map(str, range(1, 11))]
    assert [job.id for job in plan.jobs] == [*(f"label/small/{name}" for name in labels), "dataset/small"]
    atoms, *shards, dataset = plan.jobs
    assert {m["name"]: m["multiplicity"] for m in atoms.params["molecules"]} == {
        "atom/H": 2,
        "atom/C": 3,
        "atom/N": 4,
        "atom/O": 3,
    }
    sizes = [sum(len(m["numbers"]) for m in shard.params["molecules"]) for shard in shards]
    assert max(sizes) < 1.3 * min(sizes)
    assert sum(len(shard.params["molecules"]) for shard in shards) == len(dataset.params["molecules"]) == 20
    assert {source.job for source in dataset.inputs.values()} == {job.id for job in (atoms, *shards)}
    assert dataset.params["geometries"] == 5


def test_six_d_functions_belong_to_the_family_of_6_31g(compiled: Compile) -> None:
    def cartesian(*replacements: tuple[str, str]) -> bool:
        return bool(compiled(*replacements).plan.jobs[0].params["method"]["cartesian"])

    assert cartesian()
    assert not cartesian(('"6-31G(d)"', '"6-311G(d)"'))
    assert not cartesian(('"6-31G(d)"', '"def2-svp"'))
    assert not cartesian(('"6-31G(d)"', '"6-31G(d)", d_functions = spherical'))


@pytest.mark.parametrize(
    "change",
    [
        ('"6-31G(d)"', '"6-31G(d)", d_functions = spherical'),
        ('"6-31G(d)"', '"6-31G(d)", fitting = "def2-universal-jkfit"'),
        ('"6-31G(d)"', '"6-31G(d)", grid = 4'),
        ('"6-31G(d)"', '"6-31G(d)", pruning = none'),
        ('"6-31G(d)"', '"6-31G(d)", conv_tol = 1e-9'),
        ("functional = b3lyp", "functional = b3lyp5"),
    ],
    ids=["d functions", "fitting", "grid", "pruning", "conv_tol", "functional"],
)
def test_what_changes_a_label_changes_its_key(change: tuple[str, str], compiled: Compile) -> None:
    before, after = compiled.keys(), compiled.keys(change)
    assert [job for job, key in before.items() if after[job] == key] == []


def test_another_split_or_tolerance_labels_nothing_anew(compiled: Compile) -> None:
    before = compiled.keys()
    for change in (("seed = 2", "seed = 5"), ("valid = 10 %", "valid = 20 %"), ("split ", "tolerate = 5 %\n split ")):
        after = compiled.keys(change)
        assert [job for job, key in before.items() if after[job] != key] == ["dataset/small"]


def test_the_case_of_a_basis_is_no_other_basis(compiled: Compile) -> None:
    assert compiled.keys() == compiled.keys(('"6-31G(d)"', '"6-31g(d)"'))


def test_conformations_go_where_their_molecule_goes_and_it_is_said(tmp_path: Path, compiled: Compile) -> None:
    written = []
    for name in ("C2H6", "CH4", "C2H4", "C2H2", "C2H6", "C3H8", "C6H6", "C3H4_D2d", "butadiene", "CH4"):
        atoms = molecule(name)
        atoms.info = {"name": name} if name != "CH4" else {}
        written.append(atoms)
    ase.io.write(tmp_path / "few.xyz", written)
    for seed in range(6):
        found = compiled(
            ("g2(molecules = 20, heavy = 1 .. 3, seed = 1)", 'files(["few.xyz"])'), ("seed = 2", f"seed = {seed}")
        )
        params = next(job.params for job in found.plan.jobs if job.kind == "dataset")
        parts = {m["name"]: m["part"] for m in params["molecules"]}
        assert parts["few.xyz/C2H6"] == parts["few.xyz/C2H6#4"]
        assert parts["few.xyz/1"] == parts["few.xyz/9"]
        assert Counter(m["part"] for m in params["molecules"] if "group" not in m) == {
            "train": 5,
            "valid": 1,
            "test": 2,
        }
        assert {m["name"]: m["group"] for m in params["molecules"] if "group" in m} == {
            "few.xyz/C2H6#4": "few.xyz/C2H6",
            "few.xyz/9": "few.xyz/1",
        }
        (text,) = data_in_words(found.plan)
        assert "8 molecules by `by_molecule`: 5 train, 1 valid, 2 test" in text
        assert (
            "2 are other conformations of molecules, and stay with them: `few.xyz/C2H6#4` of `few.xyz/C2H6`, "
            "`few.xyz/9` of `few.xyz/1`" in text
        )


def test_a_plan_says_what_is_made_of_the_molecules(compiled: Compile) -> None:
    (text,) = data_in_words(compiled().plan)
    assert text.splitlines() == [
        "`small`:",
        "  20 molecules by `by_molecule`: 14 train, 2 valid, 4 test",
        "  5 geometries of each, along vibrations of hf/sto-3g at 300, 600 K",
        "  labelled by b3lyp/6-31g(d), Cartesian",
        "  2 of 2 valid molecules have an atom bonded as none in train: `g2/CO` C(O1), O(C1), `g2/CH3CH2NH2` N(C4,H,H)",
        "  4 of 4 test molecules have an atom bonded as none in train: `g2/H2CO` C(H,H,O1), O(C3), "
        "`g2/C3H6_Cs` C(C3,H,H), C(C3,H,H,H), `g2/C3H8` C(C4,C4,H,H), 1 more",
    ]


def said(folder: Path, source: str, split: str = "by_molecule") -> list[tuple[str, str]]:
    """What is wrong with a source: what is marked, and the headline."""
    path = folder / "some.mlp"
    labels = 'labels = pyscf(functional = hf, basis = "sto-3g")'
    path.write_text(f'edition "2026"\ndataset d : molecules {{ source = {source}, {labels}, split = {split} }}\n')
    found = []
    for diagnostic in check_file(path)[1]:
        assert diagnostic.source is not None and diagnostic.primary is not None
        found.append((diagnostic.source.slice(diagnostic.primary.span), diagnostic.headline))
    return found


def test_all_that_is_wrong_with_a_list_is_said_each_at_its_item(tmp_path: Path) -> None:
    pytest.importorskip("rdkit")
    assert said(tmp_path, 'smiles(["O", "C(", "CC", "[OH2]", "CC(N)O"])') == [
        ('"C("', "`C(` is no SMILES that RDKit reads"),
        ('"[OH2]"', "`[OH2]` and `O` are one molecule"),
        ('"CC(N)O"', "`CC(N)O` leaves its stereochemistry open: the atom 1"),
    ]
    many = [Atoms("HO", [(0, 0, 0), (0, 0, 0.1 + n / 100)], info={"name": f"n{n}"}) for n in range(8)]
    ase.io.write(tmp_path / "torn.xyz", many)
    ase.io.write(tmp_path / "free.xyz", [Atoms("He"), Atoms("He", cell=[9, 9, 9], pbc=True)])
    assert said(tmp_path, 'files(["gone.xyz", "torn.xyz", "free.xyz", "torn.xyz"])') == [
        ('"gone.xyz"', "`gone.xyz` does not exist"),
        ('"free.xyz"', "frame 1 of `free.xyz` is periodic, and molecules are labelled in vacuum"),
        ('"torn.xyz"', "`torn.xyz` is named twice"),
    ]
    found = said(tmp_path, 'files(["torn.xyz"])')
    assert [place for place, _ in found] == ['"torn.xyz"'] * 5
    assert found[1][1] == "`torn.xyz/n1`, frame 1, has atoms 0 and 1 on one spot, 0.11 Å apart"
    assert found[4][1] == "`torn.xyz/n4`, frame 4, has atoms 0 and 1 on one spot, 0.14 Å apart; 3 more like these"


def test_positions_in_bohr_are_named(tmp_path: Path) -> None:
    names = ("CH4", "C2H6", "C2H4", "C2H2", "C3H8")
    written = [molecule(name, info={"name": name}) for name in names]
    ase.io.write(tmp_path / "right.xyz", written)
    for atoms in written:
        atoms.positions /= 0.529177
    ase.io.write(tmp_path / "bohr.xyz", written)
    assert said(tmp_path, 'files(["right.xyz"])') == []
    ((place, headline),) = said(tmp_path, 'files(["bohr.xyz"])')
    assert place == '"bohr.xyz"'
    assert headline == (
        "5 of 5 molecules have an atom that is bonded to no other, such as atom 0 (C) of `bohr.xyz/CH4`"
    )
    (found,) = check_file(tmp_path / "some.mlp")[1]
    assert found.help == "read in Bohr, all are bonded: write the positions in Å, 1 Bohr is 0.529 Å"
    assert found.primary is not None and found.primary.label == "2.06 Å to the nearest"


def test_an_atom_that_lies_apart_is_named_and_no_cutoff_is_to_reach_it(tmp_path: Path) -> None:
    written = [molecule(name) for name in ("CH4", "C2H6", "C2H4", "C2H2", "C3H8")]
    written[0].positions[1] *= 20
    ase.io.write(tmp_path / "some.xyz", written)
    assert said(tmp_path, 'files(["some.xyz"])') == [
        ('"some.xyz"', "atom 1 (H) of `some.xyz/0` is bonded to no other atom")
    ]
    text = (tmp_path / "some.mlp").read_text()
    rest = "model m : mace { r_max = 1 Å }\ntraining t { model = m, data = d, batch = 1, stage s { epochs = 1 } }\n"
    (tmp_path / "some.mlp").write_text(text + rest)
    found = {diagnostic.code: diagnostic for diagnostic in check_file(tmp_path / "some.mlp")[1]}
    assert found["MLP0501"].help == "choose a cutoff that reaches several shells, such as `r_max = 4.0 Å`"


def test_a_seed_that_trains_on_all_elements_is_found_where_there_is_one(tmp_path: Path) -> None:
    source = "g2(molecules = 12, heavy = 1 .. 2, elements = [H, C, N, O, F], seed = 3)"
    help_ = ""
    for seed in range(12):
        said(tmp_path, source, f"by_molecule(valid = 20 %, test = 40 %, seed = {seed})")
        wrong = [found for found in check_file(tmp_path / "some.mlp")[1] if found.code == "MLP1008"]
        if wrong:
            help_ = wrong[0].help
            break
    better = help_.partition("`seed = ")[2].partition("`")[0]
    assert help_.startswith(f"write `seed = {better}` in the split, which trains on all elements; or ")
    assert said(tmp_path, source, f"by_molecule(valid = 20 %, test = 40 %, seed = {better})") == []
