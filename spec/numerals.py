"""Numbers as people read them: counted nouns, a few digits and no `e+03`, parts in percent."""

from __future__ import annotations

import math

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SIZES = ("kB", "MB", "GB", "TB", "PB", "EB")
_YEAR = 365.25
"""Days."""
_AGES = 10_000
"""Years beyond which only their power of ten says something."""
_UNREAD = 10**15
_LARGEST_FLOAT = 300
"""Power of ten that a float still holds."""
_TINY = 1e-4
"""A smaller part than this has no digits that anybody would act on."""


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 frame`, `2 frames`; a noun of several words is counted by its last, an absurd number is a power of ten."""
    return f"{whole(number)} {noun if number == 1 else plural or noun + 's'}"


def whole(number: int) -> str:
    """A whole number with commas; one that nobody reads digit by digit as a power of ten."""
    if abs(number) < _UNREAD:
        return f"{number:,}".replace("-", "−")
    power = int(math.log10(abs(number)))
    mantissa = number / 10**power if power < _LARGEST_FLOAT else number // 10 ** (power - 3) / 1000
    return f"{mantissa:.2f} × 10{str(power).translate(SUPERSCRIPTS)}".replace("-", "−")


def long_time(seconds: float) -> str:
    """A time of days or more: `2.5 d`, `3 years`, `1.20 × 10¹¹ years`."""
    if not math.isfinite(seconds):
        return "without end"
    days = seconds / 86_400
    if days < 2 * _YEAR:
        return f"{days:.1f} d"
    years = days / _YEAR
    return f"{years:,.0f} years" if years < _AGES else f"{format_number(years)} years"


def format_number(value: float, digits: int | None = 3) -> str:
    """`value` to so many significant digits, with a true minus; powers of ten beyond 0.0001 and 100 000.

    Without `digits`, up to ten and no trailing zeros.
    """
    if value == 0:
        return "0"
    if digits is None:
        return f"{value:.10g}".replace("-", "−")
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    size = int(exponent)
    if -4 <= size < 5:
        text = f"{value:.{max(0, digits - 1 - size)}f}"
    else:
        text = f"{mantissa} × 10{str(size).translate(SUPERSCRIPTS)}"
    return text.replace("-", "−")


def short(value: float, digits: int = 3) -> str:
    """The same without zeros at the end: `27`, `0.5`, `1030`."""
    text = format_number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text and "×" not in text else text


def percent(part: float) -> str:
    """A part in percent to two digits, whole where that is more: `1.2 %`, `210 %`."""
    if 0 < abs(part) < _TINY:
        return "less than 0.01 %"
    shown = f"{100 * part:,.0f}" if abs(part) >= 0.995 else f"{100 * part:.2g}"
    return f"{shown} %".replace("-", "−")


def signed_percent(part: float) -> str:
    """A change in percent: `+1.2 %`, `−12 %`; `0 %` where it is next to none."""
    return "0 %" if abs(part) < _TINY else f"{'+' if part > 0 else ''}{percent(part)}"


def size(count: int) -> str:
    """An amount of memory or room as a person says it: `0 bytes`, `12 kB`, `3.4 GB`."""
    if count < 1000:
        return f"{count} byte{'' if count == 1 else 's'}"
    power = min(len(_SIZES), int(math.log10(count)) // 3)
    shown = count / 1000.0**power
    return f"{shown:.3g} {_SIZES[power - 1]}" if shown < 999.5 else f"{format_number(shown, 4)} {_SIZES[power - 1]}"
