"""What every spec of the examples and of the language's pages means, to the byte: its canonical form, plan and keys."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "lang"))

from clusters import write_splits
from literate import examples

from mlipilot.compiler.canonical import canonical, encode
from mlipilot.compiler.compile import check_file, compile_spec
from mlipilot.compiler.plan import job_keys
from mlipilot.spec.diagnostics import has_errors

ROOT = Path(__file__).parents[2]
HARDWARE = {"processor": "any", "cores": 2}


def _texts() -> dict[str, tuple[str, dict[str, str]]]:
    """By a name of its own, the text of each spec and what stands beside it."""
    shown = [path for pattern in ("*/*.mlp", "encodings/paper/*.mlp") for path in (ROOT / "examples").glob(pattern)]
    files = [*sorted(shown), *sorted(Path(__file__).parent.rglob("*.mlp"))]
    found = {_name(path): (path.read_text(encoding="utf-8"), _tables(path.parent)) for path in files}
    numbers: dict[str, int] = {}
    for example in examples():
        if example.mode != "bytes":
            numbers[example.page] = numbers.get(example.page, 0) + 1
            found[f"{example.page} {numbers[example.page]}"] = (example.text, example.files)
    return found


def _name(path: Path) -> str:
    """The file's, after its folder's where they differ: two folders may each have a `campaign.mlp`."""
    return "-".join(dict.fromkeys((path.parent.name, path.stem)))


def _tables(folder: Path) -> dict[str, str]:
    """By its name, each file that a spec of a folder may read."""
    files = [path for pattern in ("*.csv", "*.xyz") for path in folder.glob(pattern)]
    return {path.name: path.read_text(encoding="utf-8") for path in files}


def test_hashes_and_keys_are_what_was_recorded(tmp_path: Path, same_machine: None, recorded: object) -> None:
    lines = []
    for number, (name, (text, files)) in enumerate(_texts().items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        write_splits(folder)
        (folder / "empty.xyz").touch()
        for other, content in files.items():
            (folder / other).write_text(content, encoding="utf-8")
        path = folder / "spec.mlp"
        path.write_text(text, encoding="utf-8")
        checked = check_file(path)
        if checked.spec is None or has_errors(checked.diagnostics):
            continue
        compiled = compile_spec(checked.spec)
        if isinstance(compiled, list):
            continue
        plan = compiled.plan
        meaning = hashlib.sha256(encode(canonical(checked.spec))).hexdigest()
        lines.append(f"{name}: canonical {meaning}, spec {plan.spec_hash}, plan {plan.hash}")
        lines += [f"  {job} {key}" for job, key in job_keys(plan, HARDWARE).items()]
    assert len(lines) > 300
    assert "\n".join(lines) + "\n" == recorded


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*/*.mlp")), ids=_name)
def test_the_bytes_of_an_example_are_what_was_recorded(path: Path, same_machine: None, recorded: object) -> None:
    spec = check_file(path).spec
    assert spec is not None
    compiled = compile_spec(spec)
    assert not isinstance(compiled, list)
    plan = json.dumps(compiled.plan.document(), indent=1, sort_keys=True, ensure_ascii=False)
    assert f"{encode(canonical(spec)).decode()}\n{plan}\n" == recorded
