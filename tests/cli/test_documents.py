"""`canonical` and `schema`: documents for other programs, and nothing beside them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from mlipilot.cli import main
from mlipilot.compiler.compile import compile_file
from mlipilot.spec.schema.document import schema_reference
from mlipilot.spec.schema.json_schema import json_schema

SPEC = Path(__file__).parents[1] / "compiler" / "copper.mlp"


def test_the_canonical_bytes_have_the_hash_of_the_plan(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    compiled, _ = compile_file(SPEC)
    assert compiled is not None
    assert main(["canonical", str(SPEC)]) == 0
    assert hashlib.sha256(capfdbinary.readouterr().out).hexdigest() == compiled.plan.spec_hash
    assert main(["canonical", str(SPEC), "--hash"]) == 0
    assert capfdbinary.readouterr().out.decode() == compiled.plan.spec_hash + "\n"


def test_a_spec_with_errors_has_no_canonical_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.mlp"
    wrong.write_text('edition "2026"\nmodel m : mace { channels = 0 }\n')
    for arguments in (["canonical", str(wrong)], ["canonical", str(wrong), "--hash"], ["canonical", "none.mlp"]):
        assert main(arguments) == 2
        out, err = capsys.readouterr()
        assert not out
        assert err


def test_the_schema_is_printed_as_json_or_as_tables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()
    assert main(["schema", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == schema_reference()
