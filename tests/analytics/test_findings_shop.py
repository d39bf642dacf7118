"""Findings of a whole shop: what was broken is told once, with its money; what is unfinished or put away is not."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from small_shop import fill, order, touch

from choral import Shop
from choral.analytics.door import Analytics
from choral.analytics.findings import sentences
from choral.analytics.findings.values import Finding
from choral.books import Actor
from choral.core.errors import InvalidInput, NotFound

FIRST, WEEKS = date(2026, 3, 2), 22  # a Monday
WHO = Actor("member:1")


def _orders(seed: int = 1, weeks: int = WEEKS, stores: tuple[str, ...] = ("1", "2")) -> list[dict[str, object]]:
    """Five to nine orders a day and store."""
    dice = np.random.default_rng(seed)
    found = []
    for day in range(7 * weeks):
        at = (FIRST + timedelta(days=day)).isoformat()
        for store in stores:
            found += [
                order(f"card:{dice.integers(1, 200)}", f"{at}T1{dice.integers(0, 8)}:00:00Z",
                      float(dice.integers(10, 50)), store=store)
                for _ in range(int(dice.integers(5, 10)))
            ]  # fmt: skip
    return found


def _after(event: dict[str, object], day: date) -> bool:
    return str(event["at"])[:10] >= day.isoformat()


def _store(event: dict[str, object]) -> object:
    return event["properties"]["store_id"]  # type: ignore[index]


def _broken(left: int = 5) -> list[dict[str, object]]:
    """Store 2 sells a fifth (or nothing) in its last week; a last Monday makes the weeks before it complete."""
    last = FIRST + timedelta(weeks=WEEKS)
    shut = last - timedelta(weeks=1)
    kept = [
        one for place, one in enumerate(_orders())
        if not (_store(one) == "2" and _after(one, shut)) or (left and place % left == 0)
    ]  # fmt: skip
    return [*kept, order("card:1", f"{last.isoformat()}T09:00:00Z", 20.0)]


def _changes(shop: Shop) -> list[Finding]:
    return [one for one in shop.analytics.findings.all().rows if one.kind == "change"]


def test_a_store_that_sold_far_less_last_week_is_told_with_its_money(shop: Shop) -> None:
    fill(shop, _broken())
    found = _changes(shop)[0]
    assert (found.metric, found.place.by, found.place.key, found.grain) == ("sales", "store", "2", "week")
    assert (found.since, found.until) == (date(2026, 7, 27), date(2026, 8, 2))
    assert found.money is not None
    assert found.money_low is not None
    assert found.money_high is not None
    assert found.money_low < found.money < found.money_high < 0
    assert found.money == pytest.approx(-0.8 * 7 * 7 * 29_50, rel=0.25)  # four in five of 7 orders a day of 29.50
    assert found.q is not None
    assert found.q <= 0.05


def test_a_store_that_sells_nothing_any_more_is_told_so_and_explains_the_loss_of_the_whole_shop(shop: Shop) -> None:
    fill(shop, _broken(0))
    (found,) = [one for one in shop.analytics.findings.all().rows if one.kind != "slipping_away"]
    assert (found.kind, found.place.key, found.since) == ("place_gone", "2", date(2026, 7, 27))
    assert {one.place.by for one in found.also} >= {"all"}
    assert found.share is not None
    assert found.share > 0.8


def test_one_cause_is_told_once(shop: Shop) -> None:
    fill(shop, _broken())
    found = _changes(shop)
    assert len(found) == 1
    assert {one.metric for one in found[0].also} >= {"orders"}


def test_a_shop_in_which_nothing_happens_is_told_nothing(shop: Shop) -> None:
    last = (FIRST + timedelta(weeks=WEEKS)).isoformat()
    fill(shop, [*_orders(), order("card:1", f"{last}T09:00:00Z", 20.0)])
    assert _changes(shop) == []
    assert shop.analytics.findings.all().looked_at > 20


def test_an_unfinished_week_is_no_loss(shop: Shop) -> None:
    monday = (FIRST + timedelta(weeks=WEEKS)).isoformat()
    fill(shop, [*_orders(), order("card:1", f"{monday}T09:00:00Z", 20.0, store="2")])
    found = shop.analytics.findings.all()
    assert found.until == date(2026, 8, 2)
    assert [one for one in found.rows if one.kind == "change"] == []


def test_an_empty_shop_is_told_nothing_and_asked_again(shop: Shop) -> None:
    found = shop.analytics.findings.all()
    assert (found.rows, found.until, found.looked_at) == ((), None, 0)
    assert shop.analytics.findings.prepared() is None
    assert shop.analytics.findings.text("fr") == ""
    why = shop.analytics.findings.why()
    assert (why.before, why.after, why.parts) == (0.0, 0.0, ())


def test_what_was_put_away_stays_away_until_it_gets_worse(shop: Shop) -> None:
    fill(shop, _broken())
    room = shop.analytics.findings
    key = _changes(shop)[0].key
    room.put_away(WHO, key)
    assert key not in [one.key for one in room.all().rows]
    assert key in [one.key for one in room.all().put_away]
    room.bring_back(WHO, key)
    assert key in [one.key for one in room.all().rows]
    with pytest.raises(NotFound, match="not put away"):
        room.bring_back(WHO, key)
    with pytest.raises(NotFound, match="no such finding"):
        room.put_away(WHO, "something-else")


def test_the_worker_notes_what_was_told_once_and_pages_find_it_ready(shop: Shop) -> None:
    fill(shop, _broken())
    room = shop.analytics.findings
    assert room.prepared() is None
    shop.analytics.prepare()
    assert room.prepared() == room.all()
    told = room.said()
    shop.analytics.prepare()
    assert room.said() == told
    assert any("less than expected" in one.text for one in told)


def test_every_finding_is_said_in_three_languages_with_its_evidence(shop: Shop) -> None:
    fill(shop, _broken())
    found = _changes(shop)[0]
    assert sentences.headline(found, "en", "EUR").startswith("Sales, store 2: €")
    assert "de moins que prévu" in sentences.headline(found, "fr", "EUR")
    assert "in meno del previsto" in sentences.headline(found, "it", "EUR")
    for language, costs in (("en", "It costs about"), ("fr", "Cela coûte environ"), ("it", "Costa circa")):
        lines = sentences.evidence(found, language, "EUR")
        assert lines[0].startswith(costs)
        assert len(lines) >= 3
        assert costs in shop.analytics.findings.text(language)


def test_a_cluster_finds_what_this_process_finds(shop: Shop, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shop, _broken())
    near = shop.analytics.findings.all()
    for kept in (shop.home.path / "lake").rglob("answers"):
        for file in kept.iterdir():
            file.unlink()
    monkeypatch.setenv("CHORAL_ENGINE_URL", cluster)
    far = Analytics(shop.home, shop.log)
    try:
        assert far.findings.all() == near
        assert far.findings.why("sales", "segment") == shop.analytics.findings.why("sales", "segment")
    finally:
        far.close()


def test_a_step_of_the_web_shop_that_breaks_is_told(shop: Shop) -> None:
    dice = np.random.default_rng(2)
    events = []
    for day in range(70):
        at = (FIRST + timedelta(days=day)).isoformat()
        for visit in range(25):
            who = f"user:{day * 25 + visit}"
            events.append(touch(who, f"{at}T10:00:00Z", "web", "Product Viewed", product_id="p1"))
            if dice.random() < (0.6 if day < 62 else 0.1):
                events.append(touch(who, f"{at}T10:05:00Z", "web", "Product Added", product_id="p1"))
                if dice.random() < 0.5:
                    events.append(order(who, f"{at}T10:09:00Z", 30.0, store=None, channel="web"))
    fill(shop, events, {f"user:{n}": n + 1 for n in range(70 * 25)})
    broken = [one for one in shop.analytics.findings.all().rows if one.kind == "funnel"]
    assert [(one.place.key, one.event, one.metric) for one in broken] == [("web", "viewed", "added")]
    assert abs((broken[0].since - (FIRST + timedelta(days=62))).days) <= 1
    assert broken[0].money is not None
    assert broken[0].money < 0


def test_a_source_that_went_silent_and_an_event_that_no_longer_comes_are_told(shop: Shop) -> None:
    other = shop.events.create_source("Web shop", "web", "web-shop")
    days = [(FIRST + timedelta(days=day)).isoformat() for day in range(60)]
    shop.events.accept(
        other, [touch(f"user:{n}", f"{day}T08:00:00Z", "web", "Page Viewed", path="/") for day in days[:50]
                for n in range(3)])  # fmt: skip
    till = [order(f"card:{n}", f"{day}T09:00:00Z", 20.0) for day in days for n in range(6)]
    coupons = [touch("card:1", f"{day}T09:00:00Z", "store", "Coupon Redeemed", coupon_id="c1") for day in days[:48]]
    fill(shop, [*till, *coupons])
    found = {one.kind: one for one in shop.analytics.findings.all().rows}
    assert found["silent_source"].place.key == "web-shop"
    assert found["silent_source"].since.isoformat() == days[50]
    assert (found["silent_event"].place.key, found["silent_event"].event) == ("till", "Coupon Redeemed")


def test_a_change_of_sales_is_taken_apart_to_the_cent_by_every_slice(shop: Shop) -> None:
    fill(shop, _broken(0), {f"card:{n}": n for n in range(1, 150)})
    shop_sales = shop.analytics.sales("week").series[0].amounts
    for by in ("channel", "store", "department", "product", "kind", "segment"):
        found = shop.analytics.findings.why("sales", by)
        assert (found.before, found.after) == (shop_sales[-3], shop_sales[-2])
        change = found.after - found.before
        assert sum(one.effect for one in found.parts) == change
        assert sum(one.effect for one in found.drivers) == change
        assert sum(one.effect for one in found.bridge) == change
    lost = {one.key: one.effect for one in shop.analytics.findings.why("sales", "store").parts}
    assert lost["2"] < -50_000


def test_findings_and_causes_are_pictures_in_a_notebook(shop: Shop) -> None:
    pytest.importorskip("altair")
    fill(shop, _broken())
    found = _changes(shop)[0]
    picture = shop.plot.finding(found.key).to_dict()
    assert picture["title"].startswith("Sales, store 2")
    assert len(picture["layer"]) == 3
    bars = shop.plot.why("sales", "store").to_dict()["data"]["values"]
    assert (bars[0]["part"], bars[-1]["part"]) == ("before", "after")
    assert bars[-2]["to"] == pytest.approx(bars[-1]["to"])


def test_what_cannot_be_taken_apart_says_what_can(shop: Shop) -> None:
    with pytest.raises(InvalidInput, match="department"):
        shop.analytics.findings.why("orders", "department")
    with pytest.raises(InvalidInput, match="ends before"):
        fill(shop, [order("card:1", "2026-03-02T09:00:00Z", 5.0), order("card:1", "2026-03-20T09:00:00Z", 5.0)])
        shop.analytics.findings.why(since=date(2026, 3, 9), until=date(2026, 3, 2))
