"""What every view keeps: it is what the log says, in whatever steps it was read, and nothing else.

Subclass `ViewPromises` and give it a `told` fixture (a shop to tell events to) on the engine to be held.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from choral.core.event import Event
from choral.customers import consumer
from choral.customers.consumer import consume, rebuild
from tests.customers.told import START, Told, append, dump, event, persons

KILLED = """
import sys
from choral import open_shop
from choral.customers.consumer import consume
shop = open_shop(sys.argv[1])
print("ready", flush=True)
while consume(shop.home, shop.log, 40):
    pass
print("done", flush=True)
"""


def happenings(count: int, seed: int = 1) -> list[Event]:
    """What a small town does: people with cards, mails and browsers they partly share; repeated and late events."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        person = chance.randrange(max(4, count // 8))
        pool = [
            f"user:u{person}", f"card:{person}", f"email:#{person // 2 if chance.random() < 0.05 else person}",
            f"device:d{person // 3}", f"anonymous:a{person}-{chance.randrange(3)}",
        ]  # fmt: skip
        ids = [one for one in pool if chance.random() < 0.45]
        kind = chance.choice(["Page Viewed", "Order Completed", "Order Refunded", "Customer Identified"])
        amount = chance.randrange(1, 9_000) if kind.startswith("Order") else None
        found.append(
            event(
                number if chance.random() > 0.03 else chance.randrange(number + 1),
                *ids,
                name=kind,
                at=chance.randrange(10_000_000),
                channel=chance.choice(["web", "store", "app"]),
                amount=amount,
                currency=chance.choice(["EUR", "CHF"]) if amount else None,
                properties={"order_id": f"o{number}", "plan": chance.choice("abc"), "store_id": person % 3},
            )
        )
    return found


def spread(told: Told, events: list[Event], seed: int = 2) -> None:
    """Into the log in batches of any size, from three sources."""
    chance = random.Random(seed)
    rest = list(events)
    while rest:
        size = chance.randrange(1, 9)
        append(told.shop, chance.choice(["web", "till", "import-1"]), rest[:size])
        rest = rest[size:]


class ViewPromises:
    """The promises; `told` must be given."""

    def test_rebuilt_from_the_log_a_view_has_the_same_bytes(self, told: Told) -> None:
        spread(told, happenings(300))
        told.consume(37)
        before = dump()
        assert rebuild(told.shop.home, told.shop.log) == told.shop.log.head()
        assert dump() == before

    @pytest.mark.parametrize("most", [1, 7, 10_000])
    def test_the_size_of_the_steps_makes_no_difference(self, told: Told, most: int) -> None:
        spread(told, happenings(120))
        told.consume(50)
        before = dump()
        told.shop.customers.status()
        consumer.empty()
        told.consume(most)
        assert dump() == before

    def test_the_order_in_which_events_arrive_makes_no_difference_to_what_is_concluded(self, told: Told) -> None:
        events = [one for number, one in enumerate(happenings(200, seed=5)) if one.id == f"m{number}"]
        sent = [(f"s{number % 3}", one) for number, one in enumerate(events)]
        outcomes = []
        for seed in range(4):
            consumer.empty()
            random.Random(seed).shuffle(sent)
            skipped = told.shop.log.head()
            for source, one in sent:
                append(told.shop, source, [one])
            consume_after(told, skipped)
            outcomes.append(persons())
        assert outcomes[1:] == outcomes[:1] * 3

    def test_events_sent_again_change_nothing(self, told: Told) -> None:
        events = happenings(60)
        append(told.shop, "web", events)
        told.consume()
        before = persons()
        append(told.shop, "web", events[20:])
        append(told.shop, "web", events)
        told.consume()
        assert persons() == before

    def test_a_late_event_falls_into_its_place(self, told: Told) -> None:
        told.says("web", {"ids": ["user:1"], "at": START + 500}, {"ids": ["user:1"], "at": START + 300})
        told.says("till", {"ids": ["user:1"], "at": START + 400}, {"ids": ["user:1"], "at": START + 100})
        times = [entry.at - START for entry in told.customers.timeline(told.one("user:1")).entries]
        assert times == [500, 400, 300, 100]
        found = told.customers.get(told.one("user:1"))
        assert (found.first_at - START, found.last_at - START) == (100, 500)

    def test_a_crash_between_records_and_views_is_as_if_it_had_not_happened(
        self, told: Told, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = [{"ids": [f"user:{n}"], "name": "Customer Identified", "traits": _traits(n)} for n in range(1, 21)]
        told.says("web", *said, consumed=False)
        with monkeypatch.context() as patched:
            patched.setattr("choral.customers.progress.save", _crash)
            with pytest.raises(KeyboardInterrupt):
                consume(told.shop.home, told.shop.log)
        assert dump()["records"], "the records are kept before the views"
        assert dump()["identity_identifier"] == []
        assert any(batch.personal for batch in told.shop.log.read(0)), "the log still has what the views need"
        told.consume()
        resumed = dump()
        assert not any(batch.personal for batch in told.shop.log.read(0))
        rebuild(told.shop.home, told.shop.log)
        assert dump() == resumed
        assert len(resumed["identity_identifier"]) == 40

    def test_killed_with_minus_nine_in_the_middle_it_ends_where_an_undisturbed_run_does(self, told: Told) -> None:
        spread(told, happenings(1_500))
        program = [sys.executable, "-c", KILLED, str(told.shop.home.path)]
        kills = 0
        for attempt in range(3):
            with subprocess.Popen(program, stdout=subprocess.PIPE, env=os.environ.copy()) as process:
                assert process.stdout is not None
                assert process.stdout.readline() == b"ready\n"
                time.sleep(0.02 + 0.03 * attempt)
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
                    kills += 1
        assert kills >= 2, "the consumer was too quick to be killed"
        told.consume()
        resumed = dump()
        consumer.empty()
        told.consume()
        assert dump() == resumed


def _traits(number: int) -> dict[str, Any]:
    return {"first_name": f"Ann{number}", "email": f"ann{number}@example.com", "plan": "gold"}


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


def consume_after(told: Told, position: int, most: int = 25) -> None:
    """As if the log began here."""
    from django.db import connections, transaction

    from choral.customers import progress

    with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
        progress.save(cursor, progress.POSITION, position)
    told.consume(most)
