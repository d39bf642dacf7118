"""The door of privacy: what pages, API, command line and notebook may do for a person's rights."""

from __future__ import annotations

from choral.books import Actor, act
from choral.customers.privacy import writing
from choral.customers.privacy.actions import note_export
from choral.customers.privacy.collecting import Told, everything
from choral.customers.privacy.person import Person, person_of
from choral.events.store import EventLog
from choral.home import Home


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
        act(note_export, actor, told.customer or "unknown", len(told.sections), told.rows)
        return writing.archive(told, self._home.name)
