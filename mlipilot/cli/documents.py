"""`canonical` and `schema`: what a spec means, and what a spec can say, as documents for other programs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mlipilot.cli.proof import show
from mlipilot.compiler.spec_files import find_spec
from mlipilot.spec.diagnostics import Diagnostic, has_errors


def canonical_form(given: Path | None, *, only_hash: bool) -> int:
    """Print the bytes whose hash is the spec's, and no other; or that hash."""
    from mlipilot.compiler.canonical import canonical, digest, encode
    from mlipilot.compiler.compile import check_file

    path = find_spec(given)
    if isinstance(path, Diagnostic):
        show([path])
        return 2
    checked = check_file(path)
    show(checked.diagnostics)
    if checked.spec is None or has_errors(checked.diagnostics):
        return 2
    document = canonical(checked.spec)
    if only_hash:
        print(digest(document))
        return 0
    sys.stdout.flush()
    sys.stdout.buffer.write(encode(document))
    sys.stdout.buffer.flush()
    return 0


def schema(output_format: str) -> int:
    """Print the schema of the language."""
    if output_format == "markdown":
        from mlipilot.spec.schema.document import schema_reference

        sys.stdout.write(schema_reference())
        return 0
    from mlipilot.spec.schema.json_schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0
