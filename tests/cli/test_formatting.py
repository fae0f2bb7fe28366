"""`fmt`: what it writes, what it leaves alone, and its exit codes."""

from __future__ import annotations

import io
import os
import stat
import sys
from pathlib import Path

import pytest

from mlipilot.cli import main

ROUGH = "model m{r_max=4.5 Ang}   # wide\n"
SMOOTH = "model m { r_max = 4.5 Å }  # wide\n"


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.mlp"
    path.write_text(ROUGH, encoding="utf-8")
    return path


def test_a_spec_is_rewritten_in_place_and_then_left_alone(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt"]) == 0
    assert spec.read_text(encoding="utf-8") == SMOOTH
    before = spec.stat()
    assert main(["fmt", "a.mlp"]) == 0
    assert spec.stat() == before
    assert capsys.readouterr().out == "`a.mlp` formatted\n`a.mlp` is formatted already\n"


def test_check_and_diff_say_what_would_change_and_change_nothing(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fmt", "--check", "a.mlp"]) == 1
    assert "`a.mlp`" in capsys.readouterr().err
    assert main(["fmt", "--diff", "a.mlp"]) == 1
    assert capsys.readouterr().out.split("\n")[3:5] == [f"-{ROUGH}".rstrip(), f"+{SMOOTH}".rstrip()]
    assert spec.read_text(encoding="utf-8") == ROUGH
    spec.write_text(SMOOTH, encoding="utf-8")
    assert main(["fmt", "--check", "--diff", "a.mlp"]) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("data", [SMOOTH.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + SMOOTH.encode()])
def test_line_ends_and_byte_order_marks_are_mended_and_named(
    spec: Path, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    spec.write_bytes(data)
    assert main(["fmt", "--diff", "a.mlp"]) == 1
    assert capsys.readouterr().out
    assert main(["fmt", "a.mlp"]) == 0
    assert spec.read_bytes() == SMOOTH.encode()


def test_a_spec_that_does_not_parse_is_reported_and_left_alone_and_the_others_are_formatted(
    spec: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = spec.with_name("b.mlp")
    broken.write_text("model  m {", encoding="utf-8")
    assert main(["fmt", "b.mlp", "a.mlp"]) == 2
    assert "MLP0102" in capsys.readouterr().err
    assert broken.read_text(encoding="utf-8") == "model  m {"
    assert spec.read_text(encoding="utf-8") == SMOOTH


def test_the_mode_and_a_link_to_the_spec_are_kept(spec: Path) -> None:
    spec.chmod(0o640)
    link = spec.with_name("link.mlp")
    link.symlink_to(spec)
    assert main(["fmt", "link.mlp"]) == 0
    assert link.is_symlink()
    assert spec.read_text(encoding="utf-8") == SMOOTH
    assert stat.S_IMODE(spec.stat().st_mode) == 0o640
    assert sorted(path.name for path in spec.parent.iterdir()) == ["a.mlp", "link.mlp"]


def test_a_spec_that_cannot_be_written_is_named_and_kept(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    spec.parent.chmod(0o500)
    assert main(["fmt", "a.mlp"]) == 2
    spec.parent.chmod(0o700)
    assert "MLP0704" in capsys.readouterr().err
    assert spec.read_text(encoding="utf-8") == ROUGH


@pytest.mark.parametrize(("text", "code", "out"), [(ROUGH, 0, SMOOTH), ("model m {", 2, ""), ("\xff", 2, "")])
def test_standard_input_goes_to_standard_output(
    text: str, code: int, out: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = text.encode("latin-1" if text == "\xff" else "utf-8")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["fmt", "-"]) == code
    assert capsys.readouterr().out == out


def test_what_is_no_spec_is_refused(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = spec.with_name("a.plan.json")
    plan.write_text('{"format_version": "1.0", "plan": {}}')
    for verb in (["fmt", "a.plan.json"], ["check", "a.plan.json"], ["compile", "a.plan.json"]):
        assert main(verb) == 2
        assert "is a plan (JSON), not a spec" in capsys.readouterr().err
    assert main(["fmt", "none.mlp"]) == 2
    assert main(["fmt", "."]) == 2
