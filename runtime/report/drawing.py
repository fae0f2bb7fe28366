"""Figures as small inline SVG that takes its colours and letters from the page.

Matplotlib draws with marker colours which become CSS variables, so that a figure follows the page into a dark theme
and onto paper; ids are made unique and coordinates shortened, because many figures share one file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO
from typing import Any, ClassVar

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from mlipilot.spec.numerals import SUPERSCRIPTS, format_number

INK = "#20262e"
MUTED = "#6a737e"
GRID = "#e4e7eb"
BAND = "#f4f5f7"
FIRST = "#1f62a3"
SECOND = "#c4581b"
THIRD = "#7d4aa8"
FOURTH = "#0b7f86"
FIFTH = "#b03472"
PALE = "#a9b4c0"
GOOD = "#1b7a48"
BAD = "#b4271f"
PAPER = "#fefefd"
VARIABLES = {
    INK: "ink",
    MUTED: "muted",
    GRID: "grid",
    BAND: "band",
    FIRST: "first",
    SECOND: "second",
    THIRD: "third",
    FOURTH: "fourth",
    FIFTH: "fifth",
    PALE: "pale",
    GOOD: "good",
    BAD: "bad",
    PAPER: "paper",
}
"""Colour while drawing to the CSS variable `--NAME` that replaces it."""
SERIES = (FIRST, SECOND, GOOD, MUTED, BAD)
"""Colours of lines that stand beside each other."""
KINDS = (FIRST, SECOND, THIRD, FOURTH, FIFTH)
"""Colours of things that are neither good nor bad."""

_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "mlipilot",
    "text.parse_math": False,
    "text.color": INK,
    "font.size": 10.5,
    "axes.labelsize": 10.5,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelcolor": MUTED,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "lines.linewidth": 1.5,
    "lines.solid_capstyle": "round",
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "legend.handlelength": 1.6,
    "path.simplify": True,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.06,
    "figure.constrained_layout.h_pad": 0.05,
    "axes.unicode_minus": True,
}
_POINTS = 72.0
_LONG = 1e5
"""An axis that reaches beyond it has powers of ten, since their zeros would not fit."""


@dataclass(frozen=True)
class Figure:
    """A drawn figure and what it shows."""

    svg: Markup
    caption: str
    known: ClassVar[bool] = True


def draw(name: str, size: tuple[float, float], label: str, paint: Callable[[Canvas], None]) -> Markup:
    """The SVG element that `paint` draws, (width, height) in px; `name` must be unique on the page."""
    # rcdefaults first: a figure must not depend on the reader's own matplotlib settings
    with mpl.rc_context(), StringIO() as stream:
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        canvas = Canvas(figsize=(size[0] / _POINTS, size[1] / _POINTS))
        FigureCanvasSVG(canvas)
        canvas.patch.set_visible(False)
        paint(canvas)
        for axes in canvas.axes:
            axes.patch.set_visible(False)
        canvas.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        text = stream.getvalue()
    return Markup(_inline(text, name, label))


def thin(length: int, limit: int) -> int:
    """The stride that leaves at most `limit` of `length` points."""
    return max(1, -(-length // max(1, limit)))


def log_axis(axis: Any) -> None:
    """Plain numbers on a logarithmic axis: at decades, at 1, 2 and 5 of fewer decades, evenly within part of one."""
    low, high = axis.get_view_interval()
    span = high / low
    few = LogLocator(subs=(1.0,) if span > 200 else (1.0, 2.0, 5.0), numticks=12)
    axis.set_major_locator(MaxNLocator(5) if span < 5 else few)
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())
    axis.set_major_formatter(FuncFormatter(lambda value, _: _decade(value) if high > _LONG else _plain(value)))


def _plain(value: float) -> str:
    return format_number(value, None)


def _decade(value: float) -> str:
    power = round(math.log10(value))
    return f"10{str(power).translate(SUPERSCRIPTS)}" if math.isclose(value, 10.0**power) else _plain(value)


def count_axis(axis: Any) -> None:
    """Ticks at whole numbers only."""
    axis.set_major_locator(MaxNLocator(nbins=8, integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))


def shared_limits(parts: Sequence[tuple[float, float]], pad: float = 0.04) -> tuple[float, float]:
    """Limits that hold every (low, high) and a margin."""
    low, high = min(part[0] for part in parts), max(part[1] for part in parts)
    margin = pad * (high - low) or pad * abs(high) or 1.0
    return low - margin, high + margin


def _inline(text: str, name: str, label: str) -> str:
    body = text[text.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    view = re.search(r'viewBox="[^"]*"', body)
    assert view is not None, "matplotlib writes a view box"
    head = f'<svg class="plot" {view[0]} role="img" aria-label="{escape(label)}">'
    body = head + body[body.index(">") + 1 :]
    body = re.sub(r" ?font-family: [^;\"]*;", "", body).replace("xlink:href", "href")
    body = re.sub(r' transform="rotate\(-0 [^"]*"', "", body)
    body = re.sub(r'="[^"]*"', lambda match: re.sub(r"-?\d+\.\d{3,}", _shorten, match[0]), body)
    used = set(re.findall(r"(?:url\(|href=\")#([\w.-]+)", body))
    body = re.sub(r' id="([\w.-]+)"', lambda match: f' id="{name}-{match[1]}"' if match[1] in used else "", body)
    body = re.sub(r"(url\(|href=\")#", rf"\1#{name}-", body)
    for colour, variable in VARIABLES.items():
        body = body.replace(colour, f"var(--{variable})")
    return re.sub(r">\s+<", "><", body).strip()


def _shorten(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
