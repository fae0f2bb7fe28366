"""`explain`: a code's page, by its number or its name, for people and for programs."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time

import pytest

from mlipilot.cli import main
from mlipilot.spec.diagnostics import CATALOGUE


@pytest.mark.parametrize("word", ["MLP0203", "mlp0203", "203", "wrong-dimension", "Wrong_Dimension"])
def test_a_code_is_explained_by_its_number_or_its_name(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", word]) == 0
    assert capsys.readouterr().out.startswith("MLP0203 wrong-dimension\n")


@pytest.mark.parametrize(("word", "near"), [("wrong-dimensoin", "wrong-dimension"), ("MLP0230", "MLP0203")])
def test_an_unknown_code_is_refused_with_the_nearest(word: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "MLP0203", word]) == 2
    printed = capsys.readouterr()
    assert f"did you mean `{near}`?" in printed.err
    assert not printed.out


def test_text_has_no_marks_of_markdown_and_the_example_indented(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "MLP0204"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert not [line for line in lines if line.startswith(("#", "```"))]
    assert "    model potential : mace { r_max = 5 }" in lines


def test_several_codes_are_explained_in_their_order_and_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "MLP0505", "MLP0203", "505", "--json"]) == 0
    assert [page["code"] for page in json.loads(capsys.readouterr().out)] == ["MLP0505", "MLP0203"]


def test_an_explanation_as_json_has_its_sections(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "0810", "--json"]) == 0
    page = json.loads(capsys.readouterr().out)
    assert (page["code"], page["severity"]) == ("MLP0810", "error")
    assert list(page["sections"]) == ["What it means", "Why it matters", "How it arises", "What to do"]


def test_without_a_code_all_codes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(CATALOGUE)
    assert main(["explain", "--json"]) == 0
    assert [entry["code"] for entry in json.loads(capsys.readouterr().out)] == list(CATALOGUE)


def test_a_pipe_needs_no_rich() -> None:
    script = "import sys; from mlipilot.cli import main; main(['explain', '203']); sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode == 0


def on_a_terminal(**environment: str) -> str:
    """What `explain` prints on a terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "mlipilot", "explain", "MLP0204"]
    variables = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(command, stdout=theirs, env={**variables, "TERM": "xterm", **environment})
    os.close(theirs)
    shown = b""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert process.wait(timeout=120) == 0
    return shown.decode()


def test_a_terminal_shows_headings_and_colour() -> None:
    shown = on_a_terminal()
    assert "\x1b[" in shown
    assert "## " not in shown
    assert "r_max" in shown


def test_a_terminal_without_colour_gets_none() -> None:
    assert "\x1b[3" not in on_a_terminal(NO_COLOR="1")
