"""Changes in some areas: the published example, the level of the test, its refusals, and the book of studies."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import nnls
from small_shop import fill, order

from choral import Shop
from choral.analytics.geo import synthetic
from choral.analytics.geo.actions import keep_study, keep_table, remove_study, remove_table, restore_study
from choral.analytics.geo.design import candidates
from choral.analytics.geo.finding import find
from choral.analytics.geo.panel import Panel, around, of_rows, read
from choral.analytics.geo.simplex import Floats, mix
from choral.analytics.geo.values import Question
from choral.books import Actor, act
from choral.core.errors import InvalidInput, NotFound

ANA = Actor("member:1")
START = date(2024, 1, 1)
GEOLIFT = next(
    (one / "shared/data/geolift" for one in Path(__file__).parents if (one / "shared/data/geolift").is_dir()), None
)


@pytest.fixture
def geolift() -> Panel:
    """GeoLift's walkthrough (MIT by its README): 40 cities, 105 days, Chicago and Portland treated in the last 15."""
    if GEOLIFT is None:
        pytest.skip("needs shared/data/geolift, which is not part of the repository")
    with (GEOLIFT / "GeoLift_Test.csv").open() as file:
        rows = [(row["location"], date.fromisoformat(row["date"]), float(row["Y"])) for row in csv.DictReader(file)]
    return of_rows(rows, date(2021, 1, 1), date(2021, 4, 15))


CITIES = Question("Flight", ("chicago", "portland"), date(2021, 4, 1), date(2021, 4, 15), "panel", grain="day")


def test_the_example_of_geolift_comes_out(geolift: Panel) -> None:
    """ATT 155.556, lift 5.42 %, incremental 4,666.7, and the weights of its published walkthrough; its p of 0.01 is
    that of shuffled periods, which is shown beside our own."""
    found = find(geolift, CITIES, "", {})
    assert found.effect is not None
    assert (found.before, found.after, found.others) == (90, 15, 38)
    assert found.effect.each == pytest.approx(155.556, abs=5e-4)
    assert found.effect.lift == pytest.approx(0.05423, abs=5e-6)
    assert found.effect.total == pytest.approx(4666.7, abs=0.05)
    assert found.effect.p_shuffled == pytest.approx(0.01, abs=0.004)
    assert found.points[-1].cumulated == pytest.approx(found.effect.total)
    weights = {one.unit: round(one.weight, 4) for one in found.weights[:10]}
    assert weights == {
        "cincinnati": 0.2272, "miami": 0.2028, "baton rouge": 0.1335, "minneapolis": 0.09, "dallas": 0.0739,
        "nashville": 0.0685, "honolulu": 0.0673, "austin": 0.0465, "san diego": 0.0451, "reno": 0.0306,
    }  # fmt: skip


def test_neither_the_order_of_areas_nor_their_level_changes_the_answer(geolift: Panel) -> None:
    before, turned = find(geolift, CITIES, "", {}), np.random.default_rng(0).permutation(40)
    levels = np.where(np.isin(np.arange(40), geolift.places(CITIES.units)), 0.0, 500.0 * np.arange(40))
    moved = Panel(
        tuple(geolift.units[place] for place in turned), geolift.starts, 1, (geolift.values + levels)[:, turned]
    )
    after = find(moved, CITIES, "", {})
    assert before.effect is not None and after.effect is not None
    assert after.effect.total == pytest.approx(before.effect.total, rel=1e-6)
    assert after.effect.p == before.effect.p


def test_the_mix_is_the_least_squares_one(geolift: Panel) -> None:
    """Equal to the non-negative least squares of scipy with the sum of the weights as a heavy row."""
    values = geolift.values[:90] - geolift.values[:90].mean(axis=0)
    target, others = values[:, 3], np.delete(values, 3, axis=1)
    ours = mix(others.T @ others, others.T @ target)
    heavy, _ = nnls(np.vstack([others, 1e7 * np.ones(39)]), np.append(target, 1e7))
    assert ours == pytest.approx(heavy, abs=1e-5)
    assert ours.min() >= 0 and ours.sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("columns", [1, 3, 80])
def test_more_areas_than_periods_still_have_one_mix(columns: int) -> None:
    values = np.random.default_rng(columns).normal(size=(30, columns))
    gram, cross = values.T @ values, values.T @ np.ones(30)
    found = mix(gram, cross)
    slope = gram @ found - cross
    price = slope[found > 0].mean()
    assert found.min() >= 0 and found.sum() == pytest.approx(1)
    assert slope[found > 0] == pytest.approx(price, abs=1e-6) and slope.min() >= price - 1e-6


def world(random: np.random.Generator, periods: int, units: int, lasting: float = 0.3) -> Floats:
    """Areas that share a rhythm and three drifting causes, each with errors of its own that last a while."""
    week = np.sin(2 * np.pi * np.arange(periods) / 7)
    causes = np.cumsum(random.normal(0, 7, (periods, 3)), axis=0) + random.normal(0, 15, (periods, 3))
    errors = random.normal(0, 25 * np.sqrt(1 - lasting**2), (periods + 20, units))
    for row in range(1, periods + 20):
        errors[row] += lasting * errors[row - 1]
    shared = 100 * week[:, None] * random.uniform(0.5, 1.5, units) + causes @ random.uniform(0, 1.5, (3, units))
    found: Floats = 1000 + random.uniform(-300, 300, units) + shared + errors[20:]
    return found


@pytest.mark.parametrize(("before", "after", "units"), [(60, 14, 20), (40, 7, 30)])
def test_intervals_hold_the_truth_and_false_alarms_stay_rare(before: int, after: int, units: int) -> None:
    """200 worlds with a known effect of 40: at most 5 % false alarms and at least 95 % coverage, within three
    standard errors of 200 draws."""
    random, alarms, held = np.random.default_rng(before), 0, 0
    for _ in range(200):
        values = world(random, before + after, units)
        target = values[:, 0].copy()
        alarms += synthetic.Conformal(target, values[:, 1:], before).p(0.0) <= 0.05
        target[before:] += 40
        _, tested = synthetic.test(target, values[:, 1:], before)
        held += tested.low <= 40 <= tested.high
    assert alarms <= 19
    assert held >= 181


def panel(values: Floats) -> Panel:
    days = tuple(START + timedelta(days=number) for number in range(len(values)))
    return Panel(tuple(f"s{number:02}" for number in range(values.shape[1])), days, 1, values)


def asked(first: int, last: int, **other: Any) -> Question:
    return replace(
        Question("Test", ("s00",), START + timedelta(days=first), START + timedelta(days=last), grain="day"), **other
    )


def test_a_strong_change_is_found_and_a_quiet_area_is_not_blamed() -> None:
    values = world(np.random.default_rng(5), 90, 24)
    quiet = find(panel(values), asked(75, 89), "", {})
    values[75:, 0] += 120
    found = find(panel(values), asked(75, 89), "", {})
    assert (quiet.verdict, quiet.causality) == ("no_effect_shown", "comparison")
    assert (found.verdict, found.causality) == ("raised", "comparison")
    assert found.effect is not None and found.effect.each_low is not None and found.effect.each_high is not None
    assert found.effect.each_low < 120 < found.effect.each_high
    space = next(one for one in found.checks if one.key == "placebo_space")
    assert space.value is not None and space.value <= 0.05


def test_an_area_that_had_changed_before_is_no_evidence() -> None:
    values = world(np.random.default_rng(6), 90, 24)
    values[60:, 0] += 150
    found = find(panel(values), asked(75, 89), "", {})
    assert (found.verdict, found.causality) == ("doubtful", "none")
    assert [one.key for one in found.checks if one.passed is False and one.grave] == ["placebo_time"]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (asked(20, 40), "too_few_periods"), (asked(95, 99), "not_started"),
        (asked(60, 70, units=("elsewhere",)), "no_such_units"), (asked(60, 70, units=("s23",)), "no_movement"),
        (asked(60, 70, units=tuple(f"s{number:02}" for number in range(20))), "too_few_units"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_not_told(question: Question, code: str) -> None:
    values = world(np.random.default_rng(7), 90, 24)
    values[:, 23] = 0
    found = find(panel(values), question, "", {})
    assert (found.verdict, found.causality, found.effect, found.points) == (code, "none", None, ())


def test_a_week_never_holds_days_from_before_and_after_the_start() -> None:
    days = panel(np.arange(60.0)[:, None])
    cut, before = around(days, START + timedelta(days=30), START + timedelta(days=45), "week")
    assert (before, len(cut.starts)) == (4, 6)
    assert cut.starts[before] == START + timedelta(days=30)
    assert cut.values[before, 0] == sum(range(30, 37))
    assert cut.values[0, 0] == sum(range(2, 9))


def test_a_design_finds_larger_lifts_more_often_and_prefers_areas_that_others_follow() -> None:
    values = world(np.random.default_rng(8), 100, 12)
    values[:, 4] += np.random.default_rng(9).normal(0, 300, 100)
    trials, found = candidates(values, 1, 10, 40)
    assert trials == 20
    assert all(one.power[-1] >= one.power[1] for one in found)
    assert found[0].smallest is not None and found[0].smallest <= 0.15
    assert (4,) not in [one.places for one in found[:3]]
    assert found == candidates(values, 1, 10, 40)[1]


TABLE = "Region;Date;Sales\n" + "".join(
    f"{area};{START + timedelta(days=day)};{100 + day % 7 + place},5\n"
    for place, area in enumerate(("north", "south", "west"))
    for day in range(10)
)


def test_a_table_from_a_spreadsheet_is_read_and_units_with_gaps_are_named() -> None:
    found, left_out = read("\ufeff" + TABLE + f"east;{START};5\n")
    assert (found.units, left_out, len(found.starts)) == (("north", "south", "west"), ("east",), 10)
    assert found.values[3, 1] == 104.5


@pytest.mark.parametrize(
    ("text", "words"),
    [("a,b\n1,2\n", "no column"), ("unit,day,value\n", "no lines"), ("unit,day,value\nx,2024-01-01,much\n", "Line 2"),
     ("unit,day,value\nx,2024-01-01,1\nx,2024-01-01,2\n", "second time"), ("unit,day,value\nx,1/2/24,1\n", "Line 2"),
     ("unit,day,value\nx,2024-01-01,1\ny,2024-01-02,2\n", "every day")],
)  # fmt: skip
def test_a_table_that_cannot_be_read_says_where(text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read(text)


@pytest.fixture
def stores(shop: Shop) -> Iterator[Shop]:
    """Twelve stores over 40 days; from the 31st on store 1 sells 30.00 a day more."""
    random = np.random.default_rng(1)
    events = []
    for day in range(40):
        mood = random.normal(0, 10)
        for store in range(1, 13):
            amount = round(100 + mood + random.normal(0, 2) + (30 if store == 1 and day >= 30 else 0), 2)
            at = (START + timedelta(days=day)).isoformat() + "T10:00:00Z"
            events.append(order(f"card:{store}", at, amount, store=str(store)))
    fill(shop, events)
    yield shop


OPENED = Question("Window", ("1",), START + timedelta(days=30), START + timedelta(days=39), grain="day")


def test_the_shops_own_stores_are_compared_in_minor_units(stores: Shop) -> None:
    geo = stores.analytics.geo
    found = geo.answer(OPENED)
    assert (found.verdict, found.currency, found.others) == ("raised", "EUR", 11)
    assert found.effect is not None and found.effect.each == pytest.approx(3000, abs=300)
    assert {one.id for one in geo.units()} == {str(number) for number in range(1, 13)}
    assert geo.answer(OPENED) == found, "kept answers are the same"
    orders = geo.answer(replace(OPENED, outcome="orders"))
    assert (orders.verdict, orders.currency) == ("no_movement", "")


def test_an_empty_shop_answers_too(shop: Shop) -> None:
    geo = shop.analytics.geo
    assert geo.answer(OPENED).verdict == "no_such_units"
    assert (geo.units(), geo.days(), geo.studies(), geo.plan().reason) == ((), None, [], "too_few_periods")


def test_a_study_is_kept_changed_put_away_and_brought_back_and_the_log_knows(stores: Shop) -> None:
    geo = stores.analytics.geo
    made = act(keep_study, ANA, OPENED)
    act(keep_study, ANA, replace(OPENED, name="Window, again"), made)
    assert [one.question.name for one in geo.studies()] == ["Window, again"]
    act(remove_study, ANA, made)
    with pytest.raises(NotFound):
        geo.study(made)
    act(restore_study, ANA, made)
    assert geo.study(made).question.units == ("1",)


@pytest.mark.parametrize("wrong", [{"name": " "}, {"units": ()}, {"ends": date(2020, 1, 1)}])
def test_half_a_question_is_refused(shop: Shop, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        act(keep_study, ANA, replace(OPENED, **wrong))
    assert refused.value.code == "bad_study"


def test_an_imported_table_is_kept_as_it_came(shop: Shop) -> None:
    found, left_out = read(TABLE)
    made = act(keep_table, ANA, "Regions", found, left_out)
    geo = shop.analytics.geo
    assert geo.table(made).units == ("north", "south", "west")
    assert geo.days(made) == (START, START + timedelta(days=9))
    assert geo.answer(replace(OPENED, source=made, units=("north",))).verdict == "not_started"
    act(remove_table, ANA, made)
    with pytest.raises(NotFound):
        geo.answer(replace(OPENED, source=made))
