"""What belongs to no experiment: options of MACE, codes, the language, this machine, language models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from mlipilot.interface.arguments import AnyPath, as_path, public
from mlipilot.interface.errors import MlipilotError, demand
from mlipilot.spec.diagnostics import Diagnostic

if TYPE_CHECKING:
    from mlipilot.compiler.lint import Linted
    from mlipilot.runtime.equipment import Equipment
    from mlipilot.runtime.pilot.language.conformance import Conformance
    from mlipilot.spec.diagnostics.pages import Page


@public
def lint(
    file: AnyPath,
    *,
    data: AnyPath | None = None,
    valid: AnyPath | None = None,
    test: AnyPath | None = None,
    fix: bool = False,
    unsafe_fixes: bool = False,
) -> Linted:
    """What is wrong with the options of a `mace_run_train` that you run yourself, and with the data they name.

    `file` has MACE's options as YAML, or is a shell script that calls it. `data`, `valid` and `test` are extxyz files
    in place of those that it names. What is found is a value: `diagnostics`, `remarks` and `failed`.
    With `fix` those fixes are made in the file first that keep the meaning, with `unsafe_fixes` those too that are
    probably meant.

    Raises:
        MlipilotError: The file does not exist, it has no options of MACE, or it cannot be written with its fixes.
    """
    from mlipilot.compiler.lint import DataFiles, lint_file, lint_source

    train, validation, tests = (None if path is None else as_path(path) for path in (data, valid, test))
    named = DataFiles(train, validation, tests)
    if fix or unsafe_fixes:
        from mlipilot.runtime.rewriting import mended_file, write

        def find(source: Any) -> list[Diagnostic]:
            return lint_source(source, named).diagnostics

        mended = mended_file(as_path(file), find, unsafe=unsafe_fixes)
        demand(None if isinstance(mended, list) else write(mended))
    linted = lint_file(as_path(file), named)
    if not linted.checked:
        raise MlipilotError(linted.diagnostics)
    return linted


@public
def explain(code: str) -> Page:
    """What a diagnostic means, why it matters, how it is mended.

    `code` is its code or its name: `"MLP0203"`, `"wrong-dimension"`.

    Raises:
        MlipilotError: No diagnostic is called so.
    """
    from mlipilot.spec.diagnostics.pages import find_code, nearest_code, read_page

    found = find_code(code)
    if found is None:
        near = nearest_code(code)
        help_ = f"did you mean `{near}`?" if near else "`mlipilot.CATALOGUE` lists all codes"
        raise MlipilotError([Diagnostic("MLP0715", f"no diagnostic is called `{code}`", help=help_)])
    return read_page(found)


@public
def render(diagnostics: Sequence[Diagnostic], format: str = "full") -> str:
    """Diagnostics as a text, as the command line prints them.

    `format` is `full`, with excerpts of the source, `concise`, `json`, `json-lines`, `github` or `sarif`; `diagnostics`
    may be none.

    Raises:
        MlipilotError: The format does not exist.
    """
    from mlipilot.compiler import render as renderers

    if format not in renderers.FORMATS:
        known = ", ".join(f"`{name}`" for name in renderers.FORMATS)
        raise MlipilotError(
            [Diagnostic("MLP0715", f"the format `{format}` does not exist", help=f"choose one of {known}")]
        )
    return renderers.render(list(diagnostics), format)


@overload
def schema(format: Literal["json"] = "json") -> dict[str, Any]: ...
@overload
def schema(format: Literal["markdown"]) -> str: ...
@public
def schema(format: Literal["json", "markdown"] = "json") -> dict[str, Any] | str:
    """What a spec can say: by `format` a JSON Schema, or the tables of the language's reference in Markdown.

    Raises:
        MlipilotError: The format does not exist.
    """
    if format == "markdown":
        from mlipilot.spec.schema.document import schema_reference

        return schema_reference()
    from mlipilot.spec.schema.json_schema import json_schema

    return json_schema()


@public
def doctor() -> Equipment:
    """What this machine has for experiments, and what is missing: packages, processor, memory in bytes, card.

    Raises:
        MlipilotError: The system does not let itself be asked.
    """
    from mlipilot.runtime.equipment import equipment

    return equipment()


@public
def try_model(name: str, *, calls: int = 20) -> Conformance:
    """How well the language model `name` calls its tool: it is asked for `calls` proposals that are not run.

    Tokens are spent; latencies are in seconds.

    Raises:
        MlipilotError: The model cannot be asked: a package or a key is missing.
    """
    from mlipilot.runtime.pilot.language import Endpoint
    from mlipilot.runtime.pilot.language.conformance import conformance

    if calls < 1:
        raise MlipilotError(
            [Diagnostic("MLP0715", f"`mlipilot.try_model`: `calls` is {calls}", help="ask at least once")]
        )
    endpoint = Endpoint(name)
    if endpoint.lacks:
        raise MlipilotError([Diagnostic("MLP0920", endpoint.lacks, help=endpoint.remedy)])
    return conformance(endpoint, calls)
