"""The door of forwarding: destinations, their state, and the sending in the background."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from choral import outbound
from choral.books import Actor, act
from choral.connectors.forwarding import actions, queries
from choral.connectors.forwarding.sending import Sender
from choral.connectors.forwarding.values import PLAIN, DeadLetter, Destination, Settings, Tried
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import InvalidInput
from choral.customers.door import Customers
from choral.events.door import Events
from choral.home import Home

_AT_ONCE = 4  # destinations; each of them one batch after the other


class Forwarding:
    """Events of the log passed on to other tools: in order for each, at least once, with stable ids."""

    def __init__(self, home: Home, events: Events, customers: Customers) -> None:
        self._events = events
        self._customers = customers
        self._sender = Sender(home, events.log, customers)
        self._threads: ThreadPoolExecutor | None = None
        self._busy: set[str] = set()
        self._guard = threading.Lock()
        self._closing = threading.Event()

    def destinations(self) -> tuple[Destination, ...]:
        """All of them, oldest first."""
        return tuple(queries.every(self._head()))

    def destination(self, destination: str) -> Destination:
        """One; `NotFound` `no_such_destination`."""
        return queries.one(destination, self._head())

    def add(self, actor: Actor, settings: Settings, since: int | None = None) -> Destination:
        """A new destination that gets what comes from now on, or what came in from `since` (µs UTC) on.

        Raises `InvalidInput`: `bad_address`, `private_address`, `no_name`, `no_purpose`; `NotFound`
        `no_such_purpose`, `no_such_source`.
        """
        self._check(settings)
        made = act(
            actions.add, actor, settings, self._events.log.head() if since is None else self._events.before(since)
        )
        return self.destination(made)

    def change(self, actor: Actor, destination: str, settings: Settings) -> Destination:
        """Other settings; raises what `add` raises."""
        self._check(settings)
        act(actions.change, actor, destination, settings)
        return self.destination(destination)

    def replay(self, actor: Actor, destination: str, since: int) -> Destination:
        """Send everything again that came in from a time (µs UTC) on; with the message ids of the first time."""
        act(actions.rewind, actor, destination, self._events.before(since))
        return self.destination(destination)

    def secret(self, destination: str) -> str:
        """What the destination checks signatures with."""
        return self._sender.secret(self.destination(destination)).decode()

    def newest(self, destination: str, most: int = 3) -> list[dict[str, object]]:
        """The last events meant for it, as it gets them."""
        return self._sender.newest(self.destination(destination), most)

    def test(self, destination: str) -> Tried:
        """Send it a call that stands for nothing."""
        return self._sender.test(self.destination(destination))

    def dead(
        self, destination: str, state: str = "open", before: int | None = None, limit: int = 50
    ) -> list[DeadLetter]:
        """What it did not take, newest first."""
        return queries.dead(destination, state, before, limit)

    def resend(self, actor: Actor, line: int) -> Tried:
        """Send one line of it once more; when it is taken, the line is done."""
        found = queries.dead_letter(line)
        tried = self._sender.resend(self.destination(found.destination), found)
        if tried.good:
            act(actions.settle, actor, line, "resent")
        return tried

    def deliver(self, destination: str) -> None:
        """Send until nothing waits or it does not take it. For one thread at a time."""
        while not self._closing.is_set() and destination in queries.due(SYSTEM_CLOCK.now(), self._head()):
            if not self._sender.deliver(self.destination(destination)):
                return

    def deliver_due(self) -> bool:
        """Begin with every destination that is due and not in hand; a slow one keeps none waiting. For the worker."""
        for destination in queries.due(SYSTEM_CLOCK.now(), self._customers.status().position):
            with self._guard:
                if destination in self._busy or self._closing.is_set():
                    continue
                self._busy.add(destination)
                if self._threads is None:
                    self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="forwarding")
            self._threads.submit(self._run, destination)
        return False

    def close(self) -> None:
        """Stop after the batches in hand."""
        self._closing.set()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)

    def _run(self, destination: str) -> None:
        try:
            self.deliver(destination)
        finally:
            connections.close_all()
            with self._guard:
                self._busy.discard(destination)

    def _head(self) -> int:
        return self._customers.status().position

    def _check(self, settings: Settings) -> None:
        outbound.check_url(settings.url)
        purposes = {one.key for one in self._customers.consent.purposes() if one.kind == "processing"}
        if settings.identifiers == PLAIN and settings.purpose not in purposes:
            raise InvalidInput(
                "no_purpose",
                "Personal data need a purpose that people can agree to.",
                f"“{settings.purpose[:60]}” is none of those for which data may be passed on.",
                f"Choose one of: {', '.join(sorted(purposes))}.",
                422,
            )
