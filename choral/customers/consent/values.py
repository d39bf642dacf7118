"""The frozen values that go through the door of consent; times in µs UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Purpose:
    """What an address or data may be used for. `kind`: message, processing or essential (cannot be refused);
    `basis`: of GDPR art. 6; `names` by language (en, fr, it)."""

    key: str
    kind: str
    basis: str
    names: Mapping[str, str]
    place: int
    retired_at: int | None
    version: int
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Wording:
    """One version of the text of a purpose, by language; `used` counts the entries that rest on it."""

    purpose: str
    version: int
    texts: Mapping[str, str]
    made_at: int
    made_by: str
    used: int


@dataclass(frozen=True)
class Statement:
    """What somebody said about one identifier, to be written into the ledger.

    `state`: granted, denied, withdrawn, pending or paused (with `until`, µs UTC; a time that is past ends a pause).
    `purpose` and `channel` may be “*” for all; a grant names its purpose. `at` is when it was said (nothing: now).
    `key`: what was said once is written once. `proof` is personal: form, request, address, who noted it, why.
    """

    identifier: str
    purpose: str
    channel: str
    state: str
    place: str
    until: int | None = None
    wording: int | None = None
    basis: str = "consent"
    at: int | None = None
    origin: str = ""
    key: str = ""
    proof: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class ConsentEntry:
    """A line of the ledger. `until_at` ends a pause; `proof` is empty for readers who may not see personal values."""

    id: int
    identifier: str
    purpose: str
    channel: str
    state: str
    until_at: int | None
    wording: int | None
    basis: str
    place: str
    origin: str
    actor: str
    at: int
    recorded_at: int
    proof: Mapping[str, object]


@dataclass(frozen=True)
class ConsentPage:
    """Lines of the ledger, newest first, and the cursor of the next ones."""

    rows: tuple[ConsentEntry, ...]
    next: str | None


@dataclass(frozen=True)
class ConsentReason:
    """Why a decision is what it is: a stable code, a sentence, the identifier and entry it rests on."""

    code: str
    text: str
    identifier: str = ""
    entry: int | None = None


@dataclass(frozen=True)
class ConsentDecision:
    """Whether a person may be reached for a purpose on a channel at a time, and why.

    `addresses`: the identifiers of the channel's kind that the consent covers, of those known. `not_before_at`: when
    it would be allowed if nothing else stood in the way but the hour or a pause; None otherwise.
    """

    allowed: bool
    reasons: tuple[ConsentReason, ...]
    addresses: tuple[str, ...] = ()
    not_before_at: int | None = None


@dataclass(frozen=True)
class Checked:
    """A decision about many at once: who may be reached, and for everybody left out the code of the first reason."""

    allowed: tuple[str, ...]
    left_out: Mapping[str, str]

    @property
    def counts(self) -> dict[str, int]:
        """How many are left out, by reason."""
        found: dict[str, int] = {}
        for code in self.left_out.values():
            found[code] = found.get(code, 0) + 1
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True)
class Standing:
    """How a purpose stands on a channel for one person: granted, refused, pending, never_asked or essential.

    `paused_until_at` while it rests; `entry` is the line that decides; `asked` whether consent is what it needs.
    """

    purpose: str
    channel: str
    state: str
    paused_until_at: int | None
    entry: int | None
    at: int | None
    identifier: str
    asked: bool


@dataclass(frozen=True)
class ConsentOverview:
    """Everything a person has said: how each purpose stands on each channel, and the ledger behind it."""

    customer: str
    standings: tuple[Standing, ...]
    entries: tuple[ConsentEntry, ...]


@dataclass(frozen=True)
class ConsentCount:
    """How many identifiers last said what about a purpose on a channel."""

    purpose: str
    channel: str
    granted: int
    refused: int
    pending: int


@dataclass(frozen=True)
class ListState:
    """An opposition list: what the country's rules say of it, and how old the one that was loaded is, in days."""

    key: str
    label: str
    country: str
    required: bool
    listed_on: str | None
    age: int | None
    most_days: int
    numbers: int
    loaded_at: int | None


@dataclass(frozen=True)
class ConsentRequested:
    """A double opt-in that was begun: the pending entry and the path of the page that confirms it (seven days)."""

    entry: int
    path: str


@dataclass(frozen=True)
class MessageLinks:
    """What a message carries: the pages' paths, and the two headers of RFC 8058 with `address` in front."""

    preferences: str
    unsubscribe: str
    headers: Mapping[str, str]
