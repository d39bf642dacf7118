"""The worker's part: columns brought up, new and changed audiences filled, floods taken set-based, the rest followed.

`follow` runs beside the consumer, in its thread; `keep` in the slow lane. Both may be cut anywhere and done again.
"""

from __future__ import annotations

import time
from datetime import date

from django.db import connections, transaction

from choral.books import SYSTEM, act
from choral.customers import progress
from choral.customers.audiences import actions, catalogue, queries
from choral.customers.audiences.live import fill, follow
from choral.customers.audiences.reading import Offered, Reading
from choral.home import Home

FLOOD = 20_000  # customers waiting to be looked at: above it one query for all costs less
_SHARE = 5.0  # columns are made no more than a fifth of the time, however big they are
_CATALOGUE = "audiences_catalogue"


class Keeper:
    """Keeps the audiences of a home; one in a worker."""

    def __init__(self, home: Home, reading: Reading, offered: Offered) -> None:
        self._home = home
        self._reading = reading
        self._offered = offered
        self._rest_until = 0.0
        self._sized: date | None = None
        self._marks: dict[str, str] = {}

    def follow(self) -> bool:
        """Look at some of those who are due; whether there were any."""
        looked = follow.step(self._offered.beside(), self._home.time_zone)
        return looked.customers > 0

    def keep(self) -> bool:
        """One round; whether something was done."""
        if not queries.in_use():
            return False
        fill.watch()
        self._begin_again_what_changed_beside()
        done = self._refresh()
        done = self._fill() or done
        if done or self._sized != self._reading.now().today:
            self._note_sizes()
        return done

    def _refresh(self) -> bool:
        if not self._reading.behind() or time.monotonic() < self._rest_until:
            return False
        begun = time.monotonic()
        self._reading.refresh()
        self._rest_until = time.monotonic() + _SHARE * (time.monotonic() - begun)
        return True

    def _fill(self) -> bool:
        columns, counting = self._reading.counting()
        if columns.identity != progress.read(progress.VERSION) and self._reading.behind():
            return False  # who is who has changed since: soon they will know
        moment = self._reading.now()
        self._take_flood(columns.position, moment.now)
        waiting = fill.pending(columns.position)
        if not waiting or not fill.fill_matchers(counting, columns.position, moment, self._home.currency):
            return False
        for one in waiting:
            fill.fill(one, counting, columns.position, moment)
        return True

    def _take_flood(self, reached: int, now: int) -> None:
        if follow.waiting(now) <= FLOOD or reached < progress.read(progress.POSITION):
            return
        with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
            fill.begin_again(cursor, [one.key for one in follow.ready(cursor)])
            cursor.execute("DELETE FROM following_due WHERE at <= %s AND position <= %s", [now, reached])

    def _begin_again_what_changed_beside(self) -> None:
        """An import of the catalogue changes what was bought; new predictions change who is what."""
        version = catalogue.version(self._home.lake)
        if version != progress.read(_CATALOGUE) - 1:
            fill.forget_lines(version + 1, _CATALOGUE)
        for name, one in self._offered.attributes.items():
            mark = one.mark()
            if self._marks.get(name, mark) != mark:
                fill.begin_again_asking(name)
            self._marks[name] = mark

    def _note_sizes(self) -> None:
        today = self._reading.now().today
        act(actions.note_sizes, SYSTEM, today)
        self._sized = today
