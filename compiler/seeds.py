"""Seeds from words: what one part of an experiment draws never depends on another part."""

from __future__ import annotations

import hashlib


def seed_from(*words: str | int, bits: int) -> int:
    """A seed below 2**bits, from the SHA-256 of the words."""
    text = "\x1f".join(str(word) for word in words)
    size = -(-bits // 8)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:size], "big") >> (8 * size - bits)
