"""`mlipilot doctor`: what is missing is found, and the command that installs it."""

from __future__ import annotations

import importlib.metadata
import json

import pytest

from mlipilot.cli import main
from mlipilot.runtime import equipment as module
from mlipilot.runtime.equipment import equipment

REQUIRED = ["lark>=1.3.1,<2", "torch>=2.8,<3 ; extra == 'run'", "openai>=3.3,<4 ; extra == 'pilot'"]


def with_packages(monkeypatch: pytest.MonkeyPatch, **versions: str) -> None:
    """An installation that needs three packages, of which these are here."""

    def version(name: str) -> str:
        if name not in versions:
            raise importlib.metadata.PackageNotFoundError(name)
        return versions[name]

    extras = ["mlipilot[run,pilot] ; extra == 'all'", "ruff>=1 ; extra == 'dev'"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: [*REQUIRED, *extras])
    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.setattr(module, "_cuda", lambda: None)


@pytest.mark.parametrize(
    ("versions", "missing", "install"),
    [
        ({"lark": "1.3.1", "torch": "2.15.0+cpu", "openai": "3.54.0"}, [], ""),
        ({"lark": "1.3.1", "torch": "2.15.0"}, ["openai"], 'pip install "mlipilot[pilot]"'),
        ({"lark": "1.3.1", "openai": "3.54"}, ["torch"], 'pip install "mlipilot[run]"'),
        ({"lark": "1.3.1", "torch": "2.7.1"}, ["torch", "openai"], 'pip install "mlipilot[all]"'),
        ({"lark": "1.3.1", "torch": "3.0.0", "openai": "3.3"}, ["torch"], 'pip install "mlipilot[run]"'),
        ({"lark": "1.3", "torch": "2.8", "openai": "3.3"}, ["lark"], "pip install --upgrade mlipilot"),
    ],
)
def test_what_is_absent_or_of_another_version_is_missing(
    versions: dict[str, str], missing: list[str], install: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_packages(monkeypatch, **versions)
    found = equipment()
    assert [package.name for package in found.missing] == missing
    assert found.install == install


def test_a_part_that_most_specs_do_without_is_offered_and_nothing_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_packages(monkeypatch, lark="1.3.1", torch="2.8", openai="3.3", pyscf="2.14")
    optional = ["pyscf>=2.9,<3 ; extra == 'labels'", "rdkit>=2025.3 ; extra == 'smiles'"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: [*REQUIRED, *optional])
    assert equipment().missing == ()
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "for labelling molecules:" in lines
    place = lines.index('for molecules from SMILES, `pip install "mlipilot[smiles]"`:')
    assert lines[place + 1].split() == ["rdkit", "missing", "(needs", ">=2025.3)"]


def test_the_verb_exits_with_1_where_something_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_packages(monkeypatch, lark="1.3.1", torch="2.8")
    assert main(["doctor"]) == 1
    assert 'pip install "mlipilot[pilot]"' in capsys.readouterr().out
    with_packages(monkeypatch, lark="1.3.1", torch="2.8", openai="3.3")
    assert main(["doctor", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["cores"] >= 1
    assert [package["missing"] for package in document["packages"]] == [False] * 3


def test_the_last_line_follows_from_those_above(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_packages(monkeypatch, lark="1.3.1", torch="2.8", openai="3.3")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-a-key")
    assert main(["doctor"]) == 0
    assert capsys.readouterr().out.endswith("\nnothing is missing\n")
    monkeypatch.delenv("OPENAI_API_KEY")
    assert main(["doctor"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert "nothing is missing" not in last
    assert "`OPENAI_API_KEY`" in last
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: None)
    assert main(["doctor"]) == 0
    assert "not known" in capsys.readouterr().out.splitlines()[-1]
