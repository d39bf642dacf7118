"""Sortable identifiers and the hashes that stand for longer values."""

from __future__ import annotations

import hashlib
import secrets
import uuid

from choral.core.clock import SYSTEM_CLOCK


def new_id(now: int | None = None) -> uuid.UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, then random; sorts by the time it was made."""
    milliseconds = (SYSTEM_CLOCK.now() if now is None else now) // 1_000
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76
    value |= secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)


def new_secret(prefix: str) -> str:
    """A random key of 160 bits, readable and greppable by its prefix (`wk_`, `sk_`)."""
    return f"{prefix}_{secrets.token_urlsafe(20)}"


def digest(value: str | bytes, size: int = 16) -> bytes:
    """BLAKE2b of the whole value (never of a part: clients' ids share long prefixes and suffixes)."""
    data = value.encode() if isinstance(value, str) else value
    return hashlib.blake2b(data, digest_size=size).digest()


def key64(value: str) -> int:
    """A signed 64-bit key of a text, for compact tables; tables that use it guard against collisions."""
    return int.from_bytes(digest(value, 8), "big", signed=True)


def pseudonym(secret: bytes, value: str) -> str:
    """The keyed hash that stands for a personal value in the log and the lake (128 bits, hex).

    Without the shop's secret nobody can go back from it or try values against it.
    """
    return hashlib.blake2b(value.encode(), digest_size=16, key=secret).hexdigest()
