"""The door of consent: may this person be reached, why, what did they say, and when is the channel open at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import IO
from zoneinfo import available_timezones

from choral.books import Actor, act
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import InvalidInput, NotFound
from choral.core.identifiers import PERSONAL_KINDS, seen
from choral.customers.consent import actions, links, many, packs, queries, registers
from choral.customers.consent.calendar import next_allowed
from choral.customers.consent.opposition import state_of_lists
from choral.customers.consent.packs import Pack
from choral.customers.consent.queries import EntryFilter
from choral.customers.consent.rules import (
    ANY,
    CHANNELS,
    ESSENTIAL,
    GRANTED,
    MESSAGE,
    PENDING,
    PROCESSING,
    Line,
    Terms,
    channel_name,
    decide,
    stand,
    state_of,
)  # fmt: skip
from choral.customers.consent.values import (
    Checked,
    ConsentCount,
    ConsentDecision,
    ConsentEntry,
    ConsentOverview,
    ConsentPage,
    ConsentRequested,
    ListState,
    MessageLinks,
    Purpose,
    Standing,
    Statement,
    Wording,
)  # fmt: skip
from choral.customers.identity import queries as identity
from choral.customers.identity.keys import Node
from choral.home import Home

__all__ = ["Consent", "EntryFilter"]
Who = str | Sequence[str]


class Consent:
    """Reads and decisions about consent. `who` is a customer's id, or identifiers as `kind:value`; e-mail addresses
    and telephone numbers may be written plainly. Unknown is no."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def may_send(
        self, who: Who, purpose: str, channel: str, at: int | None = None, *, address: str = "", country: str = ""
    ) -> ConsentDecision:
        """Whether a person may be reached for a purpose on a channel at a time (µs UTC, nothing: now), and why.

        Looks at what every identifier of the person said, the strictest counting; at the country's rules (hours, legal
        bases, opposition lists; nothing: the shop's country). With `address` only a consent that covers it counts.
        Raises `NotFound` (`no_such_purpose`, `no_such_customer`), `InvalidInput` `unknown_channel`.
        """
        moment = SYSTEM_CLOCK.now() if at is None else at
        terms = self._terms(purpose, channel, moment, country)
        nodes, everyone = self._person(who)
        if address:
            address = self.identifier(address)
        elif not isinstance(who, str):
            given = [self.identifier(one) for one in who]
            address = next((one for one in given if one in many.addresses_of(terms.channel, given)), "")
        said = queries.lines(everyone, purpose, terms.channel)
        stands = {one: stand(found, moment) for one, found in said.items()}
        together = many.first_together(nodes, said) if terms.kind == MESSAGE else {}
        decision = decide(terms, stands, everyone, address, together)
        if terms.kind != MESSAGE:
            return decision
        return many.with_rules(decision, stands, self._circumstances(terms, moment, country))

    def allowed(
        self, customers: Iterable[str], purpose: str, channel: str, at: int | None = None, *, country: str = "",
        with_address: bool = False,
    ) -> Checked:  # fmt: skip
        """`may_send` for many customers in one call: who may be reached, and why each of the others not.

        `with_address`: leave out who has no address of the channel (reason `no_address`).
        """
        moment = SYSTEM_CLOCK.now() if at is None else at
        terms = self._terms(purpose, channel, moment, country)
        asked = dict.fromkeys(customers)
        numbers = [int(one) for one in asked if one.isdecimal() and int(one) < 1 << 63]
        around = self._circumstances(terms, moment, country)
        with many.no_garbage():
            nodes = identity.members(numbers)
            return many.check(terms, asked, nodes, moment, around, with_address=with_address)

    def when_may(self, channel: str, at: int | None = None, country: str = "", zone: str = "") -> int | None:
        """The first moment (µs UTC) not before `at` when a country lets a channel be used; None when it never does.

        `zone`: the customer's time zone, where it is not the country's.
        """
        moment = SYSTEM_CLOCK.now() if at is None else at
        found = self.pack(country)
        if zone and zone not in available_timezones():
            raise InvalidInput("unknown_zone", "This time zone is not known.", fix="Write it like Europe/Paris.",
                               status=422)  # fmt: skip
        return moment if found is None else next_allowed(
            moment, found.hours(self._channel(channel)), zone or found.time_zone, found.holiday
        )  # fmt: skip

    def overview(self, customer: str, personal: bool = False, at: int | None = None) -> ConsentOverview:
        """How every purpose stands for a person (a customer's id, or one identifier), with the ledger behind it."""
        found = self.identifiers(customer)
        page = queries.entries(EntryFilter(identifiers=tuple(found)), personal, limit=1_000)
        return ConsentOverview(customer, self.standings(found, at), page.rows)

    def standings(self, identifiers: Iterable[str], at: int | None = None) -> tuple[Standing, ...]:
        """How every purpose in use stands on every channel for the person who has these identifiers."""
        moment = SYSTEM_CLOCK.now() if at is None else at
        said = queries.scopes(identifiers)
        found = []
        for one in self.purposes():
            for channel in CHANNELS if one.kind == MESSAGE else (ANY,):
                lines: defaultdict[str, list[Line]] = defaultdict(list)
                for (purpose, where), line in said:
                    if purpose in (one.key, ANY) and where in (channel, ANY):
                        lines[line.identifier].append(line)
                state, line_, paused = state_of(stand(rows, moment) for rows in lines.values())
                found.append(Standing(
                    one.key, channel, ESSENTIAL if one.kind == ESSENTIAL else state, paused or None,
                    line_.entry if line_ else None, line_.at if line_ else None, line_.identifier if line_ else "",
                    asked=one.basis == "consent",
                ))  # fmt: skip
        return tuple(found)

    def record(self, actor: Actor, statements: Sequence[Statement]) -> list[int]:
        """Write what was said into the ledger; the ids of the entries. Whoever reads after it sees it."""
        ready = [
            replace(one, identifier=self.identifier(one.identifier), channel=channel_name(one.channel))
            for one in statements
        ]
        return act(actions.record, actor, ready)

    def request(
        self, actor: Actor, identifier: str, purpose: str, channel: str, place: str, proof: Mapping[str, object]
    ) -> ConsentRequested:
        """Begin a double opt-in: a pending entry, and the path of the page that confirms it within seven days.

        Nothing is sent: the caller sends the link. A consent there is already stays in force meanwhile.
        """
        said = Statement(identifier, purpose, channel, PENDING, place, proof=proof)
        number = self.record(actor, [said])[0]
        text = self.identifier(identifier)
        handle = act(links.make_handles, actor, [text])[text]
        return ConsentRequested(number, links.path_of(links.sign(links.CONFIRM, handle, str(number))))

    def confirm(self, actor: Actor, token: str, proof: Mapping[str, object]) -> ConsentEntry:
        """What the button of the page does: the consent is given, its proof names the request. Twice is once."""
        pending = self.requested(token)
        said = Statement(
            pending.identifier, pending.purpose, pending.channel, GRANTED, "double_opt_in", wording=pending.wording,
            key=actions.key_of("confirm", str(pending.id)), proof={**proof, "requested": pending.id},
        )  # fmt: skip
        act(actions.record, actor, [said])
        return pending

    def requested(self, token: str) -> ConsentEntry:
        """The pending entry that a confirmation link is about; reading it changes nothing."""
        ticket = links.read(token, links.CONFIRM)
        found = queries.entry(ticket.entry)
        if found.identifier != ticket.identifier or found.state != PENDING:
            raise NotFound("no_such_entry", "There is nothing to confirm here.", status=404)
        return found

    def links(
        self, actor: Actor, identifiers: Sequence[str], purpose: str, channel: str, address: str
    ) -> dict[str, MessageLinks]:
        """What a message to each of these identifiers carries: the links of its foot, and the headers of RFC 8058.

        `address` is the shop's own (`https://shop.example`). Sign the headers with DKIM, both of them.
        """
        self._terms(purpose, channel, SYSTEM_CLOCK.now(), "")
        texts = {one: self.identifier(one) for one in identifiers}
        handles = act(links.make_handles, actor, list(texts.values()))
        return {one: _links(handles[text], purpose, channel_name(channel), address) for one, text in texts.items()}

    def preferences_path(self, identifier: str) -> str:
        """The path of an identifier's own preference page, '' when it never had a link. Writes nothing."""
        handle = links.handle_of(identifier)
        return links.path_of(links.sign(links.PREFERENCES, handle)) if handle else ""

    def said_no(self, identifier: str, purpose: str, channel: str) -> bool:
        """Whether the last word of this very identifier about a purpose on a channel is a refusal."""
        said = queries.lines([identifier], purpose, channel)
        return stand(said.get(identifier, []), SYSTEM_CLOCK.now()).refused

    def purposes(self, retired: bool = False) -> list[Purpose]:
        """What the shop may ask people for, in its order, with the newest texts."""
        return queries.purposes(retired)

    def purpose(self, key: str) -> Purpose:
        """One purpose, in use or not; `NotFound` `no_such_purpose`."""
        return queries.purpose(key)

    def revoke_links(self, actor: Actor, identifier: str) -> None:
        """All links made for an identifier so far work no more; new ones can be made."""
        act(links.revoke, actor, self.identifier(identifier))

    def wordings(self, purpose: str) -> list[Wording]:
        """Every version of the text of a purpose, newest first."""
        return queries.wordings(queries.purpose(purpose).key)

    def entries(
        self, chosen: EntryFilter, personal: bool = False, before: int | None = None, limit: int = 50
    ) -> ConsentPage:
        """Lines of the ledger, the last written first."""
        return queries.entries(chosen, personal, before, limit)

    def entry(self, number: int) -> ConsentEntry:
        """One line with its proof."""
        return queries.entry(number)

    def counts(self) -> list[ConsentCount]:
        """How many identifiers last said what, by purpose and channel."""
        return queries.counts()

    def places(self) -> list[str]:
        """Where things were said."""
        return queries.places()

    def pack(self, country: str = "") -> Pack | None:
        """The rules of a country (nothing: the shop's own)."""
        return packs.pack(country or self._home.region, self._home.path)

    def packs(self) -> list[Pack]:
        """The rules of all countries there are any of."""
        return packs.packs(self._home.path)

    def lists(self) -> list[ListState]:
        """The opposition lists that the packs name, and those that were loaded, with their age in days."""
        return state_of_lists(self.packs(), registers.loaded(), SYSTEM_CLOCK.now())

    def load_list(self, actor: Actor, key: str, listed_on: date, file: IO[bytes]) -> tuple[int, int]:
        """Take an opposition list from a file of telephone numbers; numbers kept, lines without one."""
        country = next((one.country for one in self.packs() for rule in one.rule if rule.list == key), "")
        numbers = registers.numbers(file, self._home.secret, country or self._home.region)
        with registers.read_whole(numbers) as (codes, unread):  # reading takes long, and nobody else may have to wait
            return act(registers.load, actor, key, listed_on, codes), unread

    def identifier(self, text: str) -> str:
        """An identifier as the log has it: `email:ada@example.com` becomes its keyed hash."""
        kind, _, value = text.strip().partition(":")
        if kind not in PERSONAL_KINDS or value.startswith("#"):
            return text.strip()
        found = seen(kind, value, self._home.secret, self._home.region)
        if found is None:
            fix = "Write it like email:ada@example.com or phone:+33612345678."
            raise InvalidInput("bad_identifier", "This address or number cannot be read.", fix=fix, status=422)
        return str(found)

    def identifiers(self, who: Who) -> list[str]:
        """All identifiers of a person, the strongest first; those given, too, when nobody has seen them yet."""
        return self._person(who)[1]

    def _person(self, who: Who) -> tuple[list[Node], list[str]]:
        if isinstance(who, str) and ":" not in who:
            number = identity.current(int(who)) if who.isdecimal() and int(who) < 1 << 63 else None
            if number is None:
                raise NotFound("no_such_customer", "There is no such customer.", status=404)
            nodes = identity.members([number])
            return nodes, [node.text for node in nodes]
        given = [self.identifier(one) for one in ([who] if isinstance(who, str) else who)]
        people = identity.resolve(given)
        nodes = identity.members(sorted(set(people.values())))
        return nodes, list(dict.fromkeys([*(node.text for node in nodes), *given]))

    def _circumstances(self, terms: Terms, at: int, country: str) -> many.Circumstances:
        if terms.kind != MESSAGE:
            return many.Circumstances()
        found = self.pack(country)
        opens = self.when_may(terms.channel, at, country)
        states = {one.key: one for one in self.lists()} if found and found.registers(terms.channel, at) else {}
        due = tuple(states[rule.list] for rule in (found.registers(terms.channel, at) if found else ()))
        return many.Circumstances(opens if opens is None or opens > at else at, at, due)

    def _terms(self, purpose: str, channel: str, at: int, country: str) -> Terms:
        one = queries.purpose(purpose)
        if one.retired_at is not None:
            raise NotFound("no_such_purpose", "This purpose is not in use any more.", status=404)
        where = ANY if one.kind == PROCESSING else self._channel(channel)
        found = self.pack(country)
        bases = found.bases(where, at) if found else frozenset({"consent"})
        return Terms(one.key, one.kind, one.basis, where, bases)

    @staticmethod
    def _channel(channel: str) -> str:
        name = channel_name(channel)
        if name not in CHANNELS:
            why = f"Channels: {', '.join(CHANNELS)}."
            raise InvalidInput("unknown_channel", f"“{channel[:40]}” is no channel.", why, status=422)
        return name


def _links(handle: str, purpose: str, channel: str, address: str) -> MessageLinks:
    preferences = links.path_of(links.sign(links.PREFERENCES, handle))
    unsubscribe = links.path_of(links.sign(links.UNSUBSCRIBE, handle, purpose, channel))
    headers = {
        "List-Unsubscribe": f"<{address.rstrip('/')}{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return MessageLinks(preferences, unsubscribe, headers)
