"""Sends what waits for one destination: reads the log, makes calls, posts a batch, notes what became of it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import connections

from choral import outbound
from choral.books import SYSTEM, act
from choral.connectors.forwarding import actions, rules
from choral.connectors.forwarding.values import PLAIN, DeadLetter, Destination, Tried
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import ChoralError
from choral.core.ids import digest
from choral.customers.door import Customers
from choral.customers.records.queries import of_identifiers
from choral.events import dedupe
from choral.events.lake.rows import Placed, placed
from choral.events.store import EventLog
from choral.home import Home

_READ = 500  # events of the log at once
_CONTACT = ("email", "phone")


class _Batch(NamedTuple):
    """Events in hand and the position up to which the log is done with when they are taken."""

    events: list[Placed]
    upto: int


class Sender:
    """Everything that sending needs of the shop."""

    def __init__(self, home: Home, log: EventLog, customers: Customers) -> None:
        self._home = home
        self._log = log
        self._customers = customers

    def secret(self, destination: Destination) -> bytes:
        """What signatures are made with, as text that the other side is given; not kept anywhere."""
        made = digest(self._home.secret + f"forwarding:{destination.id}:{destination.generation}".encode())
        return f"whsec_{made.hex()}".encode()

    def deliver(self, destination: Destination) -> bool:
        """One batch; whether it went through and more may follow. Sent again after a crash with the same ids."""
        upto = self._customers.status().position
        batch = self._next(destination, upto)
        if not batch.events:
            if batch.upto > destination.position:
                return act(actions.note_taken, SYSTEM, destination.id, destination.position, batch.upto, 0)
            return False
        calls = self.calls(destination, batch.events)
        fitting = rules.fitting(calls, destination.size)
        if len(fitting) < len(calls):
            batch = _Batch(batch.events[: len(fitting)], batch.events[len(fitting) - 1].position)
        answer, problem = self._post(destination, fitting)
        return self._noted(destination, batch, answer, problem)

    def resend(self, destination: Destination, line: DeadLetter) -> Tried:
        """What it did not take, once more; the same ids as ever."""
        found = [
            one for one in self._between(line.first - 1, line.last, line.last - line.first + 1)
            if rules.wanted(one, destination.settings)
        ]  # fmt: skip
        if not found:
            return Tried(None, "Nothing of it is in the log any more.", True)
        answer, problem = self._post(destination, self.calls(destination, found))
        return _tried(answer, problem)

    def test(self, destination: Destination) -> Tried:
        """A call that stands for nothing, so that both sides can be looked at."""
        now = SYSTEM_CLOCK.now()
        said: dict[str, object] = {"type": "track", "event": "Choral Test", "anonymousId": "nobody", "properties": {},
                "messageId": f"test-{now}"}  # fmt: skip
        answer, problem = self._post(destination, [said])
        return _tried(answer, problem)

    def calls(self, destination: Destination, events: Sequence[Placed]) -> list[dict[str, object]]:
        """The events as the destination gets them."""
        contacts = self._contacts(destination, events)
        secret = digest(self._home.secret + f"forwarding-ids:{destination.id}".encode())
        return [rules.call(one, destination.settings, secret, contacts.get(one.position)) for one in events]

    def newest(self, destination: Destination, most: int) -> list[dict[str, object]]:
        """The last events that were meant for it, as it gets or got them; for looking."""
        head = self._customers.status().position
        found = [one for one in self._between(max(0, head - 200), head, 400) if rules.wanted(one, destination.settings)]
        return self.calls(destination, found[-most:])

    def _next(self, destination: Destination, upto: int) -> _Batch:
        if upto <= destination.position:
            return _Batch([], destination.position)
        batches = self._log.read(destination.position, _READ)
        last = min(upto, batches[-1].last) if batches else upto
        found = [
            one for one in self._between(destination.position, last, _READ) if rules.wanted(one, destination.settings)
        ]
        most = found[: destination.size]
        return _Batch(most, most[-1].position if len(most) < len(found) else last)

    def _between(self, after: int, upto: int, limit: int) -> list[Placed]:
        with connections["views"].cursor() as cursor:
            dedupe.prepare(cursor, cursor.db.vendor)
            twice = set(dedupe.excluded(cursor, after, upto))
        batches = self._log.read(after, limit)
        return placed(batches, after, upto, twice, frozenset(self._customers.withdrawn()))

    def _contacts(self, destination: Destination, events: Sequence[Placed]) -> Mapping[int, Mapping[str, str]]:
        """By position: what may be said plainly of the people who agreed; those who did not are left out."""
        if destination.settings.identifiers != PLAIN:
            return {}
        everyone = {one for item in events for one in item.event.ids}
        customers = self._customers.resolve(everyone)
        agreed = set(
            self._customers.consent.allowed(set(customers.values()), destination.settings.purpose, "email").allowed
        )
        about: dict[str, dict[str, str]] = {}
        mine = [one for one in everyone if customers.get(one) in agreed]
        for value in reversed(of_identifiers(mine, personal=True)):
            if value.field in _CONTACT:
                about.setdefault(customers[value.identifier], {})[value.field] = value.value
        found: dict[int, Mapping[str, str]] = {}
        for item in events:
            people = {customers.get(one) for one in item.event.ids}
            if people and people <= agreed:
                found[item.position] = about.get(next(iter(people)) or "", {})
        return found

    def _post(self, destination: Destination, calls: Sequence[dict[str, object]]) -> tuple[outbound.Answer | None, str]:
        now = SYSTEM_CLOCK.now()
        body = rules.body_of(calls, now)
        headers = rules.headers(body, self.secret(destination), destination.settings.write_key, now)
        try:
            answer = outbound.post(destination.settings.url, body, headers)
        except ChoralError as problem:
            return None, str(problem)
        return answer, f"HTTP {answer.status}: {answer.body[:200].decode('utf-8', 'replace')}"

    def _noted(self, destination: Destination, batch: _Batch, answer: outbound.Answer | None, problem: str) -> bool:
        before, status = destination.position, None if answer is None else answer.status
        meant = rules.AGAIN if status is None else rules.verdict(status, len(batch.events))
        if meant == rules.TAKEN:
            return act(actions.note_taken, SYSTEM, destination.id, before, batch.upto, len(batch.events))
        attempts = destination.attempts + 1
        if meant == rules.SMALLER:  # one of them may be to blame: half as many at once, until it stands alone
            half = max(1, len(batch.events) // 2)
            act(actions.note_refused, SYSTEM, destination.id, before, problem, 0, 0, half)
            return True
        if rules.given_up(status, attempts):
            first, last = batch.events[0].position, batch.events[-1].position
            act(actions.put_aside, SYSTEM, destination.id, before, first, last, len(batch.events), attempts, problem)
            return True
        asked = None if answer is None else answer.headers.get("retry-after")
        wait = rules.pause(attempts, asked, random.random())  # noqa: S311 - to spread attempts, no secret
        act(
            actions.note_refused, SYSTEM, destination.id, before, problem, attempts, SYSTEM_CLOCK.now() + wait,
            destination.size,
        )  # fmt: skip
        return False


def _tried(answer: outbound.Answer | None, problem: str) -> Tried:
    if answer is None:
        return Tried(None, problem, False)
    return Tried(answer.status, problem[:300], 200 <= answer.status < 300)
