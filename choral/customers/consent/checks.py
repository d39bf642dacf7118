"""What a statement, a text and a short name must be before the book takes them; errors say what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from choral.core.errors import InvalidInput
from choral.customers.consent.rules import ANY, BASES, CHANNELS, GRANTED, PAUSED, PENDING, STATES
from choral.customers.consent.values import Statement

_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
_LONGEST_IDENTIFIER = 400
_LONGEST_PROOF = 8_000  # characters


def is_key(text: str) -> bool:
    """Whether a text can be the short name of a purpose or list."""
    return _KEY.fullmatch(text) is not None


def check_statement(said: Statement, purposes: Mapping[str, object]) -> None:
    """`InvalidInput` unless the ledger can take it."""
    kind, _, value = said.identifier.partition(":")
    if not kind or not value or len(said.identifier) > _LONGEST_IDENTIFIER or "\0" in said.identifier:
        raise _wrong("bad_identifier", "The identifier cannot be used.", "It is written kind:value.",
                     "Write it like card:8812 or email:ada@example.com.")  # fmt: skip
    if said.state not in STATES:
        raise _wrong("unknown_state", f"“{said.state}” is no state of a consent.", f"States: {', '.join(STATES)}.")
    if said.purpose != ANY and said.purpose not in purposes:
        raise _wrong("unknown_purpose", f"There is no purpose “{said.purpose}”.", fix="Look in the list of purposes.")
    if said.channel != ANY and said.channel not in CHANNELS:
        raise _wrong("unknown_channel", f"“{said.channel}” is no channel.", f"Channels: {', '.join(CHANNELS)}, or *.")
    if said.state in (GRANTED, PENDING) and said.purpose == ANY:
        why = "People agree to something, never to everything (GDPR art. 6(1)(a))."
        raise _wrong("consent_without_purpose", "A consent names its purpose.", why, "Name one purpose.")
    if (said.state == PAUSED) != (said.until is not None):
        raise _wrong(
            "pause_without_end", "A pause has an end, and nothing else has.", fix="Give “until” with “paused”."
        )
    if said.basis not in BASES:
        raise _wrong("unknown_basis", f"“{said.basis}” is no legal basis.", f"Bases: {', '.join(BASES)}.")
    if len(repr(said.proof)) > _LONGEST_PROOF:
        raise _wrong("long_proof", "The proof is too long.", f"At most {_LONGEST_PROOF} characters are kept.",
                     "Keep the document where it is, and its name here.")  # fmt: skip


def check_texts(texts: Mapping[str, str], languages: Sequence[str], longest: int) -> None:
    """`InvalidInput` unless each language has a text of a fitting length."""
    missing = [language for language in languages if not texts.get(language, "").strip()]
    if missing or any(len(one) > longest or "\0" in one for one in texts.values()) or set(texts) - set(languages):
        raise _wrong("bad_texts", "A text is missing or too long.",
                     f"Wanted are {', '.join(languages)}, at most {longest} characters each.",
                     f"Missing: {', '.join(missing) or 'none'}.")  # fmt: skip


def _wrong(code: str, what: str, why: str = "", fix: str = "") -> InvalidInput:
    return InvalidInput(code, what, why, fix, 422)
