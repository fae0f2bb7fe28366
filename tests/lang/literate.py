"""Pages of prose and examples whose comments say which diagnostics they raise.

An example is a fenced block of `mlp`. Before it the runner puts `edition "2026"`, or, where the fence says `copper` or
`campaign`, the blocks of `copper.mlp` or `campaign.mlp`; a `raw` block stands alone, a `bytes` block is written with
Python's escapes. `<<x*20001>>` is a text repeated. A comment `# error: [MLP0203] "part of the headline"` expects that
diagnostic on its line. A fenced block `file NAME` is a file that stands beside the examples of its page.

Beside every example are sound data files, `train.xyz`, `valid.xyz` and `test.xyz`; fenced blocks of `xyz NAME` before
it are written over them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from clusters import write_splits

from mlipilot.compiler.compile import check_file, compile_spec, plan_warnings
from mlipilot.runtime.pilot.campaign.power_of import doubts
from mlipilot.spec.diagnostics import Diagnostic, has_errors, with_edits

HERE = Path(__file__).parent
FENCE = re.compile(r"^```(mlp|xyz) ?([\w.]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```file (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXPECTED = re.compile(r'# (?:error|warning): \[(MLP\d{4})\] "([^"]*)"')


class Example(NamedTuple):
    """One fenced block of a page."""

    page: str
    line: int
    mode: str
    text: str
    """What is checked, with all that stands before the block."""
    offset: int
    """Lines that stand before the block."""
    files: dict[str, str]
    """What stands beside it, by name."""

    @property
    def expected(self) -> list[tuple[int, str, str]]:
        """Line of the block, code and part of the headline of each diagnostic."""
        lines = self.text.split("\n")[self.offset :]
        return [(n, code, part) for n, line in enumerate(lines, 1) for code, part in EXPECTED.findall(line)]


def examples() -> list[Example]:
    """All examples of all pages."""
    found = []
    for path in sorted(HERE.glob("*.md")):
        page = path.read_text(encoding="utf-8")
        files = {match.group(1): match.group(2) for match in FILE.finditer(page)}
        data: dict[str, str] = {}
        for match in FENCE.finditer(page):
            language, mode, text = match.groups()
            if language == "xyz":
                data[mode] = text
                continue
            before = preamble(mode)
            line = page.count("\n", 0, match.start()) + 1
            found.append(Example(path.name, line, mode, before + expanded(text), before.count("\n"), files | data))
            data = {}
    return found


def preamble(mode: str) -> str:
    """What stands before a block of a mode."""
    if mode in ("copper", "campaign"):
        return (HERE / f"{mode}.mlp").read_text(encoding="utf-8")
    return 'edition "2026"\n' if not mode else ""


def expanded(text: str) -> str:
    """A block with its repeats written out."""
    return re.sub(r"<<(.+?)\*(\d+)>>", lambda match: match.group(1) * int(match.group(2)), text)


def diagnose(text: str, folder: Path, mode: str = "raw", files: Mapping[str, str] | None = None) -> list[Diagnostic]:
    """What check says of a text in a folder, and compile where check finds no error."""
    write_splits(folder)
    (folder / "empty.xyz").touch()
    for name, content in (files or {}).items():
        (folder / name).write_text(content, encoding="utf-8")
    path = folder / "example.mlp"
    path.write_bytes(text.encode().decode("unicode_escape").encode("latin-1") if mode == "bytes" else text.encode())
    checked = check_file(path)
    checked = checked._replace(diagnostics=[d for d in checked.diagnostics if not _spare(text, d)])
    if checked.spec is None or has_errors(checked.diagnostics):
        return checked.diagnostics
    compiled = compile_spec(checked.spec)
    if isinstance(compiled, list):
        return [*checked.diagnostics, *compiled]
    return [*checked.diagnostics, *plan_warnings(checked.spec, compiled), *doubts(compiled)]


def _spare(text: str, diagnostic: Diagnostic) -> bool:
    """Whether it says of a block of the preamble, which stands there for other examples, that it is not used."""
    before = next((before for before in map(preamble, ("copper", "campaign")) if text.startswith(before)), "")
    return diagnostic.code == "MLP0526" and line_of(diagnostic) <= before.count("\n")


def apply_fix(text: str, diagnostic: Diagnostic) -> str:
    """The text after a diagnostic's fix."""
    assert diagnostic.fix is not None
    return with_edits(text, diagnostic.fix.edits)


def line_of(diagnostic: Diagnostic) -> int:
    """The line of a diagnostic; the first where it has none."""
    if diagnostic.source is None or diagnostic.primary is None:
        return 1
    return diagnostic.source.location(diagnostic.primary.span.start).line


__all__ = ["Example", "apply_fix", "diagnose", "examples", "expanded", "line_of", "preamble"]
