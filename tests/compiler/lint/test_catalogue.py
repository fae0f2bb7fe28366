"""Each failure of the catalogue, linted on its data, gives the codes that the catalogue names, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from crystals import Crystal

from mlipilot.compiler.backends.mace.options import OptionTable
from mlipilot.compiler.backends.mace.table import bundled_table
from mlipilot.compiler.lint import lint_file
from mlipilot.compiler.lint.catalogue import FAILURES, Failure
from mlipilot.compiler.lint.document import page
from mlipilot.compiler.lint.rules import environment
from mlipilot.spec.diagnostics import CATALOGUE, Diagnostic

PAGE = Path(__file__).parents[3] / "docs" / "mace-failures.md"
BASE = {
    "name": "cu",
    "train_file": "train.xyz",
    "valid_file": "valid.xyz",
    "test_file": "test.xyz",
    "E0s": "average",
    "batch_size": "4",
    "max_num_epochs": "10",
}
ASE, MARKED = {"energy": "energy", "forces": "forces"}, "IsolatedAtom"
GOOD = {"train": Crystal(seed=1), "valid": Crystal(4, seed=2), "test": Crystal(4, seed=3)}


def changed(**parts: object) -> dict[str, Crystal]:
    """The good files with the same change in all of them."""
    return {name: replace(crystal, **parts) for name, crystal in GOOD.items()}  # type: ignore[arg-type]


FILES: Mapping[str, Mapping[str, Crystal]] = {
    "V5": GOOD | {"test": replace(GOOD["test"], elements=("Cu", "Au"))},
    "V6": GOOD | {"train": replace(GOOD["train"], energy="REF_enery")},
    "V7": GOOD | {name: replace(GOOD[name], energy="REF_enery") for name in ("train", "valid")},
    "V8": GOOD | {"train": replace(GOOD["train"], unlabelled=(3,))},
    "V9": changed(energy="energy_dft", forces="forces_dft"),
    "V19": GOOD | {"train": replace(GOOD["train"], broken=2)},
    "V20": changed(sign=-1.0, spread=0.05, frames=12),
    "V21": {name: GOOD[name] for name in ("train", "test")},
    "V23": changed(stress=None),
    "V27": GOOD | {"train": replace(GOOD["train"], frames=7, atom="isolated_atom")},
    "V38": changed(stress=None),
    "V39": changed(energy="energy", forces="forces") | {"train": replace(GOOD["train"], **ASE, atom=MARKED)},
    "V40": changed(pbc="T T F"),
    "V41": changed(pbc="F F F", origin=230.0, stress=None),
    "V42": GOOD | {"train": replace(GOOD["train"], atom=MARKED, atom_energies=(3.51, -1.2))},
    "V43": changed(header="config_weight=2"),
    "V50": changed(energy="energy", forces="forces", fixed=True),
    "V51": changed(header="config_weight=0"),
    "V52": GOOD | {"train": replace(GOOD["train"], unlabelled=(3,))},
    "V53": changed(energy="free_energy"),
    "V54": GOOD,
}
"""The data of those failures that are in the data."""
LEFT_OUT = {"V21": "valid_file", "V39": "E0s", "V42": "E0s"}
"""An option that a failure does without."""
NAMES = {"energy": "energy", "forces": "forces", "stress": "stress"}
"""Labels by the names that ASE claims."""
OTHERWISE = {
    "V23": ("MLP1143",),
    "V42": ("MLP1028", "MLP1029"),
}
"""Codes of failures that are others where labels have these names."""


def write_options(failure: Failure, folder: Path, more: Mapping[str, str] | None = None) -> Path:
    """The failure as a file of options, or as the script of its command, among otherwise good options."""
    if failure.command:
        words = "--name x --E0s average --batch_size 4 --valid_file valid.xyz"
        words += "".join(f" --{name} {value}" for name, value in (more or {}).items())
        (folder / "run.sh").write_text(failure.command.replace("--name x", words))
        return folder / "run.sh"
    own = dict(line.split(": ", 1) for line in failure.options.splitlines())
    lines = {**BASE, **own, **(more or {})}
    if failure.id in LEFT_OUT:
        del lines[LEFT_OUT[failure.id]]
    (folder / "mace.yaml").write_text("".join(f"{key}: {value}\n" for key, value in lines.items()))
    return folder / "mace.yaml"


def found(
    failure: Failure, folder: Path, monkeypatch: pytest.MonkeyPatch, *, claimed: bool = False
) -> list[Diagnostic]:
    """What is found of a failure; `claimed`: with the labels under the names that ASE claims."""
    release = OptionTable("0.3.16", True, bundled_table().options)
    monkeypatch.setattr("mlipilot.compiler.lint.files.option_table", lambda: release)
    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    for name, crystal in FILES.get(failure.id, GOOD).items():
        text = crystal.text()
        for label, key in NAMES.items() if claimed else ():
            text = text.replace(f"REF_{label}", key)
        (folder / f"{name}.xyz").write_text(text)
    if failure.id in ("V28", "V29"):
        for part in ("checkpoints", "logs"):
            (folder / part).mkdir()
        seed = 123 if failure.id == "V28" else 1
        (folder / "checkpoints" / f"cu_run-{seed}_epoch-3.pt").touch()
        log = "DEBUG: Configuration: Namespace(name='cu', r_max=5.0, num_channels=32, max_L=1)\n"
        (folder / "logs" / f"cu_run-{seed}_debug.log").write_text(log)

    keys = {f"{label}_key": key for label, key in NAMES.items()} if claimed else None
    return lint_file(write_options(failure, folder, keys)).diagnostics


def shown(diagnostics: list[Diagnostic]) -> str:
    return "\n".join(f"{diagnostic.code} {diagnostic.headline}" for diagnostic in diagnostics)


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.id)
def test_a_failure_is_found_by_its_codes_alone(
    failure: Failure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagnostics = found(failure, tmp_path, monkeypatch)
    assert {diagnostic.code for diagnostic in diagnostics} == set(failure.codes), shown(diagnostics)
    for diagnostic in diagnostics:
        assert diagnostic.notes, f"{diagnostic.headline}: what follows from it is not said"


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.id)
def test_a_failure_is_found_under_the_names_that_ase_claims_too(
    failure: Failure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "_key" in failure.options:
        pytest.skip("its options name the labels themselves")
    diagnostics = found(failure, tmp_path, monkeypatch, claimed=True)
    expected = set(OTHERWISE.get(failure.id, failure.codes))
    # The stress has a key here, whether it is trained or not.
    assert {diagnostic.code for diagnostic in diagnostics} - {"MLP1147"} == expected, shown(diagnostics)


def test_the_catalogue_is_complete_and_each_row_has_a_finder_or_a_reason() -> None:
    assert [failure.id for failure in FAILURES] == [f"V{number}" for number in range(55)]
    for failure in FAILURES:
        assert bool(failure.codes) != bool(failure.reason), failure.id
        assert set(failure.codes) <= set(CATALOGUE)
    assert set(FILES) <= {failure.id for failure in FAILURES if failure.data}


def test_the_page_is_what_the_catalogue_says() -> None:
    current = "run `python -m mlipilot.compiler.lint.document docs/mace-failures.md`"
    assert PAGE.read_text(encoding="utf-8") == page(), current
