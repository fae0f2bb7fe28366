"""The language reference says what the schema, the grammar and the lexer say."""

from __future__ import annotations

import re
from pathlib import Path

from literate import diagnose

from mlipilot.spec.schema import BLOCKS, METRICS
from mlipilot.spec.schema.document import schema_reference, with_schema
from mlipilot.spec.source import LARGEST_FILE, LONGEST_LINE
from mlipilot.spec.syntax.grammar import grammar
from mlipilot.spec.syntax.structure import DEEPEST, MOST_OPERATORS

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
COPPER = PAGE.parents[1] / "examples" / "copper" / "copper.mlp"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_page_has_the_tables_of_the_schema() -> None:
    assert with_schema(TEXT) == TEXT, "run `python -m mlipilot.spec.schema.document docs/language.md`"


def test_every_block_field_and_metric_is_in_the_tables() -> None:
    reference = schema_reference()
    for schema in BLOCKS.values():
        for field in schema.fields:
            assert f"| `{field.name}` |" in reference
    for metric in METRICS:
        assert f"| `{metric}(" in reference


def test_the_examples_of_the_page_are_consistent(tmp_path: Path) -> None:
    copper = COPPER.read_text(encoding="utf-8")
    blocks = [block.strip() + "\n" for block in TEXT.split("```")[1::2]]
    examples = [block for block in blocks if block.startswith("edition")]
    roomy = copper.replace("device_time <= 2 h", "device_time <= 12 h")
    examples += [(roomy if "pilot" in block else copper) + block for block in blocks if block.startswith("search")]
    assert len(examples) == 5
    for example in examples:
        assert diagnose(example, tmp_path, files={"base.mlp": copper}) == []


def test_the_reserved_words_of_the_page_are_those_of_the_grammar() -> None:
    listed = re.search(r"Reserved are `(.*?)`", TEXT, re.DOTALL)
    assert listed is not None
    keywords: set[str] = set()
    for terminal in grammar().terminals:
        pattern = str(terminal.pattern.value)
        if pattern.endswith(r"\b"):
            keywords |= set(re.findall(r"[a-z]+", pattern.removesuffix(r"\b").replace("?:", "")))
    assert set(listed.group(1).split()) == keywords


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    assert f"at most {LARGEST_FILE // 10**6} MB" in TEXT
    assert f"{LONGEST_LINE:,}".replace(",", " ") in TEXT
    assert f"nest at most {DEEPEST} deep" in TEXT
    assert f"at most {MOST_OPERATORS} signs" in TEXT
