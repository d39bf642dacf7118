"""Findings and their causes in the console: told, put away with a way back, taken apart into parts that add up."""

from __future__ import annotations

import re
from typing import Any

import pytest

from choral import Shop
from choral.analytics.findings import sentences
from choral.core.money import Money
from choral.interfaces.web import formats
from tests.interfaces.web.test_console_lists import text_of


def test_every_finding_stands_on_the_page_with_its_evidence_and_a_next_step(console: Shop, sign_in: Any) -> None:
    found = console.analytics.findings.all()
    assert found.rows
    client = sign_in("analyst")
    page = text_of(client.get("/measure/findings"))
    for one in found.rows:
        assert sentences.headline(one, "en", found.currency, "Counter at the door") in page
        for line in sentences.evidence(one, "en", found.currency):
            assert line in page
    body = client.get("/measure/findings").content.decode()
    steps = {url.replace("&amp;", "&") for url in re.findall(r'<a class="button(?: primary)?" href="([^"]+)"', body)}
    assert len(steps) >= 2
    for url in steps:
        assert client.get(url).status_code == 200


def test_a_finding_is_put_away_with_a_way_back(console: Shop, sign_in: Any) -> None:
    client, room = sign_in("marketer"), console.analytics.findings
    key = room.all().rows[0].key
    page = client.post(f"/measure/findings/{key}/put-away", follow=True)
    assert f"/measure/findings/{key}/bring-back" in page.content.decode()
    assert key in [one.key for one in room.all().put_away]
    client.post(f"/measure/findings/{key}/bring-back")
    assert key in [one.key for one in room.all().rows]


def test_who_may_only_look_cannot_put_away(console: Shop, sign_in: Any) -> None:
    key = console.analytics.findings.all().rows[0].key
    assert sign_in("agent").post(f"/measure/findings/{key}/put-away").status_code == 403


def test_the_overview_shows_the_first_findings_once_they_are_ready_and_waits_for_none(
    console: Shop, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in("owner")
    room = console.analytics.findings

    def never(*_: object) -> None:
        raise AssertionError("the overview worked findings out itself")

    first = sentences.headline(room.all().rows[0], "en", "EUR", "Counter at the door")
    monkeypatch.setattr("choral.analytics.findings.door.search", never)
    assert first in text_of(client.get("/"))
    monkeypatch.setattr(type(room), "prepared", lambda self: None)
    assert first not in text_of(client.get("/"))


def test_the_parts_of_a_change_on_the_page_sum_to_it(console: Shop, sign_in: Any) -> None:
    client = sign_in("analyst")
    found = console.analytics.findings.why("sales", "store")
    page = text_of(client.get("/measure/why?metric=sales&by=store"))
    for part in found.parts:
        assert formats.money(Money(round(part.effect), found.currency)) in page
    assert sum(part.effect for part in found.parts) == found.after - found.before
    exported = client.get("/measure/why?metric=sales&by=store&export=csv")
    exported = b"".join(exported.streaming_content).decode("utf-8-sig")
    assert len(exported.strip().splitlines()) == len(found.parts) + 1


def test_days_given_the_wrong_way_round_are_turned(console: Shop, sign_in: Any) -> None:
    day = console.analytics.as_of().until
    assert day is not None
    page = sign_in("analyst").get(f"/measure/why?since={day}&until={day.replace(day=1)}&before_since=rubbish")
    assert page.status_code == 200
    assert page.context["why"].since == day.replace(day=1)
