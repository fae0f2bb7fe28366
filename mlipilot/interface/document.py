"""The tables of `docs/python.md`: which call does what a verb does, and the values that calls return.

`python -m mlipilot.interface.document docs/python.md` writes them into the page.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from mlipilot.interface.counterparts import COUNTERPARTS, FOR_PRINTING, Counterpart, function, gives

_VERBS, _VALUES = "verbs", "values"


def verbs() -> str:
    """A row for each verb: the call, what it returns, which parameter each option is; then what has none, and why."""
    rows = ["| on the command line | in Python | returns |", "|---|---|---|"]
    for verb, counterpart in COUNTERPARTS.items():
        if not counterpart.call:
            rows.append(f"| `{verb}` | {counterpart.reason} | |")
            continue
        returned = gives(counterpart.call).replace("|", "\\|")
        rows.append(f"| `{verb}`{_options(counterpart)} | `{_shown(counterpart.call)}` | `{returned}` |")
    without = [f"- `{option}`: {why}" for option, why in FOR_PRINTING.items()]
    for verb, counterpart in COUNTERPARTS.items():
        without += [f"- `{verb} {option}`: {why}" for option, why in counterpart.reasons.items()]
    return "\n".join([*rows, "", "What has no parameter, and why:", "", *without])


def values() -> str:
    """A row for each type that calls return and that has something to look at: its attributes, and what it is."""
    rows = ["| type | what it is | its attributes |", "|---|---|---|"]
    for name, kind in _types():
        summary = (inspect.getdoc(kind) or "").split("\n")[0]
        rows.append(f"| `{name}` | {summary} | {', '.join(f'`{attribute}`' for attribute in _attributes(kind))} |")
    return "\n".join(rows)


def with_tables(text: str) -> str:
    """A page with its tables as they are now."""
    for name, table in ((_VERBS, verbs()), (_VALUES, values())):
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        head, _, rest = text.partition(begin)
        _, _, tail = rest.partition(end)
        text = f"{head}{begin}{table}\n{end}{tail}"
    return text


def _options(counterpart: Counterpart) -> str:
    """The options that are called otherwise in Python."""
    other = [
        f"`{option}`: `{parameter}`"
        for option, parameter in counterpart.takes.items()
        if option.startswith("-") and parameter != option.lstrip("-").replace("-", "_")
    ]
    return f" ({', '.join(other)})" if other else ""


def _shown(call: str) -> str:
    """A call with its parameters: `experiment.edit(changes, because, write)`."""
    name = call.replace("Experiment.", "experiment.") if "." in call else f"mlipilot.{call}"
    return f"{name}({', '.join(p for p in inspect.signature(function(call)).parameters if p != 'self')})"


def _types() -> Iterator[tuple[str, type]]:
    """Types of the package that are values, by name."""
    package = import_module("mlipilot")
    for name in package.__all__:
        offered = getattr(package, name)
        if isinstance(offered, type) and _attributes(offered) and not issubclass(offered, BaseException | str):
            yield name, offered


def _attributes(kind: type) -> list[str]:
    """Fields and properties, in the order written."""
    fields = [*getattr(kind, "_fields", ()), *getattr(kind, "__dataclass_fields__", ())]
    properties = [name for name, value in vars(kind).items() if isinstance(value, property)]
    return [name for name in [*fields, *properties] if not name.startswith("_")]


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
