"""A `molecules` data set is lowered to jobs that label, and one that gathers."""

from pathlib import Path

import pytest

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


def test_a_plan_says_what_is_made_of_the_molecules(compiled: Compile) -> None:
    assert data_in_words(compiled().plan) == [
        "`small`: 20 molecules by `by_molecule`: 14 train, 2 valid, 4 test; 5 geometries of each, along vibrations of "
        "hf/sto-3g at 300, 600 K; labelled by b3lyp/6-31g(d), Cartesian; 2 of 2 valid molecules have an atom bonded as "
        "none in train: `g2/CO` C(O1), O(C1), `g2/CH3CH2NH2` N(C4,H,H); 4 of 4 test molecules have an atom bonded as "
        "none in train: `g2/H2CO` C(H,H,O1), O(C3), `g2/C3H6_Cs` C(C3,H,H), C(C3,H,H,H), `g2/C3H8` C(C4,C4,H,H), 1 more"
    ]
