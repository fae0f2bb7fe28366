"""Forms of whole lines that other languages have: comments, declarations, loops, sections, lists, imports."""

from __future__ import annotations

import re

from mlipilot.spec.schema import BLOCKS
from mlipilot.spec.syntax.remedies import Remedy, Row, written


def _comment(match: re.Match[str]) -> Remedy:
    begin, text = match.group(1), match.group(2).strip()
    closed = text.removesuffix("*/").rstrip()
    replacement = None if begin == "/*" and closed == text else f"# {closed}".rstrip()
    return Remedy(f"`{begin}` begins no comment", "a comment begins with `#`", "write `#`", replacement, sure=True)


def _own_comment(match: re.Match[str]) -> Remedy | None:
    """`-- a`, `! a`, `% a`, `; a` at the beginning of a line."""
    if match.string[: match.start()].strip():
        return None
    return _comment(match)


def _import(match: re.Match[str]) -> Remedy | None:
    text = match.group().strip()
    keyword, _, rest = text.partition(text[len(match.group(1))] if len(text) > len(match.group(1)) else " ")
    if rest.lstrip().startswith(("=", "~", "<")) and keyword != "import":
        return None  # a field of that name
    quoted = re.search(r"[\"'<]([^\"'<>]+)[\"'>]", text)
    words = re.findall(r"[\w./-]+", text)
    path = quoted.group(1) if quoted else (words[1] if len(words) > 1 else "base")
    path = path if "." in path or "/" in path else f"{path}.mlp"
    alias = re.search(r"\bas\s+[\"']?(\w+)", text)
    name = alias.group(1) if alias else re.sub(r"\W", "_", path.rsplit("/", 1)[-1].removesuffix(".mlp"))
    meant = f'import "{path}" as {name}'
    if meant == text:
        return None
    what = "an import names a file, in quotes, and what its blocks are called by"
    return Remedy(what, "not of this form", f"write `{meant}`", meant)


_IMPORT = re.compile(r"import \"([^\"]+)\" as (\w+)")


def named_as_used(text: str, found: Remedy) -> Remedy:
    """A remedy that is an import, with the name that the file uses for blocks that are not its own."""
    match = _IMPORT.fullmatch(found.replacement or "")
    if match is None:
        return found
    plain = re.sub(r"\"\"\"[\s\S]*?\"\"\"|\"[^\"\n]*\"|#[^\n]*", "", text)
    declared = {name for line in re.findall(r"^\s*\w+\s+(\w+)\b[^=~<>\n]*\{", plain, re.MULTILINE) for name in [line]}
    declared |= set(re.findall(r"\bas\s+(\w+)", plain)) - {match.group(2)}
    used = [word for word in re.findall(r"(?<![\w.])([^\W\d]\w*)\.[^\W\d]", plain) if word not in declared]
    if not used or match.group(2) in used:
        return found
    name = max(dict.fromkeys(used), key=used.count)
    meant = f'import "{match.group(1)}" as {name}'
    return found._replace(help=f"write `{meant}`", replacement=meant)


def _item(match: re.Match[str]) -> Remedy:
    return Remedy("a list stands in `[ ]`", "an item of a list", "write `name = [a, b]`")


def _section(match: re.Match[str]) -> Remedy | None:
    kind = match.group(1).split(".")[0]
    known = next((schema for schema in BLOCKS.values() if schema.kind == kind), None)
    tag = f" : {known.tag}" if known is not None and known.tag else ""
    name = " name" if known is None or known.label == "word" else ""
    return Remedy("a block stands in `{ }`", "a section", f"write `{kind}{name}{tag} {{`, its fields, and `}}`")


def _option(match: re.Match[str]) -> Remedy:
    """`--batch 4`: an option of a command."""
    name, value = match.group(1).replace("-", "_"), match.group(2)
    meant = f"{name} = {value}" if value else f"{name} = …"
    return Remedy("a field is `name = value`", "an option of a command", f"write `{meant}`", meant if value else None)


def _declared(match: re.Match[str]) -> Remedy:
    """`let channels = 8`, `int channels = 8`."""
    return written("a field is `name = value`, without a word before it", f"`{match.group(1)}`", f"{match.group(2)} =")


def _typed(match: re.Match[str]) -> Remedy:
    """`channels: int = 8`."""
    return written("a field is `name = value`; its type is known", "a type", f"{match.group(1)} =")


def _programmed(match: re.Match[str]) -> Remedy:
    help_ = "write the fields themselves; a `search` block tries several values"
    return Remedy("there are no loops, conditions or functions", f"`{match.group(1)}`", help_)


def _merged(match: re.Match[str]) -> Remedy:
    return Remedy("no block is merged into another", "a merge", "write each field where it belongs")


ROWS: tuple[Row, ...] = (
    (r"(//)(.*)", _comment),
    (r"(?<![^\s])(--|!|;|%|REM\b|\*)(?=\s|$)(.*)", _own_comment),
    (r"^\s*(import|include|using|use|load|from)\b[^#]*", _import),
    (r"^\s*--?([^\W\d][\w-]*)(?:[ =]+([^\s,}]+))?", _option),
    (r"^\s*(let|const|var|int|float|double|auto|str|string|bool|set|local|final|static|val)\s+(\w+)\s*=?", _declared),
    (r"\b(\w+)\s*:\s*(?:int|float|str|bool|list|dict|string|double)\b(?:\[\w+\])?\s*=", _typed),
    (r"^\s*(for|while|if|else|elif|def|return|pass|try|with|function|lambda|fn)\b(?!\s*[=~<]).*", _programmed),
    (r"\b(lambda)\b.*", _programmed),
    (r"^\s*<<\s*:.*", _merged),
    (r"^\s*-\s+\S.*", _item),
    (r"^\s*\[([\w.]+)\]\s*$", _section),
)
"""Forms of lines, each looked for before those below it, and before those of values."""

__all__ = ["ROWS"]
