"""What statements add up to: how a purpose stands for one identifier, and whether a person may be reached. Pure.

Of one identifier the latest statement counts, of two of the same time the stricter. Over the identifiers of a person
the strictest counts, so that a merge never widens a consent and a merge undone gives back what each had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from choral.core.clock import DAY
from choral.customers.consent.values import ConsentDecision, ConsentReason

ANY = "*"
GRANTED, DENIED, WITHDRAWN, PENDING, PAUSED = "granted", "denied", "withdrawn", "pending", "paused"
STATES = (GRANTED, DENIED, WITHDRAWN, PENDING, PAUSED)
REFUSED, NEVER_ASKED, ESSENTIAL = "refused", "never_asked", "essential"
MESSAGE, PROCESSING = "message", "processing"
KINDS = (MESSAGE, PROCESSING, ESSENTIAL)
CONSENT = "consent"
BASES = (CONSENT, "similar_products", "contract", "legitimate_interest")
# The kind of identifier a channel's messages go to.
ADDRESS_KINDS = {"email": "email", "sms": "phone", "whatsapp": "phone", "call": "phone", "push": "device",
                 "post": "address", "web": "anonymous", "social": "social"}  # fmt: skip
CHANNELS = tuple(ADDRESS_KINDS)
_OTHER_NAMES = {"mail": "email", "e-mail": "email", "e_mail": "email", "text": "sms", "phone": "call",
                "telephone": "call", "voice": "call", "direct_mail": "post", "postal": "post", "letter": "post",
                "app_push": "push", "web_push": "push", "app": "push", "onsite": "web", "all": ANY}  # fmt: skip
# What stands for a person whatever the address: a consent said with it covers the addresses the account had then.
_ACCOUNTS = frozenset({"user", "card", "token", "marketplace"})
_NO_OBJECTION = ConsentReason(
    "no_objection", "This purpose rests on another basis than consent, and nobody has objected."
)
_NEVER_ASKED = ConsentReason(NEVER_ASKED, "They never agreed; unknown is no.")


_SOON = DAY  # whoever signs up agrees, and says their address a moment later
Together = Mapping[tuple[str, str], int]


class Line(NamedTuple):
    """An entry as the decision needs it; `until` 0 when it is no pause."""

    identifier: str
    state: str
    until: int
    basis: str
    at: int
    entry: int


class Stand(NamedTuple):
    """What one identifier's statements add up to at a time: the line that decides, a pending one, the end of a pause.

    `decided` is the latest grant or refusal.
    """

    decided: Line | None = None
    pending: Line | None = None
    paused_until: int = 0

    @property
    def granted(self) -> bool:
        return self.decided is not None and self.decided.state == GRANTED

    @property
    def refused(self) -> bool:
        return self.decided is not None and self.decided.state != GRANTED


@dataclass(frozen=True)
class Terms:
    """A purpose as a channel of a country has it; `bases` are those the country lets the channel rest on."""

    purpose: str
    kind: str
    basis: str
    channel: str
    bases: frozenset[str]


def is_account(identifier: str) -> bool:
    """Whether a consent said with this identifier may cover addresses that were seen with it."""
    return identifier.partition(":")[0] in _ACCOUNTS


def channel_name(text: str) -> str:
    """The one spelling of a channel; “*” for all. What is not known stays as it is, in lower case."""
    bare = text.strip().lower().replace(" ", "_")
    return _OTHER_NAMES.get(bare, bare)


def stand(lines: Iterable[Line], at: int) -> Stand:
    """What one identifier's statements about one purpose and channel (wider ones included) add up to at `at`."""
    decided: Line | None = None
    pending: Line | None = None
    pause: Line | None = None
    for line in lines:
        if line.at > at:
            continue
        if line.state == PAUSED:
            if pause is None or (line.at, line.until, line.entry) > (pause.at, pause.until, pause.entry):
                pause = line
        elif line.state == PENDING:
            if pending is None or (line.at, line.entry) > (pending.at, pending.entry):
                pending = line
        elif decided is None or _order(line) > _order(decided):
            decided = line
    if pending and decided and decided.at > pending.at:
        pending = None
    return Stand(decided, pending, pause.until if pause and pause.until > at else 0)


def decide(
    terms: Terms, stands: Mapping[str, Stand], identifiers: Iterable[str], address: str = "",
    together: Together = MappingProxyType({}),
) -> ConsentDecision:  # fmt: skip
    """Whether a person may be reached; `identifiers` are all of theirs, `stands` those that said something.

    With `address` only a consent that covers it counts. `together`: since when (µs UTC) an account and an address were
    seen as one's, for consents that were said with an account. Unknown is no.
    """
    if terms.kind == ESSENTIAL:
        reason = ConsentReason("essential", "This purpose cannot be refused: it is about an order, or safety.")
        return ConsentDecision(True, (reason,), _addresses(terms, identifiers, address))
    refusals = [one for one in stands.values() if one.refused]
    if refusals:
        return ConsentDecision(False, tuple(_reason("refused", "They said no.", one.decided) for one in refusals))
    paused = max((one.paused_until for one in stands.values()), default=0)
    if paused:
        return ConsentDecision(
            False, (ConsentReason("paused", "They asked for a rest from messages."),), not_before_at=paused
        )
    if terms.kind == MESSAGE:
        return _by_message(terms, stands, identifiers, address, together)
    return _by_processing(terms, stands)


def state_of(stands: Iterable[Stand]) -> tuple[str, Line | None, int]:
    """How a purpose stands for a person (granted, refused, pending, never_asked), the line it rests on, its pause."""
    found = list(stands)
    paused = max((one.paused_until for one in found), default=0)
    for state, lines in (
        (REFUSED, [one.decided for one in found if one.refused]),
        (GRANTED, [one.decided for one in found if one.granted]),
        (PENDING, [one.pending for one in found if one.pending]),
    ):
        if lines:
            return state, max((line for line in lines if line), key=lambda line: (line.at, line.entry)), paused
    return NEVER_ASKED, None, paused


def _order(line: Line) -> tuple[int, int, int]:
    return line.at, int(line.state != GRANTED), line.entry


def _by_message(
    terms: Terms, stands: Mapping[str, Stand], identifiers: Iterable[str], address: str, together: Together
) -> ConsentDecision:
    grants = {one: found.decided for one, found in stands.items() if found.granted and found.decided}
    sound = {one: line for one, line in grants.items() if line.basis in terms.bases}
    addresses = _addresses(terms, identifiers, address)
    if not sound and terms.basis != CONSENT and terms.basis in terms.bases:
        return ConsentDecision(True, (_NO_OBJECTION,), addresses)
    if not sound:
        return _without_grant(grants.values(), stands)
    accounts = {one: line for one, line in sound.items() if is_account(one)}
    covering = {one: line for one in addresses if (line := sound.get(one) or _account_of(one, accounts, together))}
    if not covering and accounts and not addresses:  # no address is known yet: nothing stands in the way
        covering = dict(accounts)
        return ConsentDecision(True, tuple(_reason("granted", "They agreed.", line) for line in covering.values()))
    if not covering:
        return ConsentDecision(False, tuple(
            _reason("other_address", "They agreed for another address than this.", line) for line in sound.values()
        ))  # fmt: skip
    lines = dict.fromkeys(covering.values())
    reasons = tuple(_reason("granted", "They agreed.", line) for line in lines)
    return ConsentDecision(True, reasons, tuple(sorted(covering)))


def _account_of(address: str, accounts: Mapping[str, Line], together: Together) -> Line | None:
    """The account whose consent covers an address: it was seen with it before the consent, or soon after."""
    for one, line in accounts.items():
        since = together.get((one, address))
        if since is not None and since <= line.at + _SOON:
            return line
    return None


def _by_processing(terms: Terms, stands: Mapping[str, Stand]) -> ConsentDecision:
    grants = [found.decided for found in stands.values() if found.granted]
    if grants:
        return ConsentDecision(True, tuple(_reason("granted", "They agreed.", line) for line in grants))
    if terms.basis != CONSENT:
        return ConsentDecision(True, (_NO_OBJECTION,))
    return _without_grant((), stands)


def _without_grant(unsound: Iterable[Line], stands: Mapping[str, Stand]) -> ConsentDecision:
    words = "What they were told at the sale does not suffice for this channel in this country."
    reasons = [_reason("basis_not_allowed", words, line) for line in unsound]
    reasons += [
        _reason("pending", "They have not confirmed yet.", one.pending) for one in stands.values() if one.pending
    ]
    return ConsentDecision(False, tuple(reasons) or (_NEVER_ASKED,))


def _addresses(terms: Terms, identifiers: Iterable[str], address: str) -> tuple[str, ...]:
    if address:
        return (address,)
    kind = ADDRESS_KINDS.get(terms.channel, "")
    return tuple(sorted(one for one in identifiers if one.partition(":")[0] == kind))


def _reason(code: str, text: str, line: Line | None) -> ConsentReason:
    return ConsentReason(code, text, line.identifier if line else "", line.entry if line else None)
