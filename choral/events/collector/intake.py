"""The one way into the log for every event, whoever sends it: normalise, judge, set personal data apart, batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec
from msgspec import Raw

from choral.core.clock import to_datetime
from choral.core.event import EMPTY, Event, encode_lines
from choral.core.identifiers import PERSONAL_KINDS, normalise, seen
from choral.events.collector import times
from choral.events.collector.personal import divide_traits, take_out
from choral.events.collector.recent import RecentIds
from choral.events.collector.refusals import Refusal, refuse
from choral.events.collector.surroundings import NOTHING, ContextReader, Surroundings
from choral.events.collector.vocabulary import canonical, judge
from choral.events.store import Batch, Rejected, Source

LONGEST_NAME = 200
LONGEST_ID = 400
LARGEST_EVENT = 256 * 1024
KEPT_OF_REFUSED = 64 * 1024
_ORDER = ("user", "card", "token", "marketplace", "social", "email", "phone", "device", "anonymous")
# Personal fields that say who someone is, not only what they are like.
_IDENTIFYING = {"email": "email", "phone": "phone"}
_STRENGTH = {kind: rank for rank, kind in enumerate(_ORDER)}
_encode = msgspec.json.Encoder().encode
_decode_object = msgspec.json.Decoder(dict[str, object]).decode
_YEAR_ONE = -62_135_596_800_000_000  # µs; the first time Python can show


class Claim(msgspec.Struct, gc=False):
    """What a sender says happened, in the words all protocols share; nothing in it is believed yet.

    Times are µs since 1970 by the sender's clock. `identifiers` are (kind, value) as sent. `traits` is a JSON object
    about the person (identify) that becomes the properties less what is personal. An event with `amount` brings it in
    minor units of `currency` (imports); else the vocabulary reads it from the properties.
    """

    id: str
    name: str
    properties: Raw = EMPTY
    context: Raw = EMPTY
    user: str | None = None
    anonymous: str | None = None
    at: int | None = None
    sent: int | None = None
    identifiers: tuple[tuple[str, str], ...] = ()
    channel: str | None = None
    traits: Raw | None = None
    needs_identifier: bool = False
    amount: int | None = None
    currency: str | None = None


class Taken(msgspec.Struct):
    """The outcome of one request: what goes to the log, and each event's verdict."""

    source: str
    received: int
    events: list[Event]
    personal: dict[str, dict[str, object]]
    refused: list[tuple[int, Refusal, str]]  # index in the request, verdict, message id
    duplicates: int = 0

    def batch(self, sent: list[bytes]) -> Batch:
        """As the log takes it; `sent` are the refused events as they came, in the order of `refused`."""
        rejected = tuple(
            Rejected(refusal.code, refusal.message, raw[:KEPT_OF_REFUSED], message_id[:LONGEST_ID])
            for (_, refusal, message_id), raw in zip(self.refused, sent, strict=True)
        )
        personal = _encode(self.personal) if self.personal else None
        return Batch(self.source, self.received, len(self.events), encode_lines(self.events), personal, rejected)


class Intake:
    """Turns claims into a batch. One a process: it remembers recent ids, contexts and identifiers."""

    def __init__(self, secret: bytes, region: str, currency: str | None = None) -> None:
        self._currency = currency  # the shop's own, for amounts that name none
        self.recent = RecentIds()
        self._contexts = ContextReader()
        self._seen = _reader_of_identifiers(secret, region)

    def take(self, source: Source, claims: Sequence[Claim | Refusal], received: int, *, retried: bool = False) -> Taken:
        """Every claim's verdict: an event, a refusal with its reason, or a duplicate of one seen a moment ago."""
        taken = Taken(source.id, received, [], {}, [])
        known = self.recent.known(source.id, [claim.id for claim in claims if type(claim) is Claim])
        for index, claim in enumerate(claims):
            if type(claim) is not Claim:
                taken.refused.append((index, claim, ""))  # type: ignore[arg-type]
            elif claim.id in known:
                taken.duplicates += 1
            else:
                refusal = self._judge(source, claim, received, retried, taken)
                if refusal is None:
                    known.add(claim.id)
                else:
                    taken.refused.append((index, refusal, claim.id))
        return taken

    def committed(self, taken: Taken) -> None:
        """Remember what is on disk now."""
        self.recent.add(taken.source, [event.id for event in taken.events])

    def _judge(self, source: Source, claim: Claim, received: int, retried: bool, taken: Taken) -> Refusal | None:
        """One event's steps; it is added to `taken` when none refuses it."""
        at = received if claim.at is None else times.corrected(claim.at, claim.sent, received, retried)
        refusal = _refused_at_once(claim, at, received)
        if refusal is not None:
            return refusal
        try:
            around = NOTHING if claim.context is EMPTY else self._contexts.read(claim.context)
            properties, moved = _content(claim, around)
        except msgspec.ValidationError as error:
            return refuse("wrong_type", error)
        except RecursionError:
            return refuse("too_deep")
        name = canonical(claim.name)
        verdict = judge(name, properties, self._currency)
        if verdict.code is not None:
            return Refusal(verdict.code, verdict.message)
        ids, personal = self._who(claim, around, moved)
        if claim.needs_identifier and not ids:
            return refuse("no_identifier")
        if moved or personal:
            taken.personal[str(len(taken.events))] = {"traits": moved, "identifiers": personal}
        channel = around.channel or claim.channel or source.channel
        amount, currency = verdict.amount, verdict.currency
        if claim.amount is not None:
            amount, currency = claim.amount, claim.currency
        claimed = None if claim.at == at else claim.at
        taken.events.append(
            Event(
                claim.id, name, at, ids, channel, amount, currency, properties, around.context, claimed, verdict.version
            )
        )
        return None

    def _who(
        self, claim: Claim, around: Surroundings, moved: dict[str, object]
    ) -> tuple[tuple[str, ...], dict[str, str]]:
        """Identifiers as the log keeps them, strongest first, and the plain values of the personal ones."""
        said = [*claim.identifiers, *around.identifiers]
        if claim.user:
            said.append(("user", claim.user))
        if claim.anonymous:
            said.append(("anonymous", claim.anonymous))
        for field, kind in _IDENTIFYING.items() if moved else ():
            if field in moved:
                said.append((kind, str(moved[field])))
        found = [one for kind, value in said if (one := self._seen(kind, value)) is not None]
        if len(found) > 1:
            found = sorted(dict.fromkeys(found), key=_by_strength)
        return tuple([one.text for one in found]), {one.text: one.clean for one in found if one.kind in PERSONAL_KINDS}


class _Seen(NamedTuple):
    kind: str
    text: str
    clean: str


def _by_strength(one: _Seen) -> int:
    return _STRENGTH.get(one.kind, len(_STRENGTH))


def _reader_of_identifiers(secret: bytes, region: str) -> Callable[[str, str], _Seen | None]:
    @lru_cache(maxsize=50_000)
    def read(kind: str, value: str) -> _Seen | None:
        if kind not in PERSONAL_KINDS and "@" in value and normalise("email", value):
            kind = "email"  # shops use e-mail addresses as user ids; the log must not hold them
        clean = normalise(kind, value, region)
        identifier = seen(kind, value, secret, region)
        return None if clean is None or identifier is None else _Seen(kind, str(identifier), clean)

    return read


def _refused_at_once(claim: Claim, at: int, received: int) -> Refusal | None:
    if not claim.name:
        return refuse("no_name")
    if len(claim.name) > LONGEST_NAME:
        return refuse("name_too_long", LONGEST_NAME)
    if len(claim.id) > LONGEST_ID:
        return refuse("id_too_long", LONGEST_ID)
    if at > received + times.LATEST_AHEAD:
        return refuse("time_in_future", times.in_words(at - received))
    if at < 0:
        return refuse("time_before_1970", to_datetime(max(at, _YEAR_ONE)).date())
    return None


def _content(claim: Claim, around: Surroundings) -> tuple[Raw, dict[str, object]]:
    """Properties for the log and personal fields beside them.

    Traits come with an identify call on top, in the context, or in both; other calls only repeat them in the context,
    so of those only what identifies is read.
    """
    if claim.traits is None:
        properties, moved = take_out(claim.properties)
        if around.traits is not None:
            repeated = divide_traits(around.traits)[1]
            moved = {key: value for key, value in repeated.items() if key in _IDENTIFYING} | moved
        return properties, moved
    traits = _decode_object(claim.traits)
    kept, moved = divide_traits(traits if around.traits is None else around.traits | traits)
    return Raw(_encode(kept)), moved
