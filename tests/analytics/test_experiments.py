"""Experiments from a plan to an answer: one arm at every door, outcomes from the shop's orders, files of others."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import numpy as np
import pyarrow
import pytest
from small_shop import dataset, fill, order, refresh, touch

from choral import Shop
from choral.analytics.experiments import personal
from choral.analytics.experiments.door import Arm, Mapping, Plan
from choral.analytics.experiments.estimates import sample_ratio
from choral.books import SYSTEM, act
from choral.books.outbox import BooksOutbox
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.customers.consumer import consume
from choral.events.relay import relay

ARMS = (Arm("control", "nothing", 1, True), Arm("card", "a postcard", 1))


def running(shop: Shop, **more: Any) -> str:
    key = shop.analytics.experiments.create(SYSTEM, Plan("Postcard in May", ARMS, **more))
    shop.analytics.experiments.start(SYSTEM, key)
    return key


def lot(who: str, at: str, arm: str) -> dict[str, Any]:
    return touch(who, at, "email", "Experiment Viewed", experiment_id="x", variation_id=arm)


def told_of(shop: Shop, people: int = 400, effect: float = 6.0, before: bool = False) -> None:
    """An experiment another tool told of: everybody draws on the first of March, the treated buy for more."""
    g, events = np.random.default_rng(1), []
    for person in range(1, people + 1):
        who, treated = f"card:{person}", person % 2 == 1
        usual = float(g.gamma(4, 5))
        if before:
            events.append(order(who, "2017-02-25T10:00:00Z", round(usual, 2)))
        events.append(lot(who, "2017-03-01T10:00:00Z", "treated" if treated else "holdout"))
        bought = usual + float(g.normal(0, 2)) + (effect if treated else 0.0)
        events.append(order(who, "2017-03-05T10:00:00Z", round(max(bought, 0.01), 2), store="1"))
    events.append(order("card:1", "2017-04-30T10:00:00Z", 1.0))
    fill(shop, events, {f"card:{person}": person for person in range(1, people + 1)})


def test_a_person_meets_the_same_arm_at_every_door_and_it_is_told_once(shop: Shop) -> None:
    key = running(shop)
    experiments = shop.analytics.experiments
    first = experiments.assign(SYSTEM, key, "card:8812")
    again = experiments.assign(SYSTEM, key, "card:8812")
    assert (first.arm, first.new, again.arm, again.new) == (again.arm, True, first.arm, False)
    relay(BooksOutbox(), shop.log)
    refresh(shop)
    assert [row.units for row in experiments.list()] == [1]


def test_arms_are_drawn_in_the_shares_of_the_plan(shop: Shop) -> None:
    key = running(shop)
    drawn = [shop.analytics.experiments.assign(SYSTEM, key, f"card:{n}").arm for n in range(1, 301)]
    counts = [drawn.count(arm.key) for arm in ARMS]
    assert sample_ratio(counts, [1, 1])[2] > 1e-4


def test_nobody_draws_before_the_start_or_after_the_stop_but_keeps_the_arm_they_had(shop: Shop) -> None:
    experiments = shop.analytics.experiments
    key = experiments.create(SYSTEM, Plan("Postcard", ARMS))
    with pytest.raises(Conflict, match="does not run"):
        experiments.assign(SYSTEM, key, "card:1")
    experiments.start(SYSTEM, key)
    had = experiments.assign(SYSTEM, key, "card:1").arm
    experiments.stop(SYSTEM, key)
    assert experiments.assign(SYSTEM, key, "card:1").arm == had
    with pytest.raises(Conflict):
        experiments.assign(SYSTEM, key, "card:2")
    experiments.start(SYSTEM, key)
    assert experiments.get(key).state == "running"


def test_a_start_can_be_taken_back_until_somebody_drew(shop: Shop) -> None:
    experiments, key = shop.analytics.experiments, running(shop)
    experiments.unstart(SYSTEM, key)
    assert experiments.get(key).state == "planned"
    experiments.start(SYSTEM, key)
    experiments.assign(SYSTEM, key, "card:1")
    with pytest.raises(Conflict, match="drawn lots"):
        experiments.unstart(SYSTEM, key)


def test_what_says_of_nobody_who_they_are_draws_no_lot(shop: Shop) -> None:
    key = running(shop)
    for nobody in ("", "card:0", "hello", "planet:7"):
        with pytest.raises(InvalidInput):
            shop.analytics.experiments.assign(SYSTEM, key, nobody)


@pytest.mark.parametrize("plan", [
    Plan("", ARMS), Plan("x", ARMS[:1]), Plan("x", (ARMS[0], ARMS[0])), Plan("x", ARMS, window_days=0),
    Plan("x", ARMS, primary="happiness"), Plan("x", (ARMS[0], Arm("b", "b", 0))),
])  # fmt: skip
def test_a_plan_that_cannot_be_measured_is_refused_with_what_to_do(shop: Shop, plan: Plan) -> None:
    with pytest.raises(InvalidInput) as refused:
        shop.analytics.experiments.create(SYSTEM, plan)
    assert refused.value.fix


def test_an_experiment_put_away_can_be_taken_out_again(shop: Shop) -> None:
    experiments, key = shop.analytics.experiments, running(shop)
    experiments.archive(SYSTEM, key)
    assert not experiments.list()
    assert [row.experiment.key for row in experiments.list(archived=True)] == [key]
    with pytest.raises(Conflict):
        experiments.stop(SYSTEM, key)
    experiments.archive(SYSTEM, key, archived=False)
    assert [row.experiment.key for row in experiments.list()] == [key]


def test_an_empty_shop_has_no_experiments_and_says_so(shop: Shop) -> None:
    experiments = shop.analytics.experiments
    assert experiments.list() == () and experiments.effects() == ()
    assert experiments.sizes("sales", relative=0.05) is None
    with pytest.raises(NotFound):
        experiments.get("x")
    key = running(shop)
    found = experiments.read(key)
    assert found.units == 0 and found.sample_ratio.check == "unknown"


def test_lots_that_another_tool_tells_of_are_read_out_with_what_was_bought_after_them(shop: Shop) -> None:
    told_of(shop)
    (row,) = shop.analytics.experiments.list()
    assert (row.experiment.key, row.experiment.plan.kind, row.units) == ("x", "told", 400)
    found = shop.analytics.experiments.read("x")
    sales = found.outcomes[0]
    (one,) = sales.comparisons
    assert one.control == "holdout" and one.decision == "more" and one.interval is not None
    assert one.interval.low < 600 < one.interval.high
    assert found.sample_ratio.check == "unknown"  # nobody said which shares were planned
    means = {mean.arm: mean.mean for mean in sales.arms}
    bought = "SELECT sum(total) AS s FROM orders WHERE customer % 2 = 1 AND day < '2017-04-01'"
    raw = shop.analytics.sql(bought).rows()[0]["s"]
    assert means["treated"] == pytest.approx(float(raw) / 200)


def test_what_was_bought_before_narrows_the_interval_and_the_gain_is_the_one_really_had(shop: Shop) -> None:
    told_of(shop, before=True)
    sales = shop.analytics.experiments.read("x").outcomes[0]
    (one,) = sales.comparisons
    assert sales.variance_removed is not None and sales.variance_removed > 0.8
    assert one.interval is not None and one.plain is not None and one.fixed is not None
    assert one.interval.high - one.interval.low < 0.5 * (one.plain.high - one.plain.low)
    assert one.fixed.high - one.fixed.low < one.interval.high - one.interval.low
    assert one.interval.low < 600 < one.interval.high


def test_who_drew_two_arms_before_they_were_known_as_one_counts_in_the_first(shop: Shop) -> None:
    fill(shop, [
        lot("card:1", "2017-03-01T10:00:00Z", "b"), lot("user:1", "2017-03-02T10:00:00Z", "a"),
        lot("card:2", "2017-03-01T10:00:00Z", "a"), order("card:9", "2017-05-01T10:00:00Z", 1.0),
    ], {"card:1": 7, "user:1": 7, "card:2": 8})  # fmt: skip
    frame = shop.analytics.experiments.frame("x")
    assert sorted(zip(frame.units.to_pylist(), frame.table.column("arm").to_pylist(), strict=True)) == [
        (7, "b"),
        (8, "a"),
    ]
    assert frame.crossed == 1


def test_only_what_lies_in_the_window_counts_and_an_open_window_waits(shop: Shop) -> None:
    fill(shop, [
        lot("card:1", "2017-03-01T10:00:00Z", "a"), order("card:1", "2017-02-28T10:00:00Z", 3.0),
        order("card:1", "2017-03-28T10:00:00Z", 5.0), order("card:1", "2017-03-29T12:00:00Z", 7.0),
        order("card:1", "2017-03-10T10:00:00Z", 2.0, refund=True), lot("card:2", "2017-03-10T10:00:00Z", "b"),
    ], {"card:1": 1, "card:2": 2})  # fmt: skip
    frame = shop.analytics.experiments.frame("x")
    (row,) = frame.table.to_pylist()
    assert frame.waiting == 1
    sales = frame.outcome("sales")
    assert (row[sales.column], row[sales.before[0]], row["orders_before"]) == (300.0, 300.0, 1.0)


def test_an_outcome_can_be_of_one_department_and_margin_only_where_costs_are_known(shop: Shop) -> None:
    dataset(shop, "products", {"product_id": "p0", "department": "Toys"}, {"product_id": "p1", "department": "Books"})
    fill(shop, [
        lot("card:1", "2017-03-01T10:00:00Z", "a"), order("card:1", "2017-03-02T10:00:00Z", 5.0, 7.0),
        lot("card:2", "2017-03-01T10:00:00Z", "b"), order("card:9", "2017-04-30T10:00:00Z", 1.0),
    ], {"card:1": 1, "card:2": 2})  # fmt: skip
    asked = ("sales/department/Toys", "margin", "order_value")
    frame = shop.analytics.experiments.frame("x", asked)
    assert frame.values(frame.outcome("sales/department/Toys").column).tolist() == [500.0, 0.0]
    assert frame.unavailable == ("margin",)
    assert frame.outcome("order_value").below


def test_once_the_planned_shares_are_said_arms_that_do_not_keep_them_hide_the_effect(shop: Shop) -> None:
    told_of(shop)
    arms = (Arm("holdout", "", 4, True), Arm("treated", "", 1))
    shop.analytics.experiments.create(SYSTEM, Plan("X", arms, window_days=14), "x")
    found = shop.analytics.experiments.read("x")
    assert found.sample_ratio.check == "failed" and not found.causal
    (one,) = found.outcomes[0].comparisons
    assert one.decision == "hidden" and one.interval is None
    assert shop.analytics.experiments.effects("x") == ()


def test_a_measured_effect_for_other_rooms_has_its_channel_period_and_what_was_spent(shop: Shop) -> None:
    dataset(shop, "campaigns", {"campaign_id": "x", "channel": "email"})
    paid = {"channel": "email", "campaign_id": "x", "creative": "", "region": "", "starts": date(2017, 3, 1)}
    dataset(shop, "spend", paid | {"amount": 5_000, "currency": "EUR"})
    told_of(shop)
    sales = shop.analytics.experiments.effects("x")[0]
    assert (sales.channel, sales.campaign_id, sales.spend, sales.treated, sales.causal) == (
        "email",
        "x",
        5_000,
        200,
        True,
    )
    assert sales.total == pytest.approx(sales.effect * 200) and sales.low < sales.effect < sales.high


def test_the_planner_asks_for_more_people_the_smaller_the_effect(shop: Shop) -> None:
    told_of(shop, before=True)
    experiments = shop.analytics.experiments
    small, big = (experiments.sizes("sales", relative=share, window_days=60) for share in (0.02, 0.2))
    assert small is not None and big is not None and small.any_day and big.any_day and small.any_day > big.any_day
    assert big.one_look is not None and big.one_look < big.any_day
    assert big.history.customers == 400
    with pytest.raises(InvalidInput):
        experiments.sizes("sales")


def table(rows: int = 6_000, effect: float = 0.05) -> pyarrow.Table:
    """Three arms, a yes-or-no, an amount, attributes of words and numbers; as cells of a file."""
    g = np.random.default_rng(9)
    arms = np.array(["Womens E-Mail", "Mens E-Mail", "No E-Mail"])[g.integers(0, 3, rows)]
    visit = g.random(rows) < 0.1 + effect * (arms != "No E-Mail")
    spend = np.where(visit & (g.random(rows) < 0.3), g.gamma(2, 30, rows).round(2), 0.0)
    return pyarrow.table({
        "zip_code": np.array(["Surburban", "Rural", "Urban"])[g.integers(0, 3, rows)].tolist(),
        "recency": [str(one) for one in g.integers(1, 13, rows)], "segment": arms.tolist(),
        "visit": [str(int(one)) for one in visit], "spend": [str(one) for one in spend],
    })  # fmt: skip


MAPPING = Mapping("segment", ("visit", "spend"), covariates=(), attributes=("zip_code", "recency"), money=("spend",))


def test_a_randomised_file_of_any_arms_is_read_out_with_its_control_found_by_its_name(shop: Shop) -> None:
    key, refused = shop.analytics.experiments.take(SYSTEM, "E-mail test", table(), MAPPING)
    assert not refused
    found = shop.analytics.experiments.read(key)
    assert found.sample_ratio.check == "passed" and found.units == 6_000
    visit, spend = found.outcomes
    assert (visit.shape, visit.unit, spend.unit) == ("binary", "share", "money")
    assert {one.control for one in visit.comparisons} == {"No E-Mail"}
    assert [one.decision for one in visit.comparisons] == ["more", "more"]
    assert shop.analytics.experiments.frame(key).attribute("recency").dtype == np.float64
    spent = shop.analytics.experiments.frame(key).values("outcome spend")
    assert spent.sum() == pytest.approx(100 * sum(map(float, table().column("spend").to_pylist())))


def test_parts_that_do_not_differ_are_not_said_to(shop: Shop) -> None:
    key, _ = shop.analytics.experiments.take(SYSTEM, "E-mail test", table(), MAPPING)
    found = shop.analytics.experiments.segments(key, "zip_code", "column/visit", "Mens E-Mail")
    assert [row.value for row in found.rows] == ["Rural", "Surburban", "Urban"]
    assert {row.decision for row in found.rows} == {"not_established"}
    assert all(row.difference is not None and row.difference.low < 0 < row.difference.high for row in found.rows)


def test_rows_without_an_arm_or_a_number_and_repeated_units_are_refused_with_their_reason(shop: Shop) -> None:
    given = pyarrow.table({
        "id": [str(n) for n in range(80)] + ["1", "99", "98"], "arm": ["a", "b"] * 40 + ["a", "", "b"],
        "bought": ["1", "0"] * 40 + ["1", "1", "many"],
    })  # fmt: skip
    key, refused = shop.analytics.experiments.take(SYSTEM, "T", given, Mapping("arm", ("bought",), unit="id"))
    assert {one.code: (one.rows, one.first) for one in refused} == {
        "unit_twice": (1, (81,)), "no_arm": (1, (82,)), "no_number_0": (1, (83,)),
    }  # fmt: skip
    assert shop.analytics.experiments.read(key).units == 80


@pytest.mark.parametrize(
    "column", [{"email": ["a", "b"]}, {"who": ["ada@shop.eu", ""]}, {"tel": ["+33 6 12 34 56 78", ""]}]
)
def test_personal_data_in_a_file_is_refused(shop: Shop, column: dict[str, list[str]]) -> None:
    given = pyarrow.table({"arm": ["a", "b"], "y": ["1", "0"]} | column)
    with pytest.raises(InvalidInput, match="personal data"):
        shop.analytics.experiments.take(SYSTEM, "T", given, Mapping("arm", ("y",), attributes=tuple(column)))


def test_a_decimal_comma_is_read_as_one(shop: Shop) -> None:
    given = pyarrow.table({"arm": ["a", "b"] * 30, "y": ["1.234,5", "0,5"] * 30})
    key, _ = shop.analytics.experiments.take(SYSTEM, "T", given, Mapping("arm", ("y",), decimal=","))
    assert set(shop.analytics.experiments.frame(key).values("outcome y").tolist()) == {1234.5, 0.5}


def test_a_file_whose_arms_are_not_equal_is_read_out_and_says_that_no_shares_were_planned(shop: Shop) -> None:
    given = pyarrow.table({"arm": ["a"] * 900 + ["b"] * 100, "y": (["1", "0"] * 500)})
    key, _ = shop.analytics.experiments.take(SYSTEM, "T", given, Mapping("arm", ("y",)))
    assert shop.analytics.experiments.read(key).sample_ratio.check == "unknown"
    assert shop.analytics.experiments.list()[0].units == 1_000
    planned, _ = shop.analytics.experiments.take(SYSTEM, "T", given, Mapping("arm", ("y",)), (9, 1))
    assert shop.analytics.experiments.read(planned).sample_ratio.check == "passed"
    with pytest.raises(InvalidInput):
        shop.analytics.experiments.take(SYSTEM, "T", given, Mapping("arm", ("y",)), (9, 1, 1))


def test_the_list_answers_from_sums_what_each_experiments_own_page_answers_from_its_people(shop: Shop) -> None:
    told_of(shop, before=True)
    (row,) = shop.analytics.experiments.list()
    interval = shop.analytics.experiments.read("x").outcomes[0].comparisons[0].interval
    assert row.answer is not None and row.answer.interval is not None and interval is not None
    assert row.answer.decision == "more"
    for name in ("effect", "low", "high", "relative"):
        assert getattr(row.answer.interval, name) == pytest.approx(getattr(interval, name), rel=1e-9)


def test_a_channels_experiments_are_pooled_with_what_a_customer_cost(shop: Shop) -> None:
    dataset(shop, "campaigns", {"campaign_id": "x", "channel": "email"})
    paid = {"channel": "email", "campaign_id": "x", "creative": "", "region": "", "starts": date(2017, 3, 1)}
    dataset(shop, "spend", paid | {"amount": 5_000, "currency": "EUR"})
    told_of(shop)
    (one,) = shop.analytics.experiments.channels()
    assert (one.channel, one.experiments, one.treated, one.control, one.cost) == ("email", 1, 200, 200, 25.0)
    assert one.decision == "more" and one.interval.low < 600 < one.interval.high
    orders = shop.analytics.experiments.channels("orders")
    assert orders == () or orders[0].decision == "not_established"
    with pytest.raises(InvalidInput):
        shop.analytics.experiments.channels("happiness")


def test_pictures_of_experiments_show_effects_in_major_units(shop: Shop) -> None:
    pytest.importorskip("altair")
    told_of(shop)
    told = shop.plot.experiment("x").to_dict()
    pooled = shop.plot.channel_effects().to_dict()
    (value,) = next(iter(pooled["datasets"].values())) if pooled.get("datasets") else pooled["data"]["values"]
    assert 4.0 < value["effect"] < 8.0 and "layer" in told


def test_after_a_merge_the_first_lot_counts_at_every_door(shop: Shop) -> None:
    """A card and a user draw apart; once they are one person, both doors answer what the first of them drew."""
    key = running(shop)
    experiments = shop.analytics.experiments
    first = experiments.assign(SYSTEM, key, "user:2").arm
    source = shop.events.create_source("Till", "store", "till")
    other = next(n for n in range(1, 50) if experiments.assign(SYSTEM, key, f"card:{n}").arm != first)
    said = {"id": "m1", "name": "Customer Identified", "at": "2017-03-01T10:00:00Z", "channel": "store",
            "ids": ["user:2", f"card:{other}"], "properties": {}}  # fmt: skip
    shop.events.accept_lines(source, [msgspec.json.encode(said)])
    consume(shop.home, shop.log)
    assert shop.customers.identifiers("user:2")[0] == shop.customers.identifiers(f"card:{other}")[0]
    assert experiments.assign(SYSTEM, key, f"card:{other}").arm == first
    assert experiments.assign(SYSTEM, key, "user:2").arm == first


def test_who_may_not_be_profiled_is_shown_the_control_and_not_counted(shop: Shop) -> None:
    key = running(shop)
    source = shop.events.create_source("Till", "store", "till")
    shop.events.accept_lines(source, [msgspec.json.encode(order("card:7", "2017-03-01T10:00:00Z", 5.0))])
    consume(shop.home, shop.log)
    shop.customers.privacy.restrict("card:7", "profiling", SYSTEM)
    found = shop.analytics.experiments.assign(SYSTEM, key, "card:7")
    assert (found.arm, found.counted, found.reason) == ("control", False, "left_out")
    assert shop.analytics.experiments.enrol(SYSTEM, key) == 0


def test_everybody_eligible_draws_at_once_and_an_arm_becomes_an_audience(shop: Shop) -> None:
    key = running(shop)
    source = shop.events.create_source("Till", "store", "till")
    people = [order(f"card:{n}", "2017-03-01T10:00:00Z", 5.0) for n in range(1, 41)]
    shop.events.accept_lines(source, [msgspec.json.encode(one) for one in people])
    consume(shop.home, shop.log)
    experiments = shop.analytics.experiments
    assert (experiments.enrol(SYSTEM, key), experiments.enrol(SYSTEM, key)) == (40, 0)
    sizes = [len(shop.customers.audiences.ids(experiments.group(SYSTEM, key, arm, arm))) for arm in ("control", "card")]
    assert sum(sizes) == 40 and min(sizes) > 5


def test_a_person_is_told_which_arms_they_drew_and_can_be_erased_from_them(shop: Shop) -> None:
    key = running(shop)
    experiments = shop.analytics.experiments
    experiments.assign(SYSTEM, key, "card:7")
    (section,) = personal.told(["card:7"])
    assert section.rows[0]["experiment"] == "Postcard in May"
    assert act(personal.erase, SYSTEM, ["card:7"]) == 1 and personal.told(["card:7"]) == []
