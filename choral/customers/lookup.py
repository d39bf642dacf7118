"""What a till, a site or an agent says about who it is looking at, as the identifiers that may mean it. Pure."""

from __future__ import annotations

from choral.core.identifiers import KINDS, PERSONAL_KINDS, seen

_BARE_KINDS = ("card", "user", "phone", "token", "receipt")


def candidates(text: str, secret: bytes, region: str) -> list[str]:
    """The identifiers a text may stand for, the likeliest first: `card:8812` as it is, `email:a@b.fr` and `a@b.fr`
    as the keyed hash the views know, a bare number as a card, an account, a telephone, a token, a receipt."""
    text = text.strip()
    kind, colon, value = text.partition(":")
    if colon and kind in KINDS:
        if kind in PERSONAL_KINDS and value.startswith("#"):
            return [text]
        return _spelled([kind], value, secret, region)
    if "@" in text:
        return _spelled(["email", "user"], text, secret, region)
    return _spelled(list(_BARE_KINDS), text, secret, region)


def _spelled(kinds: list[str], value: str, secret: bytes, region: str) -> list[str]:
    found = (seen(kind, value, secret, region) for kind in kinds)
    return [str(one) for one in found if one is not None]
