"""`--fix`: the file is mended, what changed is shown, and the rest is said as ever."""

from __future__ import annotations

import codecs
import json
import subprocess
import sys
from pathlib import Path

import pytest

SPEC = """edition "2026"

# kept
model m : mace {
    Channels = 16      # in another case
    cutoff   = 4.5Å
    chanels  = 8
}
"""


def run(*arguments: str, cwd: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mlipilot", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def test_safe_fixes_are_made_and_shown_and_the_rest_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.mlp"
    path.write_text(SPEC)
    done = run("check", "a.mlp", "--fix", cwd=tmp_path, code=2)
    assert path.read_text() == SPEC.replace("Channels", "channels").replace("cutoff", "r_max").replace("5Å", "5 Å")
    assert "+    r_max   = 4.5 Å" in done.stdout
    assert "3 fixes made in `a.mlp`" in done.stdout
    assert "error[MLP0403]: `model : mace` has no field `chanels`" in done.stderr
    assert "MLP0105" not in done.stderr


def test_what_is_probably_meant_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.mlp"
    path.write_text('edition "2026"\n\nmodel m : mace { chanels = 8 }\n')
    run("check", "a.mlp", "--fix", cwd=tmp_path, code=2)
    assert "chanels" in path.read_text()
    run("check", "a.mlp", "--unsafe-fixes", cwd=tmp_path)
    assert "{ channels = 8 }" in path.read_text()


def test_the_end_of_the_output_says_which_fixes_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "a.mlp").write_text(SPEC)
    last = run("check", "a.mlp", cwd=tmp_path, code=2).stderr.splitlines()[-1]
    assert "`mlipilot check --fix` makes" in last


def test_for_programs_nothing_but_the_document_is_printed(tmp_path: Path) -> None:
    (tmp_path / "a.mlp").write_text(SPEC)
    done = run("check", "a.mlp", "--fix", "--output-format", "json", cwd=tmp_path, code=2)
    assert [record["code"] for record in json.loads(done.stdout)] == ["MLP0403"]


def test_a_byte_order_mark_and_line_ends_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.mlp"
    path.write_bytes(codecs.BOM_UTF8 + b'edition "2026"\r\n\r\nmodel m : mace { Channels = 8 }\r\n')
    run("check", "a.mlp", "--fix", cwd=tmp_path)
    assert path.read_bytes() == codecs.BOM_UTF8 + b'edition "2026"\r\n\r\nmodel m : mace { channels = 8 }\r\n'


def test_options_of_mace_are_mended_too(tmp_path: Path) -> None:
    path = tmp_path / "mace.yaml"
    path.write_text("name: a\ncutoff: 5.0  # kept\ndevice: gpu\ncorrelaton: 3\n")
    done = run("lint", "mace.yaml", "--fix", cwd=tmp_path, code=2)
    assert path.read_text() == "name: a\nr_max: 5.0  # kept\ndevice: cuda\ncorrelaton: 3\n"
    assert "2 fixes made" in done.stdout
    assert "no option `correlaton`" in done.stderr


@pytest.mark.skipif("os.getuid() == 0", reason="a superuser may write everything")
def test_a_file_that_cannot_be_written_is_said_and_left(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "a.mlp").write_text(SPEC)
    folder.chmod(0o555)
    done = run("check", "closed/a.mlp", "--fix", cwd=tmp_path, code=2)
    assert "MLP0704" in done.stderr
    assert (folder / "a.mlp").read_text() == SPEC


def test_a_clean_file_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.mlp"
    path.write_text('edition "2026"\n\nmodel m : mace { channels = 8 }\n')
    before = path.stat().st_mtime_ns
    assert "fix" not in run("check", "a.mlp", "--fix", cwd=tmp_path).stdout
    assert path.stat().st_mtime_ns == before
