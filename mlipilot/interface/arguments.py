"""What every function of the interface does with its arguments: one that cannot be meant is refused by name."""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from os import PathLike, fspath
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from mlipilot.interface.errors import MlipilotError
from mlipilot.spec.diagnostics import Diagnostic
from mlipilot.spec.diagnostics.refusal import refusal
from mlipilot.spec.suggest import nearest

P = ParamSpec("P")
R = TypeVar("R")
AnyPath = str | PathLike[str]
"""A path as a text or as any path object."""

_WORDS: dict[object, str] = {
    str: "a text",
    Diagnostic: "a `Diagnostic`",
    PathLike: "a path",
    bool: "`True` or `False`",
    int: "a whole number",
    float: "a number",
    Mapping: "a mapping",
    Sequence: "a list",
    types.NoneType: "`None`",
}
_LONGEST = 40
"""Characters of a value that are shown."""


def public(function: Callable[P, R]) -> Callable[P, R]:
    """A function of the interface: wrong arguments, and what the system refuses, raise `MlipilotError` and no other."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        fault = _wrong(function, args, kwargs)
        if fault is not None:
            raise MlipilotError([fault])
        try:
            return function(*args, **kwargs)
        except MlipilotError as error:
            refused = error
        except OSError as error:
            refused = MlipilotError([refusal(error)])
        except ModuleNotFoundError as error:
            help_ = 'pip install "mlipilot[run]"'
            refused = MlipilotError([Diagnostic("MLP0801", f"`{error.name}` is not installed", help=help_)])
        raise refused.with_traceback(None) from None  # no line of this package is at fault

    return call


def called(function: Callable[..., Any]) -> str:
    """What a function is called by: `mlipilot.lint`, `Experiment.edit`."""
    name = function.__qualname__.removesuffix(".__init__")
    return name if "." in name else f"mlipilot.{name}"


def as_path(path: AnyPath) -> Path:
    """A path of what was given for one, `~` as a shell takes it."""
    found = Path(fspath(path))
    try:
        return found.expanduser()
    except RuntimeError:  # nobody is called so
        return found


def _wrong(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Diagnostic | None:
    """The first argument that cannot be meant."""
    signature = inspect.signature(function)
    try:
        given = signature.bind(*args, **kwargs).arguments
    except TypeError as error:
        known = [name for name in signature.parameters if name != "self"]
        unknown = next((name for name in kwargs if name not in known), None)
        near = None if unknown is None else nearest(unknown, known)
        help_ = (
            f"did you mean `{near}`?" if near else f"it takes {', '.join(f'`{name}`' for name in known) or 'nothing'}"
        )
        return _fault(function, str(error).replace("'", "`"), help_)
    hints = _hints(function)
    for name, value in given.items():
        if name in hints and not _fits(value, hints[name]):
            shown = repr(value)
            shown = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
            what = f"`{name}` is `{shown}` (`{type(value).__name__}`), not {_words(hints[name])}"
            return _fault(function, what, f"see `help({called(function)})`")
        if isinstance(value, str | PathLike) and "\0" in fspath(value):
            return _fault(function, f"`{name}` holds a zero character", "no path and no name of a spec has one")
    return None


def _fault(function: Callable[..., Any], what: str, help_: str) -> Diagnostic:
    return Diagnostic("MLP0715", f"`{called(function)}`: {what}", help=help_)


@functools.cache
def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """The types of the parameters; results may be of types that are imported for type checkers alone."""
    own = {name: hint for name, hint in function.__annotations__.items() if name != "return"}
    bare = types.SimpleNamespace(__annotations__=own)
    return typing.get_type_hints(bare, globalns=function.__globals__)


def _fits(value: object, hint: Any) -> bool:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, part) for part in typing.get_args(hint))
    if origin is typing.Literal:
        return any(value == word for word in typing.get_args(hint))
    kind = origin or hint
    if kind in (Any, object):
        return True
    if kind in (int, float):
        return isinstance(value, Integral if kind is int else Real) and not isinstance(value, bool)
    if kind is Sequence:
        (item,) = typing.get_args(hint)
        return isinstance(value, Sequence) and not isinstance(value, str | bytes) and all(_fits(v, item) for v in value)
    if kind is Mapping:
        key, item = typing.get_args(hint)
        return isinstance(value, Mapping) and all(_fits(k, key) and _fits(v, item) for k, v in value.items())
    if kind is PathLike:
        return isinstance(value, PathLike) and isinstance(fspath(value), str)
    return isinstance(value, kind)


def _words(hint: Any) -> str:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        parts = list(dict.fromkeys(_words(part) for part in typing.get_args(hint)))
        return " or ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    if origin is typing.Literal:
        return " or ".join(f"`{word!r}`" for word in typing.get_args(hint))
    kind = origin or hint
    if kind in (Sequence, Mapping):
        items = [_words(item) for item in typing.get_args(hint) if item is not object]
        return f"{_WORDS[kind]} of {' to '.join(items)}"
    return _WORDS.get(kind, f"`{getattr(kind, '__name__', kind)}`")
