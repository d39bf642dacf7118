"""Post: makes the line of a print file for one customer, with a code of their own that shows who answered."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from typing import Any

from choral.channels.contract import Capabilities, Example, Message, Receipt, Request, unsupported
from choral.core.ids import digest

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 1 I O, which people mix up on paper
_ADDRESS = ("name", "street", "postal_code", "city", "country")


@dataclass(frozen=True)
class Settings:
    """`sender` stands on the back; `campaign` is told by the code; `cost` of one piece in minor units, for the plan."""

    sender: str
    campaign: str
    cost: int = 0


class DirectMail:
    """See the module's sentence."""

    key = "direct_mail"
    label = "Post"
    capabilities = Capabilities(
        hears=False, speaks=True, needs_consent=True, address="address", rich=True, longest=5_000
    )
    settings = Settings

    def hear(self, request: Request, settings: Any) -> list[dict[str, object]]:
        raise unsupported(self, "hear")

    def deliver(self, message: Message, settings: Any) -> Receipt:
        """One line of the print file (`document`, CSV without head): address, text, code. The same message gives the
        same line and the same code, so printing it again is seen."""
        missing = [name for name in _ADDRESS if not message.fields.get(name) and name != "country"]
        if missing:
            return Receipt(message.key, "refused", reason=f"address incomplete: {', '.join(missing)}", permanent=True)
        if len(message.text) > (self.capabilities.longest or 0):
            return Receipt(message.key, "refused", reason="text too long", permanent=True)
        code = personal_code(settings.campaign, message.key)
        line = StringIO()
        address = [message.fields.get(name, "") for name in _ADDRESS]
        csv.writer(line).writerow([_inert(cell) for cell in (*address, settings.sender, message.text, code)])
        return Receipt(message.key, "accepted", provider_id=code, document=line.getvalue().encode())

    @property
    def examples(self) -> list[Example]:
        fields = {"name": "Ana Rossi", "street": "12 rue des Lilas", "postal_code": "75011", "city": "Paris"}
        settings = {"sender": "Maison Test", "campaign": "autumn"}
        return [
            Example("A postcard", settings, message=Message("autumn-1", "card:8812", "Come and see us.", fields),
                    state="accepted"),
            Example("No address", settings, message=Message("autumn-2", "card:8813", "Come and see us."),
                    state="refused"),
        ]  # fmt: skip


def personal_code(campaign: str, key: str) -> str:
    """Eight signs that stand for one piece of one campaign; the ninth finds typing errors (weighted sum modulo 31)."""
    number = int.from_bytes(digest(f"{campaign}:{key}", 8), "big")
    signs = [_ALPHABET[number >> 5 * place & 31] for place in range(8)]
    return "".join(signs) + _check_sign(signs)


def code_is_whole(code: str) -> bool:
    """Whether a code was typed as it was printed (case and spaces do not matter)."""
    bare = code.upper().replace(" ", "").replace("-", "")
    return len(bare) == 9 and set(bare) <= set(_ALPHABET) and _check_sign(list(bare[:8])) == bare[8]


def _check_sign(signs: list[str]) -> str:
    return _ALPHABET[sum((place + 1) * _ALPHABET.index(sign) for place, sign in enumerate(signs)) % 31]


def _inert(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


CHANNEL = DirectMail()
