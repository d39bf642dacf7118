"""The door of privacy: what pages, API, command line and notebook may do for a person's rights."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from choral.books import Actor, act
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import InvalidInput, NotFound
from choral.customers.privacy import actions, classes, erasing, queries, restoring, retention, saying_no, writing
from choral.customers.privacy.collecting import Concluded, Told, everything
from choral.customers.privacy.contract import Kept, rooms
from choral.customers.privacy.erasing import MakeFigures
from choral.customers.privacy.person import Person, person_of
from choral.customers.privacy.queries import Erasure, Request, Run
from choral.customers.privacy.retention import Retained
from choral.customers.privacy.tombstones import Tombstone
from choral.customers.records.actions import rectify
from choral.customers.records.queries import of_identifiers
from choral.customers.records.rules import field_name, masked
from choral.customers.values import Customer
from choral.events.schema.personal import PERSONAL_FIELDS, PERSONAL_TRAITS
from choral.events.store import EventLog
from choral.home import Home

HIDDEN = "•••"


@dataclass(frozen=True)
class Foreseen:
    """What an erasure would take: how many things where (`places`), and whom it is about."""

    customer: str
    identifiers: tuple[str, ...]
    places: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.places.values())


class Privacy:
    """A person's rights. People are named by any identifier: customer id, e-mail, telephone, card, `kind:value`."""

    def __init__(self, home: Home, log: EventLog, concluded: Concluded) -> None:
        self._home = home
        self._log = log
        self._concluded = concluded

    def person(self, text: str) -> Person:
        """Who is meant; `NotFound` `nobody_found`."""
        return person_of(self._home, text)

    def told(self, text: str) -> Told:
        """Everything about a person, section by section; nothing is written."""
        return everything(self._home, self._log, self.person(text), self._concluded)

    def export(self, text: str, actor: Actor) -> bytes:
        """The same as a ZIP: JSON, a CSV a section, and pages to read in English, French and Italian.

        It is made in memory and kept nowhere; that it was given is a line of the audit log.
        """
        told = self.told(text)
        act(actions.note_export, actor, told.customer or "unknown", len(told.sections), told.rows)
        return writing.archive(told, self._home.name)

    def would_erase(self, text: str) -> Foreseen:
        """What an erasure would take, place by place; nothing is changed. Reads the whole log: seconds for millions."""
        person = self.person(text)
        return Foreseen(person.customer, person.traces.identifiers, erasing.would_erase(self._home, self._log, person))

    def erase(
        self, text: str, actor: Actor, *, reason: str = "asked", never_again: bool = False,
        minutes: int = actions.UNDO_MINUTES,
    ) -> Erasure:  # fmt: skip
        """Ask for a person's erasure: the worker does it `minutes` from now; until then `cancel` takes it back.

        `never_again`: later events with these identifiers are dropped; else they are a new, unknown person's.
        """
        person = self.person(text)
        made = act(
            actions.ask_erasure, actor, person.customer, person.traces, reason=reason, never_again=never_again,
            minutes=minutes,
        )  # fmt: skip
        return self.erasure(made)

    def cancel(self, erasure_id: str, actor: Actor) -> Erasure:
        """Take an erasure back while it waits; `Conflict` `erasure_begun` afterwards."""
        act(actions.cancel_erasure, actor, erasure_id)
        return self.erasure(erasure_id)

    def erasure(self, erasure_id: str) -> Erasure:
        """How an erasure stands; when it is done this is its certificate: what, when, counts, nothing personal."""
        found = queries.erasure(erasure_id)
        if found is None:
            raise NotFound("no_such_erasure", "There is no such erasure.", status=404)
        return found

    def erasures(self, limit: int = 200) -> list[Erasure]:
        """All erasures, the newest first."""
        return queries.erasures(limit)

    def waiting_erasures(self, customer: str) -> list[Erasure]:
        """A customer's erasures that are asked for and not yet done."""
        return queries.erasures_of(customer)

    def work(self, figures: MakeFigures) -> int:
        """Do the erasures that are due, and go on with those a crash cut off; how many. The worker's."""
        due = queries.erasures_due(SYSTEM_CLOCK.now())
        for one in due:
            erasing.run(self._home, self._log, one.id, figures)
        return len(due)

    def rectify(self, text: str, field: str, value: str, actor: Actor) -> Person:
        """Put a value right, personal or a trait; the audit log keeps which field, never the value.

        A trait's value is read as JSON where it is a number, true or false; it counts once the worker has seen it.
        Identifiers that are not the person's are held apart by `customers.identity.keep_apart`.
        """
        person, name = self.person(text), field_name(field)
        if not name or not person.customer:
            raise InvalidInput("nothing_to_correct", "There is nothing to correct.", fix="Name a customer and a field.")
        held = [one.identifier for one in of_identifiers(person.traces.identifiers, True) if one.field == name]
        if held or name in PERSONAL_FIELDS | PERSONAL_TRAITS:
            act(rectify, actor, (held or person.traces.identifiers)[0], name, value)
        else:
            act(actions.rectify_trait, actor, person.traces.identifiers[0], field.strip()[:120], _read(value))
        return person

    def restrict(self, text: str, kind: str, actor: Actor) -> Person:
        """A person says no to `processing` (all of it), `profiling` or `marketing`: kept, but not used any more."""
        person = self.person(text)
        act(actions.restrict, actor, person.traces.identifiers, kind)
        return person

    def lift(self, text: str, kind: str, actor: Actor) -> Person:
        """The person takes that back."""
        person = self.person(text)
        act(actions.lift, actor, person.traces.identifiers, kind)
        return person

    def restrictions(self, identifiers: Sequence[str]) -> dict[str, int]:
        """What the person of these identifiers said no to, and since when (µs UTC)."""
        found: dict[str, int] = {}
        for one in queries.restrictions_of(identifiers):
            found.setdefault(one.kind, one.since)
        return found

    def restricted(self, use: str = "processing", among: Collection[int] | None = None) -> set[int]:
        """The customers (numbers) to leave out of `processing`, `profiling` or `marketing`, minors among the
        latter two; one set for all, or for some of them. Every room that uses what is known of people asks this."""
        return saying_no.restricted(use, self._home.region, among)

    def may_use(self, identifiers: Sequence[str], use: str = "processing") -> bool:
        """The same for one person."""
        return saying_no.may_use(identifiers, use, self._home.region)

    def too_young(self, identifiers: Sequence[str]) -> bool:
        """Whether a known birthday says that the person is a minor in the shop's country."""
        return saying_no.too_young(identifiers, self._home.region)

    def open_request(self, kind: str, text: str, actor: Actor) -> Request:
        """Note that a person uses a right (access, rectification, erasure, restriction, portability, objection)."""
        return self.request(act(actions.open_request, actor, kind, self.person(text).customer))

    def close_request(self, request_id: str, actor: Actor, answered: bool = True) -> Request:
        """It was answered, or refused."""
        self.request(request_id)
        act(actions.close_request, actor, request_id, answered)
        return self.request(request_id)

    def reopen_request(self, request_id: str, actor: Actor) -> Request:
        """It was closed by mistake."""
        act(actions.reopen_request, actor, request_id)
        return self.request(request_id)

    def request(self, request_id: str) -> Request:
        """One request; `NotFound` without."""
        found = queries.request(request_id)
        if found is None:
            raise NotFound("no_such_request", "There is no such request.", status=404)
        return found

    def requests(self, state: str | None = None) -> list[Request]:
        """Requests, the soonest due first among the open ones."""
        return queries.requests(state)

    def retention(self, counted: bool = False) -> list[Retained]:
        """The rules of retention; `counted`: with what each would take now (a rehearsal, nothing is changed)."""
        return retention.rules(self._home, self._log, counted)

    def keep_for(self, category: str, days: int | None, reason: str, actor: Actor) -> None:
        """Change a rule, and switch it on: a category is kept so many days (None: for ever), for a reason."""
        retention.check(category, days)
        act(actions.keep_for, actor, category, days, reason)

    def retain(self) -> int:
        """Apply the rules; how much went. The worker's, once a day."""
        return retention.apply(self._home, self._log)

    def retention_runs(self) -> list[Run]:
        """What the rules have done, the newest first."""
        return queries.runs()

    def register(self) -> list[tuple[str, Kept]]:
        """What is kept where, what for and until when (GDPR art. 30), as the rooms themselves say."""
        return [(room.label, kept) for room in rooms() for kept in room.kept]

    def classes(self) -> dict[str, str]:
        """The class of every field somebody has classified or the house knows."""
        return {**classes.DEFAULTS, **queries.classified()}

    def classify(self, field: str, level: str, actor: Actor) -> None:
        """Say of which class a field is: public, internal, personal or sensitive."""
        act(actions.classify, actor, field, level)

    def sees(self, role: str, field: str, record: bool = True) -> bool:
        """Whether a role sees a field's values whole."""
        return classes.may_see(role, classes.class_of(field, queries.classified(), record))

    def shown(self, customer: Customer, role: str) -> Customer:
        """A customer as a role sees it: values of a higher class than the role's are masked."""
        changed = queries.classified()

        def whole(field: str, record: bool) -> bool:
            return classes.may_see(role, classes.class_of(field, changed, record))

        records = tuple(
            one if whole(one.field, True) else replace(one, value=masked(one.field, one.value))
            for one in customer.records
        )
        traits = tuple(one if whole(one.field, False) else replace(one, value=HIDDEN) for one in customer.traits)
        return replace(customer, records=records, traits=traits)

    def unmask(self, customer: str, reason: str, actor: Actor) -> None:
        """Note that somebody who sees a customer masked looks at everything once, and why."""
        act(actions.note_unmasking, actor, customer, reason)

    def forget_again(self, stones: Sequence[Tombstone], figures: MakeFigures) -> int:
        """Erase in a restored home whoever was erased after its backup was taken; how many. Before it is served."""
        return restoring.forget_again(self._home, self._log, stones, figures)


def _read(value: str) -> object:
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, int | float) else value
