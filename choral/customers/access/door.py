"""The door of tokens: what pages, API, command line and notebook may ask, and the readers' question."""

from __future__ import annotations

from choral.books import Actor, act
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import InvalidInput, NotFound
from choral.core.identifiers import Identifier, seen
from choral.customers.access import queries, rules
from choral.customers.access.reading import read
from choral.customers.access.values import Place, Reading, ReadPage, Token, TokenPage, TokenWhole, Verdict
from choral.customers.identity import queries as identity
from choral.home import Home

_PAGE = 50


class Access:
    """Tokens in customers' hands: a wristband, card, tag or code, what it opens, who has it, where it was read."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def check(self, actor: Actor, reading: Reading) -> Verdict:
        """Whether a token opens a place now; counts the entry and tells `Token Read`. See `reading.read`."""
        return act(read, actor, reading, self._home.time_zone)

    def tokens(
        self, state: str | None = None, customer: str | None = None, find: str = "", after: str | None = None,
        limit: int = _PAGE,
    ) -> TokenPage:  # fmt: skip
        """Tokens, the last issued first: of a state, of a customer (id), with a part of the number."""
        holders = None if customer is None else self._identifiers(customer)
        found = queries.tokens(state, holders, find.strip()[:255], after, limit + 1)
        return TokenPage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)

    def token(self, token_id: str) -> TokenWhole:
        """A token with its rights and loans; `NotFound` `no_such_token`."""
        return TokenWhole(queries.one(token_id), queries.grants(token_id), queries.loans(token_id))

    def by_value(self, value: str) -> Token | None:
        """The token that goes by a number now."""
        return queries.by_value(value)

    def count(self, state: str = rules.ISSUED) -> int:
        """How many tokens are in a state."""
        return queries.count(state)

    def reads(
        self, token_id: str | None = None, place: str | None = None, refused: bool = False, after: int | None = None,
        limit: int = _PAGE,
    ) -> ReadPage:  # fmt: skip
        """Readings of the last 90 days, newest first: of a token, at a place, only the refused ones."""
        found = queries.reads(token_id, place, refused, after, limit + 1)
        return ReadPage(tuple(found[:limit]), str(found[limit - 1].id) if len(found) > limit else None)

    def places(self) -> tuple[Place, ...]:
        """All places that tokens can open, by name."""
        return queries.places()

    def holder(self, who: str) -> str:
        """The identifier that stands for somebody: of a customer's id the strongest they have, of a text like
        `email:ada@shop.eu` the way it is kept. "" stays "". Raises `InvalidInput` `bad_holder`, `NotFound`
        `no_such_customer`."""
        bare = who.strip()
        if not bare:
            return ""
        if bare.isdecimal():
            return self._identifiers(bare)[0]
        kind, value = Identifier.parse(bare)
        if value.startswith("#"):
            return bare
        found = seen(kind, value, self._home.secret, self._home.region) if value else None
        if found is None:
            raise InvalidInput(
                "bad_holder", "This is no identifier of a person.", "It looks like “card:8812” or “user:17”.",
                "Take one of the customer's identifiers, or their id.", 422,
            )  # fmt: skip
        return str(found)

    def end_of_day(self) -> int:
        """The coming midnight in the shop's time zone, µs UTC."""
        return rules.end_of_day(SYSTEM_CLOCK.now(), self._home.time_zone)

    @staticmethod
    def _identifiers(customer: str) -> list[str]:
        number = identity.current(int(customer)) if customer.isdecimal() and int(customer) < 1 << 63 else None
        if number is None:
            raise NotFound("no_such_customer", "There is no such customer.", status=404)
        return [node.text for node in identity.members([number])]
