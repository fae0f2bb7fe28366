"""Seeds from words: what one part of an experiment draws never depends on another part."""

from __future__ import annotations

import hashlib


def seed_from(*words: str | int, bits: int) -> int:
    """A seed below 2**bits, from the SHA-256 of the words."""
    text = "\x1f".join(str(word) for word in words)
    size = -(-bits // 8)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:size], "big") >> (8 * size - bits)


def lot(seed: int, name: str) -> bytes:
    """A number by lot that depends on a seed and a name alone, so that what is added later moves nothing else."""
    return hashlib.sha256(f"{seed}/{name}".encode()).digest()
