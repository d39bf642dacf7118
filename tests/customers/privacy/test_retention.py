"""What is older than its category allows goes; first it can be counted, and nobody is erased unless asked for."""

from __future__ import annotations

import io
import os

import pytest

from choral.books import Actor
from choral.connectors.values import Changes
from choral.core.clock import DAY, SYSTEM_CLOCK
from choral.core.errors import InvalidInput
from choral.customers.consumer import rebuild
from choral.events.store import Batch, Rejected
from tests.customers.privacy.test_canaries import _flush as flush
from tests.customers.privacy.test_erasure import lake_rows
from tests.customers.told import Told, dump

STAFF = Actor("member:1")


def counts(told: Told) -> dict[str, int | None]:
    return {one.category: one.count for one in told.customers.privacy.retention(counted=True)}


def test_refused_events_go_when_they_are_old_and_the_rehearsal_says_how_many(told: Told) -> None:
    now = SYSTEM_CLOCK.now()
    for age in (100, 91, 10):
        told.shop.log.append([Batch("web", now - age * DAY, 0, b"", None, (Rejected("no_name", "m", b"{}"),))])
    assert counts(told)["refused_events"] == 2
    assert len(told.shop.log.every_rejected()) == 3, "a rehearsal changes nothing"
    privacy = told.customers.privacy
    assert privacy.retain() == 2
    assert privacy.retain() == 0
    assert [(one.category, one.count) for one in privacy.retention_runs()] == [("refused_events", 2)]


def test_files_nobody_came_back_for_and_old_refused_rows_are_deleted(told: Told) -> None:
    connectors, privacy = told.shop.connectors, told.customers.privacy
    connectors.upload("waiting.csv", io.BytesIO(b"number;email\n1;a@b.fr\n"), STAFF)
    bad = connectors.upload("bad.csv", io.BytesIO(b"number;email\n1;nomail\n"), STAFF)
    connectors.describe(bad.id, Changes(kind="customers"), STAFF)
    connectors.run(bad.id, STAFF)
    folder = told.shop.home.path / "imports"
    there = sorted(os.listdir(folder))
    assert counts(told)["waiting_files"] == 0
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE connectors_import SET created_at = 0, finished_at = 1")
    assert (counts(told)["waiting_files"], counts(told)["refused_rows"]) == (1, 1)
    assert sorted(os.listdir(folder)) == there
    privacy.retain()
    assert not [name for name in os.listdir(folder) if name != "running.lock"]


def test_nobody_is_erased_for_being_silent_until_somebody_switched_that_on(told: Told) -> None:
    old = SYSTEM_CLOCK.now() - 4 * 365 * DAY
    told.says("till", {"name": "Order Completed", "ids": ["card:old"], "at": old, "properties": {"total": 5.0}})
    told.says("mail", {"name": "Email Opened", "ids": ["card:old"], "at": SYSTEM_CLOCK.now() - DAY})
    told.says("till", {"name": "Order Completed", "ids": ["card:new"], "at": SYSTEM_CLOCK.now() - DAY})
    privacy = told.customers.privacy
    assert counts(told)["inactive_customers"] == 1, "a mail that was opened is no doing of theirs"
    assert (privacy.retain(), privacy.erasures()) == (0, [])
    privacy.keep_for("inactive_customers", 3 * 365, "as the register says", STAFF)
    assert privacy.retain() == 1
    assert [(one.reason, one.state, one.customer) for one in privacy.erasures()] == [
        ("inactive", "waiting", told.one("card:old"))
    ]
    assert privacy.retain() == 0, "asked for once"


def test_a_rule_can_be_changed_with_its_reason_or_switched_off(told: Told) -> None:
    privacy = told.customers.privacy
    privacy.keep_for("refused_events", None, "the auditor is here", STAFF)
    rule = {one.category: one for one in privacy.retention()}["refused_events"]
    assert (rule.days, rule.active, rule.reason, rule.by) == (None, False, "the auditor is here", "member:1")
    with pytest.raises(InvalidInput):
        privacy.keep_for("refused_events", 0, "", STAFF)
    with pytest.raises(InvalidInput):
        privacy.keep_for("no such", 5, "", STAFF)


def test_old_visits_stay_as_visits_without_what_was_looked_at(told: Told) -> None:
    now = SYSTEM_CLOCK.now()
    said = {"name": "Products Searched", "ids": ["card:1"], "properties": {"query": "old-secret", "campaign_id": "c1"}}
    told.says("web", said | {"at": now - 800 * DAY}, said | {"at": now - DAY, "properties": {"query": "new-word"}})
    told.says("till", {"name": "Order Completed", "ids": ["card:1"], "at": now - 900 * DAY,
                       "properties": {"order_id": "o1", "total": 5.0, "currency": "EUR"}})  # fmt: skip
    flush(told.shop)
    privacy = told.customers.privacy
    assert counts(told)["visits"] == 1
    assert privacy.retain() == 0, "a proposal until somebody switches it on"
    privacy.keep_for("visits", 750, "as the register says", STAFF)
    assert privacy.retain() == 1
    assert privacy.retain() == 0
    left = repr((dump(), told.shop.log.read(0), lake_rows(told, "events")))
    assert "old-secret" not in left and "new-word" in left and "c1" in left
    found = told.customers.get(told.one("card:1"))
    assert (found.events, found.orders) == (3, 1)
    before = dump()
    rebuild(told.shop.home, told.shop.log)
    assert dump() == before
