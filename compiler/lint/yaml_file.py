"""A YAML file of options as items with their places.

PyYAML composes the nodes, and its safe loader makes the values, as MACE's own reader does; duplicate keys, which that
reader drops without a word, are kept here.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from mlipilot.compiler.lint.item import Item
from mlipilot.spec.diagnostics import Annotation, Diagnostic, Edit, Fix
from mlipilot.spec.source import SourceFile, Span

_ASSIGNMENT = re.compile(r"[ ]*(?:--)?(?P<option>[A-Za-z_]\w*)(?P<sign>[ \t]*=[ \t]*)(?P<value>[^\n:#]+)[\r\n]")
_REFUSED = "`mace_run_train` exits with 2 before it reads any data"
_MERGE = "tag:yaml.org,2002:merge"


class YamlItems(NamedTuple):
    """The options of a file, and why it could not be read."""

    items: list[Item]
    diagnostics: list[Diagnostic]


def read_yaml(source: SourceFile) -> YamlItems:
    """The options of a YAML file; whatever the text, nothing is raised."""
    import yaml

    loader: Any = None
    try:
        loader = yaml.SafeLoader(source.text)
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        assigned = _assigned(source, mark.line if mark else 0)
        if assigned is not None:
            return YamlItems([], [assigned])
        if error.problem == "could not find expected ':'":
            mark = error.context_mark or mark  # the line without a colon; the problem is seen on the next one
        return _fault(source, f"the file is no YAML: {_words(error.problem or error.context)}", mark and mark.index)
    except yaml.reader.ReaderError as error:
        return _fault(source, f"the file is no YAML: the character #x{error.character:04x} may not stand in it", None)
    except (yaml.YAMLError, ValueError, RecursionError):
        return _fault(source, "the file is no YAML that can be read", None)
    if not isinstance(root, yaml.MappingNode):
        found = "nothing" if root is None else "a list" if isinstance(root, yaml.SequenceNode) else "a single value"
        return _fault(source, f"the file has {found} where options are wanted", root and root.start_mark.index)
    return _items(source, loader, root)


def _items(source: SourceFile, loader: Any, root: Any) -> YamlItems:
    own = [pair for pair in root.value if pair[0].tag != _MERGE]
    merged: list[Any] = []
    if len(own) < len(root.value):
        try:
            loader.flatten_mapping(root)
        except Exception as error:
            return _fault(source, f"the file is no YAML: {_words(getattr(error, 'problem', None))}", None)
        words = {key.value for key, _ in own}
        merged = [pair for pair in root.value if pair not in own and pair[0].value not in words]
    items: list[Item] = []
    found: list[Diagnostic] = []
    last = {key.value: (key, value) for key, value in own if isinstance(key.value, str)}
    for key, node in [*merged, *own]:
        place = _span(key)
        taken, value_taken = last.get(key.value, (key, node)) if isinstance(key.value, str) else (key, node)
        if taken is not key:
            same = source.slice(_span(node)) == source.slice(_span(value_taken))
            found.append(repeated(key.value, source, place, _span(taken), same=same))
            continue
        if not isinstance(key.value, str) or key.tag != "tag:yaml.org,2002:str":
            found.append(_named(source, "MLP1102", f"`{source.slice(place)}` is no option's name", place))
            continue
        try:
            value = loader.construct_object(node, deep=True)
        except (ValueError, RecursionError, Exception) as error:
            problem = _words(getattr(error, "problem", None))
            found.append(
                _named(source, "MLP1105", f"the value of `{key.value}` cannot be read: {problem}", _span(node))
            )
            continue
        items.append(Item(key.value.strip("-"), value, source, place, _span(node) if value is not None else place))
    return YamlItems(items, found)


def repeated(
    word: str, source: SourceFile, dropped: Span, taken: Span, other: str = "", *, same: bool = False
) -> Diagnostic:
    """Says that an option is given twice, perhaps under another name, perhaps with the same value."""
    if same:
        return Diagnostic(
            "MLP1111",
            f"`{word}` is given twice, with one value",
            source,
            Annotation(taken, "again"),
            (Annotation(dropped, "first given here"),),
            notes=("MACE takes the last without a word; whoever changes the first changes nothing",),
            help="remove one",
        )
    return Diagnostic(
        "MLP1103",
        f"`{word}` is given twice{f' (as `{other}`)' if other else ''}",
        source,
        Annotation(taken, "this one is taken"),
        (Annotation(dropped, "this one is dropped"),),
        notes=("MACE takes the last without a word",),
        help="remove one",
    )


def _span(node: Any) -> Span:
    start, end = node.start_mark.index, node.end_mark.index
    return Span(start, max(end, start + 1))


def _named(source: SourceFile, code: str, headline: str, span: Span) -> Diagnostic:
    note = "`mace_run_train` stops with a traceback before it reads any data"
    return Diagnostic(code, headline, source, Annotation(span, ""), notes=(note,))


def _fault(source: SourceFile, headline: str, offset: int | None) -> YamlItems:
    primary = Annotation(Span(offset, offset + 1), "here") if offset is not None and source.text else None
    help_ = "write one option a line, such as `r_max: 5.0`"
    return YamlItems([], [Diagnostic("MLP1101", headline, source, primary, notes=(_REFUSED,), help=help_)])


def _assigned(source: SourceFile, line: int) -> Diagnostic | None:
    """Says that an option is written with `=`, on the line where the reader stopped or on the one before."""
    starts = [match.start() for match in re.finditer(r"^", source.text, re.MULTILINE)]
    for number in (line, line - 1):
        match = _ASSIGNMENT.match(source.text, starts[number]) if 0 <= number < len(starts) else None
        if match is not None:
            span = Span(*match.span("sign"))
            option = match.group("option")
            return Diagnostic(
                "MLP1101",
                f"the file is no YAML: `{option}` is followed by `=`",
                source,
                Annotation(span, "a colon is wanted"),
                notes=(_REFUSED,),
                help=f"write `{option}: {match.group('value').strip()}`",
                fix=Fix("write a colon", (Edit(span, ": "),)),
            )
    return None


def _words(problem: str | None) -> str:
    """PyYAML's own words, in the style of ours."""
    return " ".join((problem or "it has another form").split()).rstrip(".").replace("'", "`")


__all__ = ["YamlItems", "read_yaml", "repeated"]
