"""The door of identity: its rules, what is set aside, and joining, holding apart and undoing by hand."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from choral.books import Actor, act
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import ChoralError, Conflict, InvalidInput, NotFound
from choral.core.identifiers import KINDS, PERSONAL_KINDS, seen
from choral.customers.identity import directions, explaining, foresight, queries, rules
from choral.customers.identity.book import actions as book
from choral.customers.identity.book import queries as decided
from choral.customers.identity.conflicts import between
from choral.customers.identity.keys import Node
from choral.customers.identity.kinds import DEFAULTS, WEAK, changed
from choral.customers.identity.values import KindRule, MergePreview, Quarantine, RulePreview, Side, ValueRule
from choral.customers.identity.values import Quarantined as Aside
from choral.customers.records import queries as records
from choral.customers.shown import STATES, labels, shown
from choral.events.store import EventLog
from choral.home import Home

if TYPE_CHECKING:
    from choral.customers.door import Customers
    from choral.customers.values import Customer, Decided, Joined

_PATIENCE = 1_500_000  # µs to wait until the worker has applied a correction
_UNTIL = 0.02  # seconds between two looks


class Identity:
    """Who is one person: rules held as data, quarantine, corrections. Reads take `personal`: whether the reader may
    see e-mail addresses and telephone numbers."""

    def __init__(self, home: Home, customers: Customers, log: EventLog) -> None:
        self._home = home
        self._log = log
        self._customers = customers

    def kinds(self) -> tuple[KindRule, ...]:
        """The rule of each kind of identifier that may link, in the order in which they join."""
        ruled = decided.ruleset()
        found = [ruled.kinds.get(name, default) for name, default in DEFAULTS.items()]
        found.sort(key=lambda kind: (kind.tier == WEAK, kind.priority, kind.tier))
        return tuple(
            KindRule(
                kind.name, kind.priority, kind.unique, kind.most, kind.shared_above, kind.trusted, kind.proof_to_join,
                kind.links, says_who=kind.tier != WEAK, changed=kind.name in ruled.kinds,
            )
            for kind in found
        )  # fmt: skip

    def value_rules(self, personal: bool = False) -> tuple[ValueRule, ...]:
        """Values with a rule of their own that hold: blocked, allowed for many, tablets of the store."""
        found = decided.value_rules()
        return tuple(one if personal or not _is_personal(one.subject) else replace(one, shown="•••") for one in found)

    def quarantine(self, personal: bool = False, after: str | None = None, limit: int = 50) -> Quarantine:
        """Identifiers that link nobody because they were seen with too many, or because somebody blocked them."""
        nodes = queries.set_aside(_place(after), limit + 1)
        rows = self._aside(nodes[:limit], personal)
        last = nodes[limit - 1] if len(nodes) > limit else None
        return Quarantine(rows, f"{last.state}.{last.key}" if last else None)

    def corrections(
        self, personal: bool = False, before: str | None = None, limit: int = 50, holding: bool = False
    ) -> tuple[Decided, ...]:
        """What people decided, newest first, withdrawn ones too unless `holding`; `before` (an id) goes on."""
        return explaining.tell(decided.corrections(before, limit, holding), personal)

    def corrections_of(self, customer: str, personal: bool = False, holding: bool = True) -> tuple[Decided, ...]:
        """What people decided about a customer's identifiers, newest first."""
        _, known = self._known(customer)
        return explaining.tell(decided.corrections_of([text for _, text in known], holding), personal)

    def joined(self, customer: str, personal: bool = False) -> tuple[Joined, ...]:
        """When persons who were known before became this customer by what was seen, newest first."""
        number, _ = self._known(customer)
        return explaining.joined(number, queries.members([number]), personal)

    def preview_merge(self, one: str, other: str, personal: bool = False) -> MergePreview:
        """What merging two customers would do, without doing it.

        Raises `NotFound` (`no_such_customer`), `InvalidInput` (`same_customer`).
        """
        mine, theirs = (self._customers.get(number, personal) for number in (one, other))
        if mine.id == theirs.id:
            raise InvalidInput(
                "same_customer", "These are one customer already.", "Both ids lead to the same customer.",
                "Choose another one.", 422,
            )  # fmt: skip
        nodes = [queries.members([int(found.id)]) for found in (mine, theirs)]
        foreseen = foresight.merge(*nodes)
        conflicts = between(mine, theirs, directions.read_rules(), foreseen.held_apart)
        return MergePreview(
            _side(mine, nodes[0]), _side(theirs, nodes[1]), str(foreseen.customer),
            len(mine.identifiers) + len(theirs.identifiers) + len(foreseen.along) - len(foreseen.apart),
            mine.events + theirs.events, mine.orders + theirs.orders, mine.revenue + theirs.revenue, mine.currency,
            self.labels(foreseen.along, personal), self.labels(foreseen.apart, personal), conflicts,
            confirm=mine.known and theirs.known, possible=not foreseen.held_apart,
        )  # fmt: skip

    def merge(self, actor: Actor, one: str, other: str, reason: str, confirmed: bool = False) -> Decided:
        """Make two customers one. Two who are both identified only when `confirmed`.

        Raises what `preview_merge` does, `Conflict` (`confirmation_needed`, `kept_apart`), `InvalidInput`
        (`no_reason`).
        """
        preview = self.preview_merge(one, other)
        if not preview.possible:
            raise Conflict(
                "kept_apart", "Somebody decided that these are not one person.",
                "Identifiers of the two are held apart.",
                "Take that decision back first.", 409,
            )  # fmt: skip
        if preview.confirm and not confirmed:
            raise Conflict(
                "confirmation_needed", "Both customers are identified.", "Two known people are never joined silently.",
                "Look at the preview, then send it again confirmed.", 409,
                {"conflicts": [f"{found.code}: {found.field}" for found in preview.conflicts]},
            )  # fmt: skip
        return self._told(act(book.merge, actor, preview.one.stands, preview.other.stands, reason).id)

    def keep_apart(self, actor: Actor, one: str, other: str, reason: str) -> Decided:
        """Never let two identifiers (`kind:value` as seen) be one person; it also undoes that they are.

        Raises `NotFound` (`no_such_identifier`), `InvalidInput` (`same_identifier`, `no_reason`).
        """
        known = queries.resolve([one, other])
        for text in (one, other):
            if text not in known:
                raise NotFound(
                    "no_such_identifier", "There is no such identifier.", "It was never seen.",
                    "Take one that the customer's page or the API shows as “text”.", 404,
                )  # fmt: skip
        return self._told(act(book.keep_apart, actor, one, other, reason).id)

    def withdraw(self, actor: Actor, correction: str) -> Decided:
        """Undo a merge by hand, or let two be together again: as if it had never been decided."""
        return self._told(act(book.withdraw, actor, correction).id)

    def renew(self, actor: Actor, correction: str) -> Decided:
        """Decide again what was withdrawn."""
        return self._told(act(book.renew, actor, correction).id)

    def preview_kind(self, name: str, changes: Mapping[str, object]) -> RulePreview:
        """How many customers other settings of a kind would change; reads all evidence, so it takes seconds in a large
        shop. Raises `InvalidInput` (`no_such_kind`, `bad_identity_rule`)."""
        ruled = decided.ruleset()
        kind = changed(ruled.kinds.get(name, DEFAULTS[book.known_kind(name)]), changes)
        return RulePreview(*foresight.other_rules(replace(ruled, kinds={**ruled.kinds, name: kind})))

    def set_kind(self, actor: Actor, name: str, changes: Mapping[str, object]) -> KindRule:
        """Change the settings of a kind; everybody is settled anew from the evidence kept."""
        act(book.set_kind, actor, name, changes)
        return self._kind(name)

    def reset_kind(self, actor: Actor, name: str) -> KindRule:
        """Give a kind its default settings back."""
        act(book.reset_kind, actor, name)
        return self._kind(name)

    def block(self, actor: Actor, identifier: str, reason: str) -> ValueRule:
        """Let an identifier (`email:contact@shop.fr`, or as seen) link nobody, for ever."""
        text, entered = self._identifier(identifier)
        return self._value_rule(act(book.block, actor, text, entered, reason))

    def allow(self, actor: Actor, identifier: str, most: int, reason: str) -> ValueRule:
        """Let an identifier be seen with up to `most` others before it is set aside."""
        text, entered = self._identifier(identifier)
        return self._value_rule(act(book.allow, actor, text, most, entered, reason))

    def declare_tablet(self, actor: Actor, source: str, reason: str) -> ValueRule:
        """Say that many people use the browsers and devices of a source (its id or name), so that these never link.

        Raises `InvalidInput` (`no_such_source`, `no_reason`).
        """
        asked = source.strip().casefold()
        found = next((one for one in self._log.sources() if asked in (one.id.casefold(), one.name.casefold())), None)
        if found is None:
            names = ", ".join(one.name for one in self._log.sources()[:20])
            raise InvalidInput(
                "no_such_source", f"There is no source “{source[:80]}”.", "A tablet sends its events from a source.",
                f"Take one of these: {names}.", 422,
            )  # fmt: skip
        return self._value_rule(act(book.declare_tablet, actor, found.id, found.name, reason))

    def withdraw_rule(self, actor: Actor, rule: str) -> None:
        """Take back the rule of a value."""
        act(book.withdraw_rule, actor, rule)

    def renew_rule(self, actor: Actor, rule: str) -> ValueRule:
        """Let a rule of a value hold again that was taken back."""
        return self._value_rule(act(book.renew_rule, actor, rule))

    @staticmethod
    def labels(identifiers: Sequence[str], personal: bool = False) -> tuple[str, ...]:
        """Each of these identifiers in one line, as this reader may see it."""
        found = labels(identifiers, personal)
        return tuple(found[text] for text in identifiers)

    def wait(self, correction: Decided) -> bool:
        """Wait a moment until the worker has applied a correction; whether it has."""
        until = SYSTEM_CLOCK.now() + _PATIENCE
        holds = correction.withdrawn_at == 0
        while directions.known([correction.id]).get(correction.id) is not holds:
            if SYSTEM_CLOCK.now() > until:
                return False
            time.sleep(_UNTIL)
        return True

    def _known(self, customer: str) -> tuple[int, Sequence[tuple[int, str]]]:
        number, known = self._customers.identifiers(customer=customer)
        if not number:
            raise NotFound("no_such_customer", "There is no such customer.", status=404)
        return int(number), known

    def _told(self, number: str) -> Decided:
        found = decided.correction(number)
        assert found is not None  # it was just written
        return explaining.tell([found], personal=False)[0]

    def _kind(self, name: str) -> KindRule:
        return next(one for one in self.kinds() if one.name == name)

    def _value_rule(self, number: str) -> ValueRule:
        return next(one for one in decided.value_rules() if one.id == number)

    def _identifier(self, text: str) -> tuple[str, str]:
        """An identifier as the log knows it, and the value as it was entered ('' when it came as seen)."""
        kind, _, value = text.strip().partition(":")
        if kind in PERSONAL_KINDS and value.startswith("#"):
            return f"{kind}:{value}", ""
        found = seen(kind, value, self._home.secret, self._home.region) if kind in KINDS else None
        if found is None:
            raise _not_an_identifier(text)
        return str(found), value.strip()

    def _aside(self, nodes: Sequence[Node], personal: bool) -> tuple[Aside, ...]:
        around = queries.sightings_of(node.key for node in nodes)
        keys = {key for row in around.values() for key, _ in row}
        tier = {node.key: node.tier for node in queries.by_keys(keys).values()}
        values = records.of_identifiers([node.text for node in nodes], personal)
        ruled, own = directions.read_rules(), {one.subject: one.id for one in decided.value_rules()}
        found = []
        for node, one in zip(nodes, shown(nodes, values), strict=True):
            others, limit = around.get(node.key, []), ruled.limit(node.text)
            counted = [at for key, at in others if node.tier >= WEAK or tier.get(key, WEAK) < node.tier]
            since = counted[limit] if len(counted) > limit else 0
            if not since and node.state == rules.SHARED and len(others) > rules.CROWDED_ABOVE:
                since = others[rules.CROWDED_ABOVE][1]
            found.append(
                Aside(node.text, one.kind, one.shown, STATES[node.state], len(others), limit,
                      others[0][1] if others else 0, since, own.get(node.text, ""))
            )  # fmt: skip
        return tuple(found)


def _side(found: Customer, nodes: Sequence[Node]) -> Side:
    return Side(
        found.id, found.name, nodes[0].text, found.known, len(found.identifiers), found.events, found.orders,
        found.revenue, found.first_at, found.last_at,
    )  # fmt: skip


def _is_personal(subject: str) -> bool:
    return subject.partition(":")[0] in PERSONAL_KINDS


def _place(after: str | None) -> tuple[int, int] | None:
    if not after:
        return None
    state, _, key = after.partition(".")
    if not (state.isdecimal() and key.isdecimal() and len(key) < 20):
        raise InvalidInput("bad_cursor", "This place in the list is not known.", fix="Begin at the first page.")
    return int(state), int(key)


def _not_an_identifier(text: str) -> ChoralError:
    return InvalidInput(
        "not_an_identifier", "This is no identifier.", f"“{text[:80]}” is not a kind and a value, or means nobody.",
        "Write it as kind:value, such as email:contact@shop.fr or phone:0123456789.", 422,
    )  # fmt: skip
