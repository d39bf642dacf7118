"""The door of the storey “one customer”: what pages, API, command line and notebook may ask about customers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import NotFound
from choral.customers import lookup, progress, search
from choral.customers.access.door import Access
from choral.customers.consent.door import Consent
from choral.customers.identity import explaining
from choral.customers.identity import queries as identity
from choral.customers.identity.door import Identity
from choral.customers.identity.keys import Node
from choral.customers.links.door import Links
from choral.customers.profiles import queries as profiles
from choral.customers.profiles.queries import CustomerFilter
from choral.customers.records import queries as records
from choral.customers.records.rules import full_name
from choral.customers.shown import label, shown
from choral.customers.values import (
    ConsumerStatus,
    Customer,
    CustomerPage,
    CustomerRow,
    Explanation,
    Figure,
    Found,
    Personal,
    TimelineEntry,
    TimelinePage,
    Trait,
)  # fmt: skip
from choral.events.store import EventLog
from choral.home import Home

if TYPE_CHECKING:
    import pyarrow

    from choral.customers.audiences.door import Audiences
    from choral.customers.audiences.reading import Attribute
    from choral.customers.privacy.door import Privacy
    from choral.customers.purchases.door import Purchases
    from choral.customers.recommend.door import Recommend
    from choral.customers.traits.door import Traits

__all__ = ["CustomerFilter", "Customers"]
_PAGE = 50


class Customers:
    """Reads about customers. `personal` says whether the reader may see names, e-mail and telephone numbers."""

    def __init__(self, home: Home, log: EventLog, attributes: Callable[[], Mapping[str, Attribute]] = dict) -> None:
        """`attributes`: what higher storeys conclude about customers, asked for when audiences are first used."""
        self._home = home
        self._log = log
        self._attributes = attributes

    @cached_property
    def access(self) -> Access:
        """Tokens: wristbands, cards, codes and what they open."""
        return Access(self._home)

    @cached_property
    def links(self) -> Links:
        """Records that share no key: suggestions that two customers may be one."""
        return Links()

    def get(self, customer: str, personal: bool = False) -> Customer:
        """One customer by any id they ever had; `NotFound` when nobody ever had it."""
        number, nodes = self._members(customer)
        keys = [node.key for node in nodes]
        values = records.of_identifiers([node.text for node in nodes], personal)
        total = profiles.sums([number])[number]
        return Customer(
            id=str(number),
            name=_name(values),
            known=bool(total.known),
            identifiers=shown(nodes, values),
            records=tuple(values),
            figures=tuple(Figure(*row) for row in profiles.figures(keys)),
            traits=tuple(
                Trait(field, json.loads(value), at, source)
                for field, (at, value, source) in profiles.traits(keys).items()
            ),
            currency=self._home.currency,
            events=total.events,
            orders=total.orders,
            revenue=total.revenue,
            average=total.average,
            first_at=total.first_at,
            last_at=total.last_at,
            last_order_at=total.last_order_at,
            favourite_store=profiles.favourite_store(keys),
        )

    def timeline(
        self,
        customer: str,
        before: str | None = None,
        limit: int = _PAGE,
        channel: str | None = None,
        name: str | None = None,
    ) -> TimelinePage:
        """What happened, newest first, of all channels or one, of all kinds of events or one; `before` goes on."""
        _, nodes = self._members(customer)
        text = {node.key: node.text for node in nodes}
        moments = profiles.timeline(text, before, limit + 1, channel, name)
        entries = tuple(
            TimelineEntry(m.position, m.at, m.name, m.channel, m.source, text[m.subject], *m[6:])
            for m in moments[:limit]
        )
        more = len(moments) > limit
        return TimelinePage(entries, f"{entries[-1].at}.{entries[-1].position}" if more else None)

    def timeline_filters(self, customer: str) -> tuple[Sequence[str], Sequence[str]]:
        """The channels and the names of events this customer has."""
        return profiles.moment_names([node.key for node in self._members(customer)[1]])

    def explain(self, customer: str, personal: bool = False) -> Explanation:
        """Why these identifiers are one person: each pair seen together, with the event that shows it, what was set
        aside and why, and what people decided."""
        number, nodes = self._members(customer)
        return explaining.explain(number, nodes, personal)

    def search(self, text: str, personal: bool = False, limit: int = 20) -> tuple[Found, ...]:
        """Customers by part of a name, telephone in any spelling, e-mail, card or other identifier, order number.

        Without `personal` only by what is not personal (identifiers, order numbers).
        """
        hits = search.search(text, personal, self._secret, self._home.region, limit)
        names = self._names([hit.customer for hit in hits], personal)
        return tuple(Found(str(hit.customer), names[hit.customer][0], hit.by, hit.hint) for hit in hits)

    def list(
        self,
        sort: str = "last_at",
        descending: bool = True,
        chosen: CustomerFilter | None = None,
        after: str | None = None,
        limit: int = _PAGE,
        personal: bool = False,
    ) -> CustomerPage:
        """A page of customers in an order of `choral.customers.profiles.queries.SORTS`."""
        sums = profiles.page(sort, descending, chosen or CustomerFilter(), after, limit + 1)
        shown = sums[:limit]
        rows = self._rows([one.customer for one in shown], personal, {one.customer: one for one in shown})
        last = shown[-1] if len(sums) > limit else None
        return CustomerPage(rows, f"{getattr(last, sort)}.{last.customer}" if last else None)

    def rows(self, customers: Iterable[str], personal: bool = False) -> tuple[CustomerRow, ...]:
        """The list's lines of these customers, in the order given; ids that lead nowhere are left out."""
        numbers = [number for one in customers if (number := self._current(one)) is not None]
        return self._rows(numbers, personal, profiles.sums(numbers))

    def export(self, chosen: CustomerFilter, sort: str, descending: bool, personal: bool) -> Iterator[CustomerRow]:
        """Every customer a filter leaves, in order, a thousand read at a time."""
        after: str | None = None
        while True:
            page = self.list(sort, descending, chosen, after, 1_000, personal)
            yield from page.rows
            if page.next is None:
                return
            after = page.next

    def count(self, chosen: CustomerFilter | None = None) -> int:
        """How many customers a filter leaves (by default: all that are known)."""
        return profiles.count(chosen or CustomerFilter())

    def known_orders(self, numbers: Iterable[str], apart_from: str = "") -> set[str]:
        """Those of these order numbers that some event of a customer has told, `apart_from` a source's own."""
        return profiles.known_orders(numbers, apart_from)

    def resolve(self, identifiers: Iterable[str]) -> dict[str, str]:
        """The current customer of each identifier that was ever seen."""
        return {text: str(customer) for text, customer in identity.resolve(identifiers).items()}

    def identity_map(self) -> pyarrow.Table:
        """All identifiers with the customer each belongs to now, and whether it says who that is: `identifier` (text),
        `customer` (int64), `says_who` (bool; a browser, a device, a receipt does not)."""
        return identity.identity_map()

    def identity_version(self) -> int:
        """A number of what `identity_map` says: equal for equal maps, another whenever it changes."""
        return progress.read(progress.VERSION)

    def withdrawn(self) -> Sequence[str]:
        """The sources whose events no longer count (imports undone)."""
        return progress.withdrawn()

    def status(self) -> ConsumerStatus:
        """How far the consumer is behind the log."""
        position, head = progress.read(progress.POSITION), self._log.head()
        oldest = self._log.oldest_waiting(position) if head > position else None
        return ConsumerStatus(position, head, head - position, SYSTEM_CLOCK.now() - oldest if oldest else 0)

    @cached_property
    def privacy(self) -> Privacy:
        """A person's rights: export, erasure, restriction."""
        from choral.customers.concluded import concluded  # deferred, as the next: most callers never need it
        from choral.customers.privacy.door import Privacy

        return Privacy(self._home, self._log, lambda customer: concluded(self, customer))

    @cached_property
    def consent(self) -> Consent:
        """Who agreed to what, and whether somebody may be reached."""
        return Consent(self._home)

    @cached_property
    def purchases(self) -> Purchases:
        """What people bought, line by line."""
        from choral.customers.purchases.door import Purchases  # deferred: numpy and arrow, 200 ms

        return Purchases(self._home, self._log)

    @cached_property
    def traits(self) -> Traits:
        """Computed traits, and the channel and hours a customer prefers."""
        from choral.customers.traits.door import Traits  # deferred: numpy and scipy, 200 ms

        return Traits(self._home, self.purchases)

    @cached_property
    def recommend(self) -> Recommend:
        """What to show to whom, and the next best offer."""
        from choral.customers.recommend.door import Recommend  # deferred: numpy, scipy and arrow, 300 ms

        return Recommend(self._home, self.purchases)

    def identifiers(self, said: str = "", customer: str = "") -> tuple[str, Sequence[tuple[int, str]]]:
        """The customer that a text (`card:8812`, an e-mail, a telephone in any spelling, a bare card number) or an id
        means, and all their identifiers (number, text), the strongest first; '' and nothing for a stranger."""
        if customer:
            number: int | None = self._current(customer)
        else:
            tried = lookup.candidates(said, self._secret, self._home.region)
            found = identity.resolve(tried)
            number = next((found[one] for one in tried if one in found), None)
        if number is None:
            return "", ()
        return str(number), [(node.key, node.text) for node in identity.members([number])]

    @cached_property
    def identity(self) -> Identity:
        """The rules of who is one person, what is set aside, merging and undoing by hand."""
        return Identity(self._home, self, self._log)

    @cached_property
    def audiences(self) -> Audiences:
        """Audiences: whom conditions describe, live."""
        from choral.customers.audiences.door import Audiences  # deferred: the engine of counting is heavy

        return Audiences(self._home, self.rows, self._attributes())

    @cached_property
    def _secret(self) -> bytes:
        return self._home.secret

    @staticmethod
    def _current(customer: str) -> int | None:
        if not customer.isdecimal() or int(customer) >= 1 << 63:
            return None
        return identity.current(int(customer))

    def _members(self, customer: str) -> tuple[int, Sequence[Node]]:
        number = self._current(customer)
        if number is None:
            raise NotFound("no_such_customer", "There is no such customer.", status=404)
        return number, identity.members([number])

    def _rows(self, customers: Iterable[int], personal: bool, sums: dict[int, profiles.Sum]) -> tuple[CustomerRow, ...]:
        numbers = [customer for customer in customers if customer in sums]
        names = self._names(numbers, personal)
        return tuple(_row(sums[number], *names[number]) for number in numbers)

    @staticmethod
    def _names(customers: Iterable[int], personal: bool) -> dict[int, tuple[str, str]]:
        """Name (or the best identifier) and e-mail of each."""
        nodes: defaultdict[int, list[Node]] = defaultdict(list)
        for node in identity.members(customers):
            nodes[node.customer].append(node)
        values: defaultdict[str, list[Personal]] = defaultdict(list)
        for value in records.of_identifiers([one.text for group in nodes.values() for one in group], personal):
            values[value.identifier].append(value)
        found = {}
        for customer, group in nodes.items():
            mine = [value for one in group for value in values[one.text]]
            mails = [value.value for value in mine if value.field == "email"]
            mail = mails[0] if mails else ""
            found[customer] = (_name(mine) or mail or label(shown(group[:1], mine)[0]), mail)
        return found


def _name(values: list[Personal]) -> str:
    newest: dict[str, str] = {}
    for value in sorted(values, key=lambda one: (one.at, one.value)):
        newest[value.field] = value.value
    return full_name(newest)


def _row(total: profiles.Sum, name: str, email: str) -> CustomerRow:
    return CustomerRow(
        id=str(total.customer), name=name, email=email, identifiers=total.identifiers, known=bool(total.known),
        channels=tuple(channel for channel in total.channels.split(",") if channel), events=total.events,
        orders=total.orders, revenue=total.revenue, average=total.average, first_at=total.first_at,
        last_at=total.last_at, last_order_at=total.last_order_at,
    )  # fmt: skip
