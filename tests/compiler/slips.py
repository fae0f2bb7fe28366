"""Single slips in a valid text, by seed: of a character, a word, a line, or of what another language has for ours."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_TOKEN = re.compile(r'"""(?:.|\n)*?"""|"[^"\n]*"|#.*|[^\W\d][\w]*|\d[\d_.eE+-]*|<=|>=|==|\.\.|\S', re.UNICODE)
_HABITS = (
    ("=", ":"),
    ("=", "=="),
    ("<=", "="),
    ("<=", "<"),
    (">=", ">"),
    ("<=", ">="),
    (">=", "<="),
    ("~", "="),
    ("..", ","),
    ("true", "True"),
    ("false", "False"),
    ('"', "'"),
    ('"', "“"),
    ("[", "("),
    ("]", ")"),
    ("{", ""),
    ("}", ""),
    (",", ";"),
    (",", ""),
    (" Å", "Å"),
    (" %", "%"),
    (" %", ""),
    (" ps", " fs"),
    (" K", " k"),
    (" eV", " ev"),
    ("because", "// because"),
    ("edition", "version"),
    ("\n", ";\n"),
    (" = ", " "),
    (" : ", " "),
    ("-", "−"),
)


def _character(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text))
    match draw.randrange(5):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + draw.choice(text) + text[at:]
        case 2:
            return text[:at] + draw.choice(text) + text[at + 1 :]
        case 3:
            return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
        case _:
            return text[:at] + text[at].swapcase() + text[at + 1 :]


def _word(text: str, draw: random.Random) -> str:
    words = list(_TOKEN.finditer(text))
    index = draw.randrange(len(words) - 1)
    this, following = words[index], words[index + 1]
    start, end, word = this.start(), this.end(), this.group()
    match draw.randrange(6):
        case 0:
            return text[:start] + text[end:]
        case 1:
            return text[:end] + " " + word + text[end:]
        case 2:
            between = text[end : following.start()]
            return text[:start] + following.group() + between + word + text[following.end() :]
        case 3:
            return text[:start] + draw.choice(words).group() + text[end:]
        case 4:
            return text[:start] + draw.choice([word.upper(), word.lower(), word.capitalize()]) + text[end:]
        case _:
            bare = word.strip('"')
            return text[:start] + (bare if word.startswith('"') else f'"{word}"') + text[end:]


def _line(text: str, draw: random.Random) -> str:
    lines = text.split("\n")
    at = draw.randrange(len(lines) - 1)
    match draw.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines[at : at + 2] = reversed(lines[at : at + 2])
        case _:
            lines[at : at + 2] = [lines[at] + " " + lines[at + 1].lstrip()]
    return "\n".join(lines)


def _habit(text: str, draw: random.Random) -> str:
    old, new = draw.choice(_HABITS)
    places = [match.start() for match in re.finditer(re.escape(old), text)]
    if not places:
        return text
    at = draw.choice(places)
    return text[:at] + new + text[at + len(old) :]


_KINDS: tuple[Callable[[str, random.Random], str], ...] = (_character, _word, _line, _habit)


def slipped(text: str, seed: int) -> str:
    """The text with one slip in it."""
    draw = random.Random(seed)
    return draw.choice(_KINDS)(text, draw)
