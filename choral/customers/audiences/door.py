"""The door of audiences: make and read them, count, explain, compare; `shop.customers.audiences`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from choral.books import Actor, act
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.customers.audiences import (
    actions,
    checks,
    choosing,
    consents,
    explaining,
    keeping,
    queries,
    sentences,
    tree,
)
from choral.customers.audiences.choosing import Choices
from choral.customers.audiences.evaluate import find
from choral.customers.audiences.handle import Handle
from choral.customers.audiences.live.loading import HitsOf, load, noted_hits
from choral.customers.audiences.queries import Kept
from choral.customers.audiences.reading import Attribute, Offered, Reading
from choral.customers.audiences.sentences import Telling
from choral.customers.audiences.tree import Definition
from choral.customers.audiences.values import (
    Audience,
    AudienceRow,
    AudienceVersion,
    MemberPage,
    MemberRow,
    Overlap,
    Preview,
    Reach,
    Why,
)  # fmt: skip
from choral.customers.consent.rules import ADDRESS_KINDS
from choral.customers.consent.rules import CHANNELS as CONSENT_CHANNELS
from choral.customers.identity import queries as identity
from choral.customers.values import CustomerRow
from choral.home import Home

if TYPE_CHECKING:
    from pyroaring import BitMap

__all__ = ["Attribute", "Audiences"]
Rows = Callable[[Iterable[str], bool], tuple[CustomerRow, ...]]
# Channels a shop reaches people on by itself.
CHANNELS = ("email", "sms", "call", "push", "post")
_SAMPLE = 10


class Audiences:
    """Audiences of a shop. Definitions are `tree.Definition`, or the same as plain JSON data."""

    def __init__(self, home: Home, rows: Rows, attributes: Mapping[str, Attribute]) -> None:
        self._home = home
        self._rows = rows
        self.offered = Offered(dict(attributes))
        self.reading = Reading(home, self.offered)
        self._choices: tuple[str, Choices] | None = None
        self._keeper = keeping.Keeper(home, self.reading, self.offered)

    def __getitem__(self, key: str) -> Handle:
        """One audience, for notebooks: `shop.customers.audiences["slipping"].members()`."""
        self._kept(key)
        return Handle(self, key)

    def list(self, archived: bool = False, language: str = "en") -> tuple[AudienceRow, ...]:
        """All audiences in use by name, or those put away, with how many are in each."""
        sizes, how = queries.sizes(), self.telling(language)
        return tuple(self._row(one, sizes, how) for one in queries.audiences(archived))

    def get(self, key: str, language: str = "en") -> Audience:
        """One with all its versions and the audiences that ask for it; `NotFound` `no_such_audience`."""
        one, how = self._kept(key), self.telling(language)
        versions = tuple(
            AudienceVersion(
                v.version, v.name, sentences.sentence(v.definition, how), tree.as_data(v.definition), v.at, v.by
            )
            for v in queries.versions(one.number)
        )
        row = self._row(one, queries.sizes(), how)
        return Audience(row, tree.as_data(one.definition), versions, self.used_by(key))

    def create(self, actor: Actor, name: str, definition: Definition | object, key: str = "") -> str:
        """A new audience; its key. Raises `InvalidInput` `invalid_condition` with the path of the node."""
        said = self.read(definition)
        self._check_names(key, said)
        return act(actions.create, actor, name, said, key)

    def change(
        self, actor: Actor, key: str, name: str, definition: Definition | object, expected: int | None = None
    ) -> int:
        """What it says from now on; the version. `expected` refuses (`Conflict`) when somebody changed it meanwhile."""
        said = self.read(definition)
        self._check_names(key, said)
        return act(actions.change, actor, key, name, said, expected)

    def archive(self, actor: Actor, key: str) -> None:
        """Put it away: it is followed no more and nobody is in it. Refused while another audience asks for it."""
        self._kept(key)
        if users := self.used_by(key):
            raise Conflict("audience_in_use", "Other audiences ask for this one.", f"They are: {', '.join(users)}.",
                           "Change those first.", status=409)  # fmt: skip
        act(actions.archive, actor, key)

    def restore(self, actor: Actor, key: str) -> None:
        """Take it out again."""
        self._kept(key)
        act(actions.archive, actor, key, archived=False)

    def freeze(self, actor: Actor, key: str, name: str) -> str:
        """A list of those who are in now, which never moves; its key."""
        members = [int(one) for one in self.ids(key)]
        return act(actions.freeze, actor, key, name, members)

    def keep_list(self, actor: Actor, name: str, customers: Iterable[int], source: str) -> str:
        """A list of customers (numbers) found elsewhere, which never moves; its key. `source` says where, in words.

        Those who may not be profiled are the asker's to leave out. Raises `InvalidInput` `nobody_in_list`.
        """
        members = sorted(set(customers))
        if not members:
            raise InvalidInput("nobody_in_list", "There is nobody to keep.", fix="Choose a group with people in it.")
        return act(actions.keep_list, actor, name, members, source)

    def preview(
        self, definition: Definition | object, language: str = "en", personal: bool = False, sample: bool = True
    ) -> Preview:
        """Whom a definition holds now: how many, at every node too, how many can be reached, ten of them."""
        said, how = self.read(definition), self.telling(language)
        self._check_names("", said)
        others = queries.trees()
        columns, counting = self.reading.counting()
        moment = self.reading.now()
        among = counting.population(said)
        found = counting.members(said, moment, others)
        return Preview(
            len(found), len(among), sentences.sentence(said, how),
            explaining.parts(said.who, counting, moment, others, among, how), self._reach(found),
            self._sample(found, personal) if sample else (), columns.position,
        )  # fmt: skip

    def count(self, key: str) -> int:
        """How many are in now."""
        one = self._kept(key)
        return queries.sizes().get(one.number, 0) if one.settled else len(self._bitmap(one))

    def reach(self, key: str) -> tuple[Reach, ...]:
        """How many members can be reached on each channel."""
        return self._reach(self._bitmap(self._kept(key)))

    def overlap(self, one: str, other: str) -> Overlap:
        """How many are in each of two audiences, and in both."""
        first, second = self._bitmap(self._kept(one)), self._bitmap(self._kept(other))
        return Overlap(len(first), len(second), first.intersection_cardinality(second))

    def ids(self, key: str) -> Sequence[str]:
        """The ids of all who are in."""
        one = self._kept(key)
        if one.settled:
            return [str(customer) for customer in queries.members(one.number)]
        _, counting = self.reading.counting()
        return [str(customer) for customer in counting.ids(self._bitmap(one)).tolist()]

    def fitting(self, definition: Definition | object) -> Sequence[int]:
        """The numbers of all whom a definition holds now, in order."""
        said = self.read(definition)
        self._check_names("", said)
        _, counting = self.reading.counting()
        found = counting.ids(counting.members(said, self.reading.now(), queries.trees()))
        return sorted(found.tolist())

    def members(self, key: str, after: str | None = None, limit: int = 50, personal: bool = False) -> MemberPage:
        """Members by id, a page at a time."""
        one = self._kept(key)
        if after is not None and not after.isdecimal():
            raise InvalidInput("invalid_cursor", "This place in the list is not known.", fix="Start at the first page.")
        found = self._page(one, int(after or -1), limit + 1)
        shown = found[:limit]
        rows = {row.id: row for row in self._rows([str(customer) for customer, _ in shown], personal)}
        listed = tuple(MemberRow(rows[str(customer)], at) for customer, at in shown if str(customer) in rows)
        return MemberPage(listed, str(shown[-1][0]) if len(found) > limit else None)

    def export(self, key: str, personal: bool) -> Iterator[MemberRow]:
        """Everybody who is in, a thousand read at a time."""
        after: str | None = None
        while True:
            page = self.members(key, after, 1_000, personal)
            yield from page.rows
            if page.next is None:
                return
            after = page.next

    def why(self, definition: str | Definition | object, customer: str, language: str = "en") -> Why:
        """Why a customer is in an audience (its key) or in what a definition says, or not, node by node."""
        kept = self._kept(definition) if isinstance(definition, str) else None
        said = kept.definition if kept else self.read(definition)
        number = identity.current(int(customer)) if customer.isdecimal() and int(customer) < 1 << 63 else None
        if number is None:
            raise NotFound("no_such_customer", "There is no such customer.", status=404)
        others, moment = queries.trees(), self.reading.now()
        if kept and kept.settled and not kept.fixed:
            hits: HitsOf = noted_hits
        else:
            asked = [said.who, *others.values()]
            hits = explaining.hits_in(self.reading.counting()[1], asked, moment, self._home.currency)
        if kept and kept.fixed:
            said, others = Definition(tree.Member(kept.key)), {}
        person = load([number], hits, self.offered.beside())[number]
        found = find(said.who, person, moment, others)
        inside = found.holds and (person.known or said.visitors) and not person.restricted
        return Why(str(number), inside, tuple(explaining.reasons(found, self.telling(language))))

    def of_customer(self, customer: str) -> tuple[tuple[str, str, int], ...]:
        """The audiences a customer is in: key, name, entered at."""
        return tuple(row[1:] for row in queries.memberships([int(customer)]))

    def used_by(self, key: str) -> tuple[str, ...]:
        """The audiences whose conditions ask for this one."""
        asks = tree.Member(key)
        return tuple(other for other, who in queries.trees().items() if other != key and asks in tree.leaves(who))

    def consent_channels(self) -> Sequence[str]:
        """The channels a consent can be asked for."""
        return CONSENT_CHANNELS

    def choices(self) -> Choices:
        """What conditions can be chosen from in this shop, the most frequent first."""
        columns, counting = self.reading.counting()
        if self._choices is None or self._choices[0] != columns.version:
            self._choices = columns.version, choosing.choices(counting)
        return self._choices[1]

    def read(self, definition: Definition | object) -> Definition:
        """A sound definition from plain JSON data."""
        if isinstance(definition, Definition):
            checks.check(definition)
            return definition
        return checks.read(definition)

    def telling(self, language: str) -> Telling:
        """How sentences of this shop are told in a language."""
        names = {one.key: one.name for one in queries.audiences()}
        return sentences.telling(language, self._home.currency, names)

    def keep(self) -> bool:
        """The worker's part: bring the columns up, fill what is new; whether there was something to do."""
        return self._keeper.keep()

    def follow(self) -> bool:
        """The worker's other part: look at whoever was touched or whose time has come; whether there was anybody."""
        return self._keeper.follow()

    def close(self) -> None:
        self.reading.close()

    def _check_names(self, key: str, definition: Definition) -> None:
        """Refuse names of audiences that are not there, or that lead back to this one."""
        lists = {one.key: tree.All(()) for one in queries.audiences() if one.fixed}
        checks.cycles(key, definition, queries.trees() | lists)

    def _kept(self, key: str) -> Kept:
        found = queries.one(key)
        if found is None:
            raise actions.missing(key)
        return found

    def _bitmap(self, one: Kept) -> BitMap:
        _, counting = self.reading.counting()
        if one.settled:
            return counting.numbers(queries.members(one.number))
        return counting.members(one.definition, self.reading.now(), queries.trees())

    def _page(self, one: Kept, after: int, limit: int) -> Sequence[tuple[int, int | None]]:
        if one.settled:
            return queries.member_page(one.number, after, limit)
        return [(int(c), None) for c in self.ids(one.key) if int(c) > after][:limit]

    def _row(self, one: Kept, sizes: Mapping[int, int], how: Telling) -> AudienceRow:
        return AudienceRow(
            one.key, one.name, sentences.sentence(one.definition, how),
            sizes.get(one.number, 0) if one.settled else None,
            one.version, one.fixed, one.archived_at is not None, one.created_at, one.updated_at, one.updated_by,
            tuple(queries.trend(one.number)),
        )  # fmt: skip

    def _reach(self, people: BitMap) -> tuple[Reach, ...]:
        _, counting = self.reading.counting()
        moment, found = self.reading.now(), []
        purposes = consents.message_purposes()
        for channel in CHANNELS:
            addressed = people & counting.of(tree.Identifier(ADDRESS_KINDS[channel]), moment, {})
            agreed = counting.of(tree.Some(tuple(tree.Consent(one, channel) for one in purposes)), moment, {})
            found.append(Reach(channel, addressed.intersection_cardinality(agreed), len(addressed)))
        return tuple(found)

    def _sample(self, people: BitMap, personal: bool) -> tuple[CustomerRow, ...]:
        """Ten spread evenly over all of them, the same ones each time."""
        _, counting = self.reading.counting()
        step = max(1, len(people) // _SAMPLE)
        picked = [people[index] for index in range(0, len(people), step)][:_SAMPLE]
        return self._rows([str(counting.customers[one]) for one in picked], personal)
