"""Sequences: found where they are, not found where chance alone is at work, and told with their people."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats
from small_shop import fill, order, touch

from choral import Shop
from choral.analytics.journeys.door import SequenceQuery
from choral.analytics.journeys.mining import Watched, mine, ratio
from choral.core.errors import NotFound


def watched(seed: int, customers: int = 3_000, after: float = 0.2) -> Watched:
    """Labels at random; the outcome is likelier (`after`) for whoever was met by 0 and later by 1, else 0.2."""
    chance = np.random.default_rng(seed)
    lengths = chance.integers(1, 7, customers)
    person = np.repeat(np.arange(customers, dtype=np.int32), lengths)
    label = chance.integers(0, 4, len(person)).astype(np.int8)
    rows = np.split(label, np.cumsum(lengths)[:-1])
    had = np.array([0 in one and 1 in one[list(one).index(0) :] for one in rows])
    return Watched(person, label, chance.random(customers) < np.where(had, after, 0.2), 4)


def test_a_sequence_that_matters_is_found_and_its_lift_covered() -> None:
    covered = 0
    for seed in range(20):
        found = {one.steps: one for one in mine(watched(seed, after=0.4), 2, 30)}
        assert found[0, 1].low > 1
        assert max(found.values(), key=lambda one: one.low).steps == (0, 1)
        covered += found[0, 1].low <= 2 <= found[0, 1].high
    assert covered >= 19


def test_chance_alone_is_seldom_called_certain() -> None:
    """100 worlds without any effect, 16 sequences of 2 and 64 of 3 in each: with 95 % none is certain. 11 of 100 would
    be beyond what a level of 5 % lets happen once in 85 times."""
    false = sum(any(one.low > 1 or one.high < 1 for one in mine(watched(1_000 + seed), 3, 30)) for seed in range(100))
    assert false <= 10


def test_who_is_met_more_often_does_not_make_a_sequence_matter() -> None:
    """The outcome comes with the number of touches only: a plain ratio of shares would find every sequence."""
    chance = np.random.default_rng(5)
    base = watched(5, 20_000)
    met = np.bincount(base.person)
    world = Watched(base.person, base.label, chance.random(20_000) < met / 10, 4)
    found = mine(world, 2, 30)
    plain = [one.with_outcome / one.support / (one.without_with_outcome / one.without) for one in found]
    assert min(plain) > 1.1
    assert not any(one.low > 1 or one.high < 1 for one in found)


def test_the_ratio_is_that_of_mantel_and_haenszel() -> None:
    """One stratum is the plain ratio of shares with the usual error of its logarithm (Katz 1978)."""
    had = np.repeat([True, False], [50, 100])
    outcome = np.concatenate((np.arange(50) < 30, np.arange(100) < 20))
    said = ratio(had, outcome, np.zeros(150, dtype=np.int64))
    assert said is not None
    assert said[0] == pytest.approx(np.log(3))
    assert said[1] == pytest.approx(np.sqrt(1 / 30 - 1 / 50 + 1 / 20 - 1 / 100))


def test_sequences_are_counted_as_a_plain_reading_counts_them() -> None:
    world = watched(2, 500)
    rows = np.split(world.label, np.flatnonzero(np.diff(world.person)) + 1)
    found = {one.steps: one.support for one in mine(world, 3, 30)}
    for steps, support in found.items():
        plain = 0
        for labels in rows:
            left = iter(labels.tolist())
            plain += all(step in left for step in steps)
        assert plain == support
    assert any(len(steps) == 3 for steps in found)


def test_a_shop_tells_which_sequence_comes_before_orders(shop: Shop) -> None:
    """900 customers over 120 days: whoever gets an e-mail and then comes to the site buys the day after, mostly."""
    chance, events = np.random.default_rng(1), []
    start = date(2024, 1, 1)
    for customer in range(900):
        who = f"card:s{customer}"
        for day in range(int(chance.integers(0, 10)), 120, 12):
            on = (start + timedelta(days=day)).isoformat()
            follows = chance.random() < 0.5
            events.append(touch(who, f"{on}T08:00:00Z", "email" if follows else "app"))
            events.append(touch(who, f"{on}T09:00:00Z", "web", "Page Viewed"))
            if chance.random() < (0.7 if follows else 0.05):
                events.append(order(who, f"{(start + timedelta(days=day + 2)).isoformat()}T10:00:00Z", 10))
    fill(shop, events)
    journeys = shop.analytics.journeys
    query = SequenceQuery(window_days=2, horizon_days=4)
    found = journeys.sequences(query)
    assert 0 < found.customers <= 900
    best = found.rows[0]
    assert (best.steps, best.certain, best.low > 1.5) == (("email", "web"), True, True)
    assert {one.steps for one in found.rows if one.certain and one.lift > 1} >= {("email", "web")}
    assert found.with_outcome == pytest.approx(found.base * found.customers)
    people = journeys.sequence_people(query, ("email", "web"))
    assert people.count < 900
    with pytest.raises(NotFound):
        journeys.sequence_people(query, ("email", "fax"))
    lost = journeys.sequences(SequenceQuery("loss", window_days=30, horizon_days=30))
    assert lost.customers > 0
    assert journeys.sequences(SequenceQuery(horizon_days=365)).customers == 0, "the data are shorter than that"


def test_so_much_chance_of_a_false_alarm_was_allowed() -> None:
    assert stats.binom.sf(10, 100, 0.05) < 1 / 85
