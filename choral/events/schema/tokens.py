"""Tokens in customers' hands: given out, lent, blocked, replaced, and what they may open."""

from __future__ import annotations

from choral.events.schema.kinds import Flag, Number, Properties, Text


class _Token(Properties):
    token_id: Text = None
    kind: Text = None


class TokenIssued(_Token):
    """A wristband, card, tag or code was given out."""

    EVENT = "Token Issued"


class TokenBlocked(_Token):
    """A token opens nothing until it is unblocked."""

    EVENT = "Token Blocked"


class TokenUnblocked(_Token):
    """A blocked token opens again what it opened before."""

    EVENT = "Token Unblocked"


class TokenReplaced(_Token):
    """A token took the place of a lost or broken one, with all its rights."""

    EVENT = "Token Replaced"
    replaces: Text = None


class TokenReturned(_Token):
    """A token came back; its rights ended."""

    EVENT = "Token Returned"


class TokenLent(_Token):
    """Another person has a token for a while."""

    EVENT = "Token Lent"
    until: Number = None
    may_pay: Flag = None


class TokenLoanEnded(_Token):
    """A lent token was given back before its time."""

    EVENT = "Token Loan Ended"


class _Grant(Properties):
    token_id: Text = None
    grant_id: Text = None
    place: Text = None
    entries: Number = None


class AccessGranted(_Grant):
    """A token may open a place."""

    EVENT = "Access Granted"


class AccessRevoked(_Grant):
    """A token may no longer open a place."""

    EVENT = "Access Revoked"
