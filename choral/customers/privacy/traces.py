"""What a person leaves behind: identifiers and values, and how they are found in texts, JSON and tables. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

NAMES = ("name", "first_name", "last_name")
ADDRESSES = ("street", "address", "shipping_address", "billing_address", "full_address", "street_address")
# Kinds whose value alone says which person; a browser's or a device's is as good as random.
TELLING_KINDS = frozenset({"user", "card", "token", "marketplace", "social", "email", "phone"})
ERASED = "[erased]"
_FEWEST_DIGITS = 8
_BETWEEN_WORDS = r"(?:[\s+,._-]|%20)+"
_BETWEEN_DIGITS = r"[\s.\-/()]{0,2}"
_SHORTEST = 6  # letters of a name or street that may stand for somebody by itself


@dataclass(frozen=True)
class Traces:
    """Identifiers as the log has them (`card:8812`, `email:#..`) and plain values by field (`email`, `street` ...)."""

    identifiers: tuple[str, ...]
    values: tuple[tuple[str, str], ...] = ()

    @cached_property
    def plain(self) -> frozenset[str]:
        """The values that are an identifier by themselves: account and card numbers, e-mail, telephone, handles."""
        found = {text.partition(":")[2] for text in self.identifiers if text.partition(":")[0] in TELLING_KINDS}
        found |= {value for field, value in self.values if field in ("email", "phone")}
        return frozenset(one for one in found if one and not one.startswith("#"))

    @cached_property
    def exact(self) -> tuple[bytes, ...]:
        """The identifiers as they stand in an event's JSON."""
        return tuple(json.dumps(one, ensure_ascii=False).encode() for one in self.identifiers)

    @cached_property
    def folded(self) -> tuple[bytes, ...]:
        """E-mails and streets as they may stand in JSON, their ASCII letters in lower case."""
        found: set[str] = set()
        for field, value in self.values:
            if field == "email" and "@" in value:
                found |= {value, value.replace("@", "%40")}
            elif field in ADDRESSES and any(map(str.isdigit, value)):
                found |= {line for line in value.splitlines() if len(line) >= _SHORTEST}
        spelled = found | {json.dumps(one)[1:-1] for one in found} | {json.dumps(one, ensure_ascii=False)[1:-1]
                                                                      for one in found}  # fmt: skip
        return tuple(sorted(one.encode().lower() for one in spelled))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Patterns (RE2 and Python) of telephone numbers in any spelling."""
        found = {_telephone(value) for field, value in self.values if field == "phone"}
        return tuple(sorted(one for one in found if one))

    @cached_property
    def in_text(self) -> re.Pattern[str]:
        """For free text that is no event: contacts, streets, the full name, identifiers as words."""
        patterns = [*self._contacts(), *self._names(), *map(_word, self.identifiers), *map(_word, self._numbers())]
        return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)

    @cached_property
    def contacts(self) -> re.Pattern[str]:
        """What is masked inside a text of somebody else's event."""
        return re.compile("|".join(self._contacts()) or r"(?!)", re.IGNORECASE)

    def stands_in(self, text: str) -> bool:
        """Whether a text (a refused event, a row, a name of a file) is about this person."""
        return self.in_text.search(text) is not None

    def is_cell(self, text: str) -> bool:
        """Whether a cell of a table is one of the person's identifiers, or holds their contact or full name."""
        return text.strip() in self.plain or self.stands_in(text)

    def mask(self, text: str) -> str:
        """The text without the person's contacts."""
        return self.contacts.sub(ERASED, text)

    def _numbers(self) -> Iterator[str]:
        """Account and card numbers long enough not to be found by chance."""
        return (one for one in sorted(self.plain) if len(one) >= _SHORTEST and "@" not in one)

    def _contacts(self) -> Iterator[str]:
        for field, value in sorted(set(self.values)):
            if field == "email" and "@" in value:
                yield _either(value).replace("@", "(?:@|%40)")
            elif field == "phone" and (pattern := _telephone(value)):
                yield pattern
            elif field in ADDRESSES and len(value) >= _SHORTEST and any(map(str.isdigit, value)):
                yield from (_either(line) for line in value.splitlines() if len(line) >= _SHORTEST)

    def _names(self) -> Iterator[str]:
        told: dict[str, set[str]] = {field: set() for field in NAMES}
        for field, value in self.values:
            if field in told and value.strip():
                told[field].add(value.strip())
        whole = {tuple(value.split()) for value in told["name"] if len(value.split()) > 1}
        whole |= {(first, last) for first in told["first_name"] for last in told["last_name"]}
        for words in sorted(whole):
            if sum(map(len, words)) >= _SHORTEST:
                yield _BETWEEN_WORDS.join(map(_either, words))
                yield _BETWEEN_WORDS.join(map(_either, reversed(words)))


def _word(text: str) -> str:
    return rf"(?:^|[^\w]){re.escape(text)}(?:[^\w]|$)"


def _either(text: str) -> str:
    """As it is, or as JSON escapes it."""
    escaped = json.dumps(text)[1:-1]
    return re.escape(text) if escaped == text else f"(?:{re.escape(text)}|{re.escape(escaped)})"


def _telephone(value: str) -> str | None:
    """A number in any spelling: its last digits with what people put between them."""
    found = "".join(sign for sign in value if sign.isdigit()).lstrip("0")[-9:]
    return _BETWEEN_DIGITS.join(found) if len(found) >= _FEWEST_DIGITS else None
