"""An encoding benchmark as text: what came of its claims, counts of verdicts by tier, and the paragraph."""

from __future__ import annotations

import shutil
import textwrap

from mlipilot.compiler.render.style import Style
from mlipilot.runtime.encodings.benchmark.outcome import HOLDS, BenchmarkOutcome, ClaimOutcome, Scored
from mlipilot.runtime.encodings.benchmark.words import by_tier, claims_told, grouped, tally, tier_title, told
from mlipilot.spec.numerals import count

_LOOKS = {"holds": "good", "fails": "error", "undecided": "warning"}
_WORDS = {"better": "good", "worse": "error", "undecided": "warning"}
_WIDEST, _NARROWEST = 100, 32
"""Characters a line."""
_MOST_REASONS, _MOST_ARMS = 3, 3
"""Of cells left out, that are told one by one."""
_TIED = "\N{NO-BREAK SPACE}"
"""Between a count and its word, which no line break parts."""


def benchmark_text(outcome: BenchmarkOutcome, style: Style, width: int | None = None) -> str:
    """Claims a line each, counts of each tier, the paragraph and what was left out, in lines of at most `width`.

    By default as wide as the terminal, within reason.
    """
    given = shutil.get_terminal_size((_WIDEST, 24)).columns if width is None else width
    wide = max(_NARROWEST, min(_WIDEST, given))
    tiers = by_tier(outcome.comparisons)
    lines = [
        *_headline(outcome, style, wide),
        *(line for claim in outcome.claims for line in _claim(claim, style, wide)),
        *(line for tier, found in tiers.items() for line in _tier(tier, tally(found), style, wide)),
        *_left_out(outcome.left_out, style, wide),
    ]
    told_of = _wrapped(outcome.words, wide, "  ")
    return "\n".join([*lines, *(["", *told_of] if told_of else [])])


def _headline(outcome: BenchmarkOutcome, style: Style, wide: int) -> list[str]:
    """What came of the requirements; where there are none, of the predictions."""
    required = claims_told(outcome.claims, "require")
    said = required or claims_told(outcome.claims, "predict") or "nothing was claimed"
    lines = _wrapped(f"encoding {outcome.block}: {said}", wide, "", "  ")
    look = _LOOKS.get(outcome.required, "faint")
    head = f"encoding {outcome.block}: "
    if not required or not lines[0].startswith(head):
        return lines
    painted = [lines[0].removeprefix(head), *(line.strip() for line in lines[1:])]
    return [head + style.paint(painted[0], look), *(f"  {style.paint(line, look)}" for line in painted[1:])]


def _claim(claim: ClaimOutcome, style: Style, wide: int) -> list[str]:
    """The claim and its outcome; of one that does not hold, also by what."""
    lines = _wrapped(f"{claim.verb} {claim.written}", wide, "  ", "    ")
    painted = style.paint(claim.outcome, _LOOKS.get(claim.outcome, "faint"))
    if len(lines[-1]) + 2 + len(claim.outcome) <= wide:
        lines[-1] += f"  {painted}"
    else:
        lines.append(f"    {painted}")
    if claim.outcome == HOLDS:
        return lines
    counts = {word: number for word, number in claim.words.items() if number}
    why = [told(counts), claim.advice, f"because: {claim.because}" if claim.because else ""]
    return lines + [_faint(line, style) for text in why for line in _wrapped(text, wide, "      ", "        ")]


def _tier(tier: str, counts: dict[str, int], style: Style, wide: int) -> list[str]:
    parts = {word: f"{number}{_TIED}{word}" for word, number in counts.items()}
    text = f"{tier_title(tier)}: {', '.join(parts.values())} of {count(sum(counts.values()), 'comparison')}"
    lines = _wrapped(text, wide, "  ", "    ")
    for word, part in parts.items():
        shown = style.paint(part, _WORDS[word]) if word in _WORDS else part
        lines = [line.replace(part, shown) for line in lines]
    return [line.replace(_TIED, " ") for line in lines]


def _left_out(cells: tuple[Scored, ...], style: Style, wide: int) -> list[str]:
    """How many cells have no result, and the first reasons."""
    if not cells:
        return []
    reasons = grouped(cells, lambda scored: scored.reason)
    lines = [f"  {count(len(cells), 'cell')} {'is' if len(cells) == 1 else 'are'} left out"]
    for reason, own in list(reasons.items())[:_MOST_REASONS]:
        arms = list(dict.fromkeys(f"{scored.arm} on {scored.place.data}" for scored in own))
        named = ", ".join([*arms[:_MOST_ARMS], *([f"{len(arms) - _MOST_ARMS} more"] if len(arms) > _MOST_ARMS else [])])
        lines += [_faint(line, style) for line in _wrapped(f"{named}: {reason}", wide, "      ", "        ")]
    if len(reasons) > _MOST_REASONS:
        lines.append(_faint(f"      and {count(len(reasons) - _MOST_REASONS, 'more reason')}", style))
    return lines


def _faint(line: str, style: Style) -> str:
    return style.paint(line, "faint")


def _wrapped(text: str, wide: int, first: str, later: str | None = None) -> list[str]:
    indent = first if later is None else later
    return textwrap.wrap(text, wide, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
