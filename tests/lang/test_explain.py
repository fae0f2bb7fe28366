"""Every code has a page, and the examples of the pages raise what they say.

A fence says `mlp fails` or `mlp passes`, then the mode of `literate.py`, then the codes that its text cannot but raise
besides the page's own; `yaml fails` and `sh fails` are files for `lint`. Blocks `file NAME` and `xyz NAME` stand beside
the examples of the page; where a name stands twice, each section has its own.
"""

from __future__ import annotations

import re
from pathlib import Path

import literate
import pytest
from literate import expanded, preamble

from mlipilot.compiler.backends.mace.options import OptionTable
from mlipilot.compiler.backends.mace.table import bundled_table
from mlipilot.compiler.lint import lint_file
from mlipilot.spec.diagnostics import CATALOGUE, Diagnostic
from mlipilot.spec.diagnostics.pages import FOLDER, Fence, Page, find_code, headings, nearest_code, read_page
from mlipilot.spec.format import format_source
from mlipilot.spec.source import SourceFile

CODES = sorted(path.stem for path in FOLDER.glob("*.md"))
OF_RUNS = [code for code in CODES if headings(code) == headings("MLP0801")]
"""Codes of runs, which no spec raises."""
WIDEST = 120
LINTED = {"yaml": "mace.yaml", "sh": "run.sh"}
"""Fences of what `lint` reads, with the name that it is written under."""


def diagnose(page: Page, fence: Fence, folder: Path) -> list[Diagnostic]:
    """What check and compile say of an example, but for that it has no job; the page's files lie beside it."""
    mode = next((word for word in fence.words[2:] if word not in CATALOGUE), "")
    text = preamble(mode) + expanded(fence.text.removesuffix("\n"))
    files = [other for other in page.fences if other.words[:1] in (("file",), ("xyz",))]
    own_last = sorted(files, key=lambda other: other.section == fence.section)
    beside = {other.words[1]: other.text for other in own_last}
    if fence.words[0] in LINTED:
        return lint(fence.text, folder / LINTED[fence.words[0]], beside)
    return [found for found in literate.diagnose(text, folder, mode, beside) if found.code != "MLP0701"]


def lint(text: str, path: Path, files: dict[str, str]) -> list[Diagnostic]:
    """What `lint` says of a file of options or a script, with the page's files beside it."""
    for name, content in files.items():
        (path.parent / name).parent.mkdir(exist_ok=True)
        (path.parent / name).write_text(content)
    path.write_text(text)
    return lint_file(path).diagnostics


@pytest.fixture(autouse=True)
def one_release_of_mace(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages speak of one release, and of packages that are not there."""
    release = OptionTable("0.3.16", True, bundled_table().options)
    monkeypatch.setattr("mlipilot.compiler.lint.files.option_table", lambda: release)
    monkeypatch.setattr("mlipilot.compiler.lint.rules.environment.find_spec", lambda name: None)


def specs(page: Page, word: str) -> list[Fence]:
    """The page's examples that are to fail, or to pass."""
    return [fence for fence in page.fences if fence.words[1:2] == (word,)]


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{code}.md" for code in CATALOGUE}


@pytest.mark.parametrize("code", CODES)
def test_a_page_has_its_title_and_its_sections(code: str) -> None:
    page = read_page(code)
    assert (page.code, page.name) == (code, CATALOGUE[code].name)
    assert tuple(page.sections) == headings(code)
    assert all(page.sections.values())
    prose = re.sub(r"^```xyz.*?^```$", "", page.markdown, flags=re.MULTILINE | re.DOTALL)
    assert max(map(len, prose.splitlines())) <= WIDEST


@pytest.mark.parametrize("code", OF_RUNS)
def test_the_specs_of_a_page_on_a_run_raise_no_error(code: str, tmp_path: Path) -> None:
    page = read_page(code)
    assert specs(page, "fails") == []
    plain = [f._replace(words=("mlp", "passes", *f.words[1:])) for f in page.fences if f.words[:1] == ("mlp",)]
    assert [d.headline for fence in plain for d in diagnose(page, fence, tmp_path) if d.is_error] == []


@pytest.mark.parametrize("code", [code for code in CODES if code not in OF_RUNS])
def test_the_examples_of_a_page_raise_its_code_and_mended_they_raise_no_error(code: str, tmp_path: Path) -> None:
    page = read_page(code)
    failing, passing = specs(page, "fails"), specs(page, "passes")
    assert failing
    assert passing
    for fence in failing:
        found = diagnose(page, fence, tmp_path)
        shown = [f"{d.code} {d.headline}" for d in found]
        assert {d.code for d in found if d.is_error or d.code == code} == {code, *fence.words} & CATALOGUE.keys(), shown
    for fence in passing:
        found = diagnose(page, fence, tmp_path)
        assert [f"{d.code} {d.headline}" for d in found if d.is_error or d.code == code] == []


def test_the_specs_of_the_pages_are_in_the_house_style() -> None:
    texts = [
        fence.text
        for code in CODES
        for fence in read_page(code).fences
        if any(word == "mlp" or word.endswith(".mlp") for word in fence.words)
    ]
    written = {text: format_source(SourceFile("page.mlp", text)) for text in texts}
    readable = {text: new for text, new in written.items() if isinstance(new, str)}
    assert len(readable) > 100
    assert [text for text, new in readable.items() if new != text] == []


@pytest.mark.parametrize("code", CODES)
def test_codes_that_a_page_speaks_of_exist(code: str) -> None:
    assert set(re.findall(r"MLP\d{4}", read_page(code).markdown)) <= CATALOGUE.keys()


@pytest.mark.parametrize("word", ["MLP0203", "mlp0203", "203", "0203", "wrong-dimension", "Wrong dimension"])
def test_a_code_is_found_by_its_number_or_its_name(word: str) -> None:
    assert find_code(word) == "MLP0203"


@pytest.mark.parametrize(
    ("word", "meant"), [("MLP0230", "MLP0203"), ("wrong-dimensoin", "wrong-dimension"), ("qqqqqq", None)]
)
def test_a_word_that_is_no_code_gives_the_nearest_or_none(word: str, meant: str | None) -> None:
    assert find_code(word) is None
    assert nearest_code(word) == meant
