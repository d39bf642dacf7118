"""From events to credit: whom an order is credited to, reconciled with the orders, here and on a cluster."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet
import pytest
from small_shop import dataset, fill, order, touch

from choral import Shop
from choral.analytics.attribution import loading
from choral.analytics.attribution.values import BASELINE, MODELS, NOTHING_BEFORE, Credits, Model, Question
from choral.analytics.door import Analytics
from choral.analytics.mart_tables import BUCKETS
from choral.core.errors import InvalidInput, NotFound


def _town(people: int = 60) -> list[dict[str, object]]:
    events: list[dict[str, object]] = []
    for number in range(people):
        who, day = f"card:{number + 1}", 1 + number % 20
        events.append(touch(who, f"2024-03-{day:02}T09:00:00Z", "email", "Email Sent", campaign_id=f"c{number % 3}"))
        if number % 2:
            events.append(touch(who, f"2024-03-{day + 2:02}T09:00:00Z", "search", "Search Result Clicked"))
        events.append(touch(who, f"2024-03-{day + 3:02}T09:00:00Z", "web", "Page Viewed"))
        if number % 3:
            events.append(order(who, f"2024-03-{day + 3:02}T09:20:00Z", 10 + number / 100, 3.33, channel="web"))
    events.append(order("card:999", "2024-03-30T12:00:00Z", 7.77))
    events.append(order(None, "2024-03-30T12:00:00Z", 5))
    events.append(touch("card:998", "2024-05-30T12:00:00Z", "web", "Page Viewed"))
    return events


def _of(found: Credits, model: Model) -> dict[str, int]:
    place = MODELS.index(model)
    return {row.key: row.credits[place].amount for row in found.rows}


def test_every_model_shares_out_all_that_was_sold_to_the_cent(shop: Shop) -> None:
    fill(shop, _town())
    for value in ("sales", "orders"):
        found = shop.analytics.attribution.credits(Question(value=value))  # type: ignore[arg-type]
        for model in MODELS:
            assert sum(_of(found, model).values()) == found.amount, (model, value)
            for one in (row.credits[MODELS.index(model)] for row in found.rows):
                assert one.low <= one.amount <= one.high
    sold = shop.analytics.sales().total
    found = shop.analytics.attribution.credits()
    assert found.amount + found.unrecognised_amount == sold.amount
    assert (found.orders + found.unrecognised_orders, found.nothing_before) == (sold.orders, 1)
    assert _of(found, "last")[NOTHING_BEFORE] == 777 and BASELINE in _of(found, "hazard")


def test_a_figure_leads_to_credit_lines_that_sum_to_it(shop: Shop) -> None:
    fill(shop, _town(20))
    room = shop.analytics.attribution
    found = room.credits()
    for model in ("last", "markov_path", "hazard"):
        for key, amount in _of(found, model).items():  # type: ignore[arg-type]
            page = room.lines(model, key=key, limit=9)  # type: ignore[arg-type]
            rows, after = list(page.rows), page.next
            while after:
                more = room.lines(model, key=key, after=after, limit=9)  # type: ignore[arg-type]
                rows, after = [*rows, *more.rows], more.next
            assert (sum(row.amount for row in rows), page.total, len(rows)) == (amount, amount, page.count)
    with pytest.raises(InvalidInput, match="one order"):
        room.lines("markov")


def test_who_sold_this_is_answered_with_every_touch_of_the_order(shop: Shop) -> None:
    events = [
        touch("card:a", "2024-03-01T09:00:00Z", "direct_mail", "Mail Piece Sent", campaign_id="spring"),
        touch("card:a", "2024-03-20T09:00:00Z", "search", "Search Result Clicked"),
        touch("card:a", "2024-04-25T09:00:00Z", "web", "Page Viewed"),
        order("card:a", "2024-04-25T09:30:00Z", 10, order_id="A-1", channel="web"),
        order("card:a", "2024-04-26T09:30:00Z", 5, order_id="A-2", channel="web"),
        order(None, "2024-04-26T09:30:00Z", 5, order_id="A-3"),
    ]
    fill(shop, events)
    lines = shop.analytics.attribution.order("A-1")
    # The search is older than 30 days; a letter counts for 60.
    assert [(one.key, one.amount) for one in lines] == [("direct_mail", 500), ("web", 500)]
    assert [one.key for one in shop.analytics.attribution.order("A-2")] == [NOTHING_BEFORE]
    by_campaign = shop.analytics.attribution.order("A-1", "last", Question(by="campaign"))
    assert [(one.key, one.amount) for one in by_campaign] == [("spring", 0), ("~web", 1000)]
    with pytest.raises(NotFound, match="recognised"):
        shop.analytics.attribution.order("A-3")


def test_the_order_itself_coupons_returned_letters_and_parcels_are_no_touches(shop: Shop) -> None:
    fill(shop, [
        touch("card:a", "2024-03-01T09:00:00Z", "email", "Email Sent", campaign_id="back"),
        touch("card:a", "2024-03-01T09:01:00Z", "email", "Email Bounced", campaign_id="back"),
        touch("card:a", "2024-03-01T10:00:00Z", "store", "Coupon Redeemed", coupon_id="k"),
        touch("card:a", "2024-03-02T10:00:00Z", "delivery", "Parcel Delivered", order_id="x"),
        touch("card:a", "2024-03-03T10:00:00Z", "email", "Email Opened", campaign_id="back"),
        order("card:a", "2024-03-04T09:30:00Z", 10),
    ])  # fmt: skip
    assert [one.key for one in shop.analytics.attribution.credits().rows] == [NOTHING_BEFORE, BASELINE]


def test_new_customers_days_and_margins_can_be_asked_about(shop: Shop) -> None:
    dataset(shop, "products", {"product_id": "known", "name": "Known", "cost": 400})
    fill(shop, [
        touch("card:a", "2024-03-01T09:00:00Z", "web", "Page Viewed"),
        order("card:a", "2024-03-02T09:00:00Z", 10, products=["known"]),
        touch("card:a", "2024-03-05T09:00:00Z", "email", "Email Sent"),
        order("card:a", "2024-03-06T09:00:00Z", 20, products=["unknown"]),
    ])  # fmt: skip
    room = shop.analytics.attribution
    assert _of(room.credits(Question(who="new")), "last") == {"web": 1000, "email": 0, BASELINE: 0}
    assert _of(room.credits(Question(who="returning")), "last")["email"] == 2000
    margin = room.credits(Question(value="margin"))
    if margin.amount:
        assert (_of(margin, "last")["web"], margin.amount) == (600, 600)
    assert margin.unknown_margin == 1


def test_spend_gives_return_and_cost_per_order_and_is_missed_where_none_was_told(shop: Shop) -> None:
    fill(shop, _town())
    assert not shop.analytics.attribution.credits().spend_told
    from datetime import date

    dataset(shop, "spend", {
        "channel": "email", "campaign_id": "c1", "creative": "", "region": "", "starts": date(2024, 3, 1),
        "ends": date(2024, 3, 10), "amount": 1_000, "currency": "EUR",
    })  # fmt: skip
    from small_shop import refresh

    refresh(shop)
    found = shop.analytics.attribution.credits(Question(date(2024, 3, 6), date(2024, 5, 30)))
    email = next(row for row in found.rows if row.key == "email")
    credit = email.credits[MODELS.index("first")]
    assert (found.spend_told, email.cost, email.cost_from) == (True, 500, "spend")
    assert credit.roas == pytest.approx(credit.amount / 500) and credit.profit == credit.amount - 500
    assert credit.cost_per_order == round(500 / credit.orders)


def test_a_cluster_gives_the_same_credits_lines_and_influence(
    shop: Shop, cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shop, _town())
    near = shop.analytics.attribution
    expected = (near.credits(), near.credits(Question(order=2)), near.lines("hazard"), near.influence("web", "store"))
    for file in (shop.home.path / "lake" / "marts" / "answers").iterdir():
        file.unlink()
    monkeypatch.setenv("CHORAL_ENGINE_URL", cluster)
    far = Analytics(shop.home, shop.log)
    try:
        room = far.attribution
        assert (room.credits(), room.credits(Question(order=2)), room.lines("hazard")) == expected[:3]
        assert room.influence("web", "store") == expected[3]
    finally:
        far.close()


def test_a_bucket_read_in_many_ranges_of_customers_gives_the_same_credits(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(shop, _town())
    questions = (Question(), Question(by="campaign"), Question(order=2, who="new"))
    whole = [shop.analytics.attribution.credits(one) for one in questions]
    marts = shop.analytics._now()[0].source.marts  # type: ignore[union-attr]
    for file in map(Path, marts.files("touches")):
        table = pyarrow.parquet.read_table(file)
        pyarrow.parquet.write_table(table, file, row_group_size=2)
    for file in (shop.home.path / "lake" / "marts" / "answers").iterdir():
        file.unlink()
    monkeypatch.setattr(loading, "_ROWS_AT_ONCE", 1)
    assert max(len(loading.spans(marts, bucket)) for bucket in range(BUCKETS)) > 3
    room = Analytics(shop.home, shop.log)
    for question, found in zip(questions, whole, strict=True):
        again = room.attribution.credits(question)
        assert (again.paths, again.paths_lost, again.nothing_before) == (found.paths, found.paths_lost, 1)
        for model in MODELS:
            assert _of(again, model) == _of(found, model), (question, model)
    room.close()


def test_visits_on_line_before_store_orders_are_told_against_other_weeks(shop: Shop) -> None:
    events = []
    for number in range(1, 41):
        who = f"card:{number}"
        events.append(touch(who, "2024-01-01T08:00:00Z", "web", "Page Viewed"))
        events += [order(who, f"2024-{month:02}-15T10:00:00Z", 10) for month in (3, 5)]
        if number % 4:
            events.append(touch(who, "2024-03-13T08:00:00Z", "web", "Page Viewed"))
            events.append(touch(who, "2024-05-13T08:00:00Z", "app", "Screen Viewed"))
        else:
            events.append(touch(who, "2024-04-03T08:00:00Z", "web", "Page Viewed"))
    fill(shop, events)
    found = shop.analytics.attribution.influence("store", "web")
    assert (found.orders, found.compared, found.share) == (80, 80, pytest.approx(0.75))
    assert found.lift is not None and found.low is not None and found.lift > 5 and found.low > 1
    assert shop.analytics.attribution.influence("web", "store").lift is None


def test_an_empty_shop_answers_with_nothing(shop: Shop) -> None:
    room = shop.analytics.attribution
    found = room.credits()
    assert (found.rows, found.amount, found.disagreement, room.lines("last").rows) == ((), 0, None, ())
    assert room.influence().orders == 0


@pytest.mark.parametrize(
    "question",
    [Question(order=5), Question(lookback=0), Question(half_life=0), Question(ends=(0.7, 0.7)), Question(by="weather")],  # type: ignore[arg-type]
)
def test_what_cannot_be_asked_is_refused_with_a_way_out(shop: Shop, question: Question) -> None:
    fill(shop, _town(6))
    with pytest.raises(InvalidInput) as refused:
        shop.analytics.attribution.credits(question)
    assert refused.value.fix
