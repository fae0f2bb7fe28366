"""MACE's options from its source as text: nothing of the package is imported, so it takes milliseconds.

`build_default_arg_parser` is a list of `add_argument` calls with literal arguments; an argument that is none is
looked up where it can be (`DefaultKeys`), and otherwise unknown.
"""

from __future__ import annotations

import ast
from typing import Any

from mlipilot.compiler.backends.mace.options import Option

_FUNCTION = "build_default_arg_parser"
_FLAGS = {"store_true": True, "store_false": False}
_SEVERAL = ("+", "*")


class UnreadableOptions(Exception):
    """The source is not what this reader knows."""


def read_options(parser_source: str, keys_source: str = "") -> tuple[Option, ...]:
    """The options that a source of `mace/tools/arg_parser.py` declares, with default keys from `default_keys.py`.

    Raises `UnreadableOptions` where the source declares none.
    """
    try:
        tree, keys = ast.parse(parser_source), _members(ast.parse(keys_source))
    except (SyntaxError, ValueError, RecursionError) as error:
        raise UnreadableOptions(str(error)) from error
    body = next((n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == _FUNCTION), None)
    calls = [node for node in ast.walk(body) if isinstance(node, ast.Call)] if body is not None else []
    calls.sort(key=lambda call: call.lineno)
    found = [_option(call, keys) for call in calls if _name(call.func) in ("add_argument", "add")]
    options = tuple(option for option in found if option is not None)
    if not options:
        raise UnreadableOptions(f"no options in `{_FUNCTION}`")
    return options


def _members(tree: ast.Module) -> dict[str, Any]:
    """`Class.MEMBER.value` of each enumeration, with its value."""
    return {
        f"{class_.name}.{_name(statement.targets[0])}.value": statement.value.value
        for class_ in tree.body
        if isinstance(class_, ast.ClassDef)
        for statement in class_.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)
    }


def _option(call: ast.Call, keys: dict[str, Any]) -> Option | None:
    spellings = tuple(
        argument.value.removeprefix("--")
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value.startswith("--")
    )
    if not spellings:
        return None
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    sets = _FLAGS.get(str(_value(given.get("action"), keys)))
    type_ = "flag" if sets is not None else _name(given["type"]) if "type" in given else "str"
    default = _value(given.get("default"), keys)
    if default is None and sets is not None:
        default = not sets
    if type_ == "int" and isinstance(default, str):
        default = int(default)
    return Option(
        name=spellings[0],
        spellings=spellings,
        dest=str(_value(given.get("dest"), keys) or spellings[0]),
        type=type_,
        default=default,
        choices=tuple(_value(given.get("choices"), keys) or ()),
        sets=sets,
        many=_value(given.get("nargs"), keys) in _SEVERAL,
        required=bool(_value(given.get("required"), keys)),
        config=bool(_value(given.get("is_config_file"), keys)),
    )


def _value(node: ast.expr | None, keys: dict[str, Any]) -> Any:
    """The value of a literal or of a default key; None for what is neither."""
    if node is None:
        return None
    try:
        return ast.literal_eval(node)
    except ValueError:
        return keys.get(ast.unparse(node))


def _name(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
