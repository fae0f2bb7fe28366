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
from mlipilot.spec.diagnostics import CATALOGUE

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
}
"""The data of those failures that are in the data."""


def write_options(failure: Failure, folder: Path) -> Path:
    """The failure as a file of options, or as the script of its command, among otherwise good options."""
    if failure.command:
        more = "--name x --E0s average --batch_size 4 --valid_file valid.xyz"
        (folder / "run.sh").write_text(failure.command.replace("--name x", more))
        return folder / "run.sh"
    own = dict(line.split(": ", 1) for line in failure.options.splitlines())
    lines = {**BASE, **own}
    if failure.id == "V21":
        del lines["valid_file"]
    (folder / "mace.yaml").write_text("".join(f"{key}: {value}\n" for key, value in lines.items()))
    return folder / "mace.yaml"


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.id)
def test_a_failure_is_found_by_its_codes_alone(
    failure: Failure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = OptionTable("0.3.16", True, bundled_table().options)
    monkeypatch.setattr("mlipilot.compiler.lint.files.option_table", lambda: release)
    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    for name, crystal in FILES.get(failure.id, GOOD).items():
        (tmp_path / f"{name}.xyz").write_text(crystal.text())
    if failure.id in ("V28", "V29"):
        for folder in ("checkpoints", "logs"):
            (tmp_path / folder).mkdir()
        seed = 123 if failure.id == "V28" else 1
        (tmp_path / "checkpoints" / f"cu_run-{seed}_epoch-3.pt").touch()
        log = "DEBUG: Configuration: Namespace(name='cu', r_max=5.0, num_channels=32, max_L=1)\n"
        (tmp_path / "logs" / f"cu_run-{seed}_debug.log").write_text(log)

    linted = lint_file(write_options(failure, tmp_path))

    found = {diagnostic.code for diagnostic in linted.diagnostics}
    shown = "\n".join(f"{diagnostic.code} {diagnostic.headline}" for diagnostic in linted.diagnostics)
    assert found == set(failure.codes), shown
    for diagnostic in linted.diagnostics:
        assert diagnostic.notes, f"{diagnostic.headline}: what follows from it is not said"


def test_the_catalogue_is_complete_and_each_row_has_a_finder_or_a_reason() -> None:
    assert [failure.id for failure in FAILURES] == [f"V{number}" for number in range(39)]
    for failure in FAILURES:
        assert bool(failure.codes) != bool(failure.reason), failure.id
        assert set(failure.codes) <= set(CATALOGUE)
    assert set(FILES) <= {failure.id for failure in FAILURES if failure.data}


def test_the_page_is_what_the_catalogue_says() -> None:
    current = "run `python -m mlipilot.compiler.lint.document docs/mace-failures.md`"
    assert PAGE.read_text(encoding="utf-8") == page(), current
