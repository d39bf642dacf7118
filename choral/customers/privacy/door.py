"""The door of privacy: what pages, API, command line and notebook may do for a person's rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from choral.books import Actor, act
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import NotFound
from choral.customers.privacy import actions, erasing, queries, restoring, writing
from choral.customers.privacy.collecting import Told, everything
from choral.customers.privacy.erasing import MakeFigures
from choral.customers.privacy.person import Person, person_of
from choral.customers.privacy.queries import Erasure
from choral.customers.privacy.tombstones import Tombstone
from choral.events.store import EventLog
from choral.home import Home


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

    def __init__(self, home: Home, log: EventLog) -> None:
        self._home = home
        self._log = log

    def person(self, text: str) -> Person:
        """Who is meant; `NotFound` `nobody_found`."""
        return person_of(self._home, text)

    def told(self, text: str) -> Told:
        """Everything about a person, section by section; nothing is written."""
        return everything(self._home, self._log, self.person(text))

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

    def work(self, figures: MakeFigures) -> int:
        """Do the erasures that are due, and go on with those a crash cut off; how many. The worker's."""
        due = queries.erasures_due(SYSTEM_CLOCK.now())
        for one in due:
            erasing.run(self._home, self._log, one.id, figures)
        return len(due)

    def forget_again(self, stones: Sequence[Tombstone], figures: MakeFigures) -> int:
        """Erase in a restored home whoever was erased after its backup was taken; how many. Before it is served."""
        return restoring.forget_again(self._home, self._log, stones, figures)
