"""Formats that services read: GitHub's workflow commands, and SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from copper import diagnosed

from mlipilot.cli import main
from mlipilot.compiler.render import render
from mlipilot.spec.diagnostics import CATALOGUE, Annotation, Applicability, Diagnostic, Edit, Fix
from mlipilot.spec.source import SourceFile, Span

WRONG = 'edition "2026"\nmodel m : mace { e0 = average, r_mx = 5 Å }\nmodel m : mace { channels = 0 }\n'


def at(text: str, mark: str, name: str = "a.mlp", **parts: Any) -> Diagnostic:
    start = text.index(mark)
    primary = Annotation(Span(start, start + len(mark)), "here")
    return Diagnostic("MLP0202", "headline", SourceFile(name, text), primary, **parts)


def sarif(*diagnostics: Diagnostic) -> dict[str, Any]:
    """The one run of a log."""
    log = json.loads(render(list(diagnostics), "sarif"))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def regions(node: Any) -> list[dict[str, int]]:
    """Every region of a log."""
    if isinstance(node, list):
        return [region for one in node for region in regions(one)]
    if not isinstance(node, dict):
        return []
    own = [node[key] for key in ("region", "deletedRegion") if key in node]
    return own + [region for value in node.values() for region in regions(value)]


# What the standard asks of the objects that are written: (property, whether it must be there).
SHAPES: dict[str, dict[str, bool]] = {
    "run": {"tool": True, "columnKind": False, "results": False},
    "driver": {"name": True, "semanticVersion": False, "rules": False},
    "rule": {"id": True, "name": False, "shortDescription": False, "help": False, "defaultConfiguration": False},
    "result": {
        "message": True,
        "ruleId": False,
        "ruleIndex": False,
        "level": False,
        "locations": False,
        "relatedLocations": False,
        "partialFingerprints": False,
        "fixes": False,
    },
    "fix": {"artifactChanges": True, "description": False},
}


def assert_shape(node: dict[str, Any], shape: str) -> None:
    assert set(node) <= set(SHAPES[shape])
    assert {name for name, needed in SHAPES[shape].items() if needed} <= set(node)


def test_a_sarif_log_has_the_shape_of_one() -> None:
    fix = Fix("mend", (Edit(Span(0, 1), "x"),), Applicability.UNSAFE)
    run = sarif(*diagnosed(WRONG), at("one", "one", fix=fix), Diagnostic("MLP0001", "no place"), warning())
    assert_shape(run, "run")
    assert_shape(run["tool"]["driver"], "driver")
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert_shape(rule, "rule")
        assert rule["name"] == CATALOGUE[rule["id"]].name
        assert rule["shortDescription"]["text"]
        assert set(rule["help"]) == {"text", "markdown"}
        assert rule["help"]["markdown"].startswith(f"# {rule['id']} ")
    for result in run["results"]:
        assert_shape(result, "result")
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        for one in result.get("fixes", ()):
            assert_shape(one, "fix")
            assert one["artifactChanges"][0]["replacements"]
        ids = [place["id"] for place in result.get("relatedLocations", ())]
        assert len(set(ids)) == len(ids)
    for region in regions(run):
        assert min(region.values()) >= 1
        start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
        assert start <= end


def warning() -> Diagnostic:
    return Diagnostic("MLP0601", "too much", SourceFile("a.mlp", "x"), Annotation(Span(0, 0)))


def test_no_diagnostics_are_a_log_without_results() -> None:
    assert sarif()["results"] == []


def test_columns_count_utf16_units() -> None:
    (result,) = sarif(at("Å 😀 x", "x"))["results"]
    assert sarif()["columnKind"] == "utf16CodeUnits"
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 1,
        "startColumn": 6,
        "endLine": 1,
        "endColumn": 7,
    }


def test_files_are_relative_to_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def uri(name: str) -> str:
        (result,) = sarif(at("x", "x", name))["results"]
        return str(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])

    (tmp_path / "specs").mkdir()
    monkeypatch.chdir(tmp_path / "specs")
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert uri("ä b.mlp") == "%C3%A4%20b.mlp"
    assert uri(str(tmp_path / "specs" / "a.mlp")) == "a.mlp"
    assert uri(str(tmp_path / "a.mlp")) == (tmp_path / "a.mlp").as_uri()
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert uri("a.mlp") == "specs/a.mlp"
    assert "file=specs/a.mlp," in render([at("x", "x")], "github")


def fingerprints(text: str) -> list[str]:
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in sarif(*diagnosed(text))["results"]]


def test_moving_a_line_keeps_its_fingerprint() -> None:
    before = fingerprints(WRONG)
    assert fingerprints(WRONG.replace("model", "# more\n\n  model")) == before
    assert len(set(before)) == len(before) == 3


def test_equal_lines_have_fingerprints_of_their_own() -> None:
    text = 'edition "2026"\n' + "".join(f"model {name} : mace {{\n    channels = 0, max_L = 9\n}}\n" for name in "abc")
    found = fingerprints(text)
    assert len(set(found)) == len(found) == 6


def test_fixes_to_be_filled_in_are_not_offered() -> None:
    fix = Fix("add a reason", (Edit(Span(0, 0), "…"),), Applicability.DISPLAY)
    (result,) = sarif(at("one", "one", fix=fix))["results"]
    assert "fixes" not in result


def test_a_place_in_another_file_is_related() -> None:
    base = SourceFile("base.mlp", "\nfirst")
    (result,) = sarif(at("one", "one", secondary=(Annotation(Span(1, 6), "declared here", base),)))["results"]
    (place,) = result["relatedLocations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "base.mlp"
    assert place["physicalLocation"]["region"]["startLine"] == 2


def test_a_workflow_command_names_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    found = at("x\n  wrong = 1", "wrong", help="mend it", notes=("100 %",))
    assert render([found], "github") == (
        "::error title=MLP0202 unknown-unit,file=a.mlp,line=2,endLine=2,col=3,endColumn=7"
        "::headline: here%0Anote: 100 %25%0Ahelp: mend it"
    )
    assert render([warning()], "github").startswith("::warning ")
    assert render([Diagnostic("MLP0001", "gone")], "github") == "::error title=MLP0001 unreadable-file::gone"


def test_what_would_end_a_workflow_command_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert "file=a%3A%2C%0A.mlp," in render([at("x", "x", "a:,\n.mlp")], "github")
    lines = render([at("x\ny", "x\ny", help="a\r\nb")], "github").split("\n")
    assert len(lines) == 1
    assert "col=" not in lines[0]


def test_github_is_chosen_in_a_workflow_unless_a_format_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.mlp").write_text(WRONG, encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(["check", "a.mlp"]) == 2
    out, err = capsys.readouterr()
    assert out.startswith("::error ")
    assert not err
    assert main(["check", "a.mlp", "--output-format", "concise"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith("a.mlp:2:32: ")


@pytest.mark.parametrize(
    ("output_format", "results"), [("json", lambda found: found), ("sarif", lambda found: found["runs"][0]["results"])]
)
def test_a_sound_spec_gives_an_empty_document_alone(
    output_format: str,
    results: Callable[[Any], object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.mlp").write_text('edition "2026"\nmodel m : mace { }\n', encoding="utf-8")
    assert main(["check", "--output-format", output_format]) == 0
    assert results(json.loads(capsys.readouterr().out)) == []
