"""`mlipilot lint`: exit codes, formats, places that are no files of options, and what it says of what it left out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from crystals import Crystal

from mlipilot.cli import main
from mlipilot.compiler.render import FORMATS


def run(*arguments: str | Path, code: int) -> None:
    assert main(["lint", *map(str, arguments)]) == code


def test_a_clean_file_exits_with_0_and_says_what_was_not_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mace.yaml").write_text("name: cu\nr_max: 5.0\n")

    run(tmp_path / "mace.yaml", code=0)

    out = capsys.readouterr().out
    assert "the data were not checked" in out
    assert "mace-torch 0.3" in out


def test_a_warning_exits_with_0_and_an_error_with_2(tmp_path: Path) -> None:
    (tmp_path / "mace.yaml").write_text("ema_decay: 0.5\n")
    run(tmp_path / "mace.yaml", code=0)
    (tmp_path / "mace.yaml").write_text("correlations: 2\n")
    run(tmp_path / "mace.yaml", code=2)


def test_diagnostics_are_written_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mace.yaml").write_text("name: cu\ncorrelations: 2\n")

    run(tmp_path / "mace.yaml", "--output-format", "json", code=2)

    (record,) = json.loads(capsys.readouterr().out)
    assert record["code"] == "MLP1102"
    assert record["location"]["start"]["line"] == 2
    assert record["fix"]["edits"][0]["text"] == "correlation"


@pytest.mark.parametrize(
    "name", ["absent.yaml", "folder", "spec.mlp", "train.xyz", "binary.yaml", "latin.yaml", "copper.plan.json"]
)
def test_what_is_no_file_of_options_is_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "spec.mlp").write_text('edition "2026"\n')
    (tmp_path / "train.xyz").write_text("1\n\nCu 0 0 0\n")
    (tmp_path / "binary.yaml").write_bytes(b"lr: \0")
    (tmp_path / "copper.plan.json").write_text('{"format_version": "1.0", "plan": {}}')
    (tmp_path / "latin.yaml").write_bytes(b"name: K\xe4fer\n")

    run(tmp_path / name, code=2)

    captured = capsys.readouterr()
    assert "MLP1101" in captured.err
    assert ("mlipilot check" in captured.err) == (name == "spec.mlp")


def test_data_named_on_the_command_line_take_the_place_of_those_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mace.yaml").write_text("train_file: elsewhere.xyz\nE0s: average\nbatch_size: 4\nvalid_fraction: 0.5\n")
    (tmp_path / "good.xyz").write_text(Crystal().text())
    (tmp_path / "bad.xyz").write_text(Crystal(energy="energy_dft").text())

    run(tmp_path / "mace.yaml", "--data", tmp_path / "good.xyz", code=0)
    assert "gradient updates" in capsys.readouterr().out
    run(tmp_path / "mace.yaml", "--data", tmp_path / "bad.xyz", code=2)
    assert "energy_dft" in capsys.readouterr().err
    run(tmp_path / "mace.yaml", "--data", tmp_path / "absent.xyz", code=2)


def test_a_fault_in_the_data_is_put_where_the_option_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "train.xyz").write_text(Crystal(energy="energy_dft").text())
    options = "train_file: train.xyz\nE0s: average\nbatch_size: 4\nvalid_fraction: 0.5\n"

    (tmp_path / "mace.yaml").write_text(options + "energy_key: energy\n")
    run(tmp_path / "mace.yaml", "--output-format", "json", code=2)
    (record,) = json.loads(capsys.readouterr().out)
    assert record["location"]["start"] == {"line": 5, "column": 13, "offset": len(options) + 12}
    assert record["fix"]["edits"][0]["text"] == "energy_dft"

    (tmp_path / "mace.yaml").write_text(options)
    run(tmp_path / "mace.yaml", "--output-format", "json", code=2)
    (record,) = json.loads(capsys.readouterr().out)
    assert record["location"] is None
    assert record["filename"] == str(tmp_path / "mace.yaml")
    assert record["fix"]["edits"][0]["text"] == "energy_key: energy_dft\n"


@pytest.mark.parametrize("output_format", [name for name in FORMATS if name != "json"])
def test_each_format_names_the_file_of_what_has_no_place_in_it(
    output_format: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mace.yaml").write_text("E0s: average\nbatch_size: 4\nvalid_fraction: 0.5\n")
    (tmp_path / "train.xyz").write_text(Crystal(energy="energy_dft").text())

    run(tmp_path / "mace.yaml", "--data", tmp_path / "train.xyz", "--output-format", output_format, code=2)

    captured = capsys.readouterr()
    assert "mace.yaml" in captured.out + captured.err


def test_linting_options_imports_neither_torch_nor_mace_nor_numpy(tmp_path: Path) -> None:
    (tmp_path / "mace.yaml").write_text("name: cu\ncorrelations: 2\n")
    program = (
        f"import sys; from mlipilot.cli import main; assert main(['lint', {str(tmp_path / 'mace.yaml')!r}]) == 2;"
        "found = [name for name in ('torch', 'mace', 'e3nn', 'ase', 'numpy', 'mlipilot.runtime')"
        " if name in sys.modules];"
        "assert not found, found"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("option", ["--data", "--valid", "--test"])
def test_a_file_named_twice_is_refused(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mace.yaml").write_text("name: cu\n")

    run(tmp_path / "mace.yaml", option, "a.xyz", f"{option}=b.xyz", code=2)

    shown = capsys.readouterr().err
    assert all(name in shown for name in (option, "a.xyz", "b.xyz"))
