"""How a campaign of unknown length spends its chance of a false accept.

Confirmation number j, if it is one that accepts nothing real, may go wrong with probability α γ_j, where the γ sum to 1
over all j: γ_j = h / ((h + j - 1)(h + j)), of which the first J sum to J / (h + J). It is nearly even over the first h
and never used up. A confirmation that accepts hands its level on to the next (Tian and Ramdas, Stat. Methods Med. Res.
30, 976 (2021), "online fallback"). Each null confirmation is then paid by shares that no other null one uses until
there was a false accept, so that the chance of any is at most α whatever is proposed, as long as each
confirmation has seeds of its own.
"""

from __future__ import annotations

from collections.abc import Sequence


def share(number: int, horizon: int) -> float:
    """γ of a confirmation, counted from 1."""
    return horizon / ((horizon + number - 1) * (horizon + number))


def level(alpha: float, horizon: int, accepted: Sequence[bool]) -> float:
    """The level of the next confirmation, from what became of all those before it, in order."""
    last = len(accepted)
    while last and accepted[last - 1]:
        last -= 1  # a refusal keeps its level: only what was accepted since hands anything on
    carried = 0.0
    for number in range(last + 1, len(accepted) + 1):
        carried = alpha * share(number, horizon) + carried
    return alpha * share(len(accepted) + 1, horizon) + carried


def spent(alpha: float, horizon: int, confirmations: int) -> float:
    """What confirmations have spent of `alpha` so far, if none was accepted: the bound on a false accept among them."""
    return alpha * confirmations / (horizon + confirmations)
