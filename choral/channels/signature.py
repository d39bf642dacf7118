"""Signatures of calls from outside: HMAC-SHA256 over time and raw body, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac

from choral.core.errors import NotAllowed

TOLERANCE = 300  # seconds between the signature's time and now, either way


def sign(secret: str, at: int, body: bytes) -> str:
    """The header `t=<seconds>,v1=<hex>` for a body sent at `at` (seconds since 1970)."""
    return f"t={at},v1={_mac(secret, at, body)}"


def verify(secret: str, header: str, body: bytes, now: int) -> None:
    """Raise `NotAllowed` unless the header signs these bytes with this secret, not longer ago than five minutes.

    Several `v1` may stand in it, as while a secret is being changed.
    """
    parts = [part.strip().partition("=")[::2] for part in header.split(",")]
    times = [value for name, value in parts if name == "t" and value.isascii() and value.isdecimal()]
    given = [value for name, value in parts if name == "v1"]
    if not secret or not times or not given or abs(now - int(times[0][:12])) > TOLERANCE:
        raise _refused()
    expected = _mac(secret, int(times[0][:12]), body)
    if not any(hmac.compare_digest(expected.encode(), one.encode()) for one in given):
        raise _refused()


def _mac(secret: str, at: int, body: bytes) -> str:
    return hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()


def _refused() -> NotAllowed:
    return NotAllowed(
        "bad_signature", "The call is not signed as it must be.", "Its signature is missing, wrong or too old.",
        "Sign time and raw body with the secret of this source.", 401,
    )  # fmt: skip
