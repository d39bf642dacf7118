"""Paths and visits, on shops counted by hand; and the coding of ways against a plain reading."""

from __future__ import annotations

import random

import numpy as np
import pytest
from small_shop import fill, order, touch

from choral import Shop
from choral.analytics.journeys import durations
from choral.analytics.journeys.door import PathQuery
from choral.analytics.journeys.intervals import newcombe, wilson
from choral.analytics.journeys.paths import Asked, Touches, end_of, longer, steps_of, ways
from choral.core.errors import InvalidInput, NotFound


def walks(shop: Shop) -> None:
    fill(
        shop,
        [
            touch("card:a", "2024-03-01T10:00:00Z", "email"), touch("card:a", "2024-03-02T10:00:00Z", "web"),
            touch("card:a", "2024-03-03T10:00:00Z", "web"), order("card:a", "2024-03-04T10:00:00Z", 1),
            touch("card:a", "2024-03-05T10:00:00Z", "app"),
            order("card:b", "2024-03-01T10:00:00Z", 1), touch("card:c", "2024-03-01T10:00:00Z", "web"),
            touch("card:d", "2024-03-01T10:00:00Z", "email"), touch("card:d", "2024-03-02T10:00:00Z", "web"),
            touch("card:d", "2024-03-03T10:00:00Z", "app"),
        ],
        {f"card:{name}": number for number, name in enumerate("abcd", 1)},
    )  # fmt: skip


def test_a_path_joins_repeats_and_ends_at_the_first_order(shop: Shop) -> None:
    walks(shop)
    found = shop.analytics.journeys.paths(PathQuery(depth=2))
    assert (found.customers, found.ordered) == (4, 2)
    assert {(row.steps, row.end): row.customers for row in found.rows} == {
        (("email", "web"), "order:store"): 1, ((), "order:store"): 1, (("web",), "none"): 1,
        (("email", "web"), "more"): 1,
    }  # fmt: skip
    links = {(link.source, link.target): (link.customers, link.share_of_previous) for link in found.links}
    assert links == {
        ("0:email", "1:web"): (2, 1.0), ("0:web", "1:none"): (1, 1.0), ("1:web", "2:order:store"): (1, 0.5),
        ("1:web", "2:more"): (1, 0.5),
    }  # fmt: skip
    first = {node.label: node.customers for node in found.nodes if node.step == 0}
    assert first == {"email": 2, "order:store": 1, "web": 1}


def test_a_path_can_begin_anywhere_and_be_read_back_from_its_end(shop: Shop) -> None:
    walks(shop)
    paths = shop.analytics.journeys.paths
    from_web = paths(PathQuery(start="| web"))
    assert {(row.steps, row.end): row.customers for row in from_web.rows} == {
        (("web",), "order:store"): 1, (("web",), "none"): 1, (("web", "app"), "none"): 1,
    }  # fmt: skip
    back = paths(PathQuery(end="order", backwards=True))
    assert {(link.source, link.target): link.customers for link in back.links} == {
        ("0:order:store", "-1:web"): 1, ("-1:web", "-2:email"): 1,
    }  # fmt: skip
    assert {(row.steps, row.end) for row in back.rows} == {(("email", "web"), "order:store"), ((), "order:store")}
    lost = paths(PathQuery(end="none"))
    assert {(row.steps, row.end) for row in lost.rows} == {(("web",), "none"), (("email", "web", "app"), "none")}
    to_app = paths(PathQuery(end="| app", by="channel"))
    assert {(row.steps, row.end) for row in to_app.rows} == {
        (("email", "web", "store"), "reached:| app"), (("email", "web"), "reached:| app"),
    }  # fmt: skip


def test_the_people_of_a_place_are_those_it_counts(shop: Shop) -> None:
    walks(shop)
    journeys = shop.analytics.journeys
    for query in (
        PathQuery(depth=2), PathQuery(end="order", backwards=True, depth=3), PathQuery(by="event"),
        PathQuery(start="| email", end="| app"),
    ):  # fmt: skip
        found = journeys.paths(query)
        for node in found.nodes:
            assert journeys.path_people(query, node.id).count == node.customers
        for link in found.links:
            assert journeys.path_people(query, link.source, link.target).count == link.customers
        for one in found.passages:
            assert journeys.passage_people(query, one.source, one.target).count == one.customers, one
    assert journeys.path_people(PathQuery(depth=2), "0:email", "1:web").page().rows == ("1", "4")
    with pytest.raises(NotFound):
        journeys.passage_people(PathQuery(), "web", "nowhere")
    with pytest.raises(NotFound):
        journeys.path_people(PathQuery(), "0:nowhere")
    with pytest.raises(NotFound):
        journeys.path_people(PathQuery(depth=2), "7:web")
    with pytest.raises(InvalidInput):
        journeys.paths(PathQuery(depth=11))


def test_what_follows_what_is_counted_with_the_time_between(shop: Shop) -> None:
    events = [
        one
        for n in range(8)
        for one in (touch(f"card:x{n}", f"2024-03-{1 + n:02}T10:00:00Z", "email"),
                    touch(f"card:x{n}", f"2024-03-{1 + n:02}T12:00:00Z", "web"))
    ]  # fmt: skip
    fill(shop, [*events, *(order(f"card:x{n}", f"2024-03-{2 + n:02}T12:00:00Z", 5) for n in range(6))])
    found = shop.analytics.journeys.paths()
    passages = {(one.source, one.target): one for one in found.passages}
    assert {key: (one.times, one.customers, round(one.share, 2)) for key, one in passages.items()} == {
        ("start", "email"): (8, 8, 1.0), ("email", "web"): (8, 8, 1.0), ("web", "order:store"): (6, 6, 0.75),
        ("web", "none"): (2, 2, 0.25),
    }  # fmt: skip
    middle = passages["email", "web"].time
    assert middle is not None
    assert middle.median == pytest.approx(2 * 3_600, rel=0.01)
    day = passages["web", "order:store"].time
    assert day is not None
    assert day.median == pytest.approx(24 * 3_600, rel=0.01)
    assert passages["start", "email"].time is None


def test_two_groups_are_compared_link_by_link(shop: Shop) -> None:
    walks(shop)
    journeys = shop.analytics.journeys
    same = journeys.difference(PathQuery(), "")
    assert {link.difference for link in same.links} == {0.0}
    assert all(link.low <= 0 <= link.high for link in same.links)


def test_the_intervals_are_those_of_the_books() -> None:
    """Wilson: 81 of 263 gives .2553 to .3662; Newcombe's method 10 on 56/70 and 48/80: .0524 to .3339 (Newcombe,
    Statistics in Medicine 17, 1998, tables I and II)."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe(9, 10, 3, 10) == pytest.approx((0.1705, 0.8090), abs=5e-5)


def test_durations_are_right_to_half_a_per_cent() -> None:
    seconds = np.random.default_rng(3).lognormal(8, 2, 5_001)
    bins, counts = np.unique(durations.bins((seconds * 1e6).astype(np.int64)), return_counts=True)
    found = durations.quantiles(bins, counts, (0.25, 0.5, 0.75))
    assert found == pytest.approx(np.quantile(seconds, (0.25, 0.5, 0.75)).tolist(), rel=0.0055)


def test_ways_are_coded_as_they_were_walked() -> None:
    chance = random.Random(11)  # noqa: S311
    people = {n: [(chance.randrange(-1, 4), chance.random() < 0.2) for _ in range(chance.randrange(1, 9))]
              for n in range(2_000)}  # fmt: skip
    flat = [(n, label, end) for n, touches in people.items() for label, end in touches]
    customer, label = (np.array([row[at] for row in flat], dtype=np.int64) for at in (0, 1))
    end = np.array([2 if row[2] else -1 for row in flat], dtype=np.int8)
    touches = Touches(customer, np.arange(len(flat)), label.astype(np.int8), None, end)
    for backwards in (False, True):
        found = ways(touches, Asked(3, backwards))
        told = zip(steps_of(found.code, 3).tolist(), end_of(found.code).tolist(), longer(found.code).tolist(),
                   strict=True)  # fmt: skip
        for (steps, ended, more), walked in zip(told, people.values(), strict=True):
            stop = next((at for at, (_, ends) in enumerate(walked) if ends), len(walked))
            met = [number for number, _ in walked[:stop] if number >= 0]
            met = [one for at, one in enumerate(met) if not at or met[at - 1] != one]
            met = met[::-1] if backwards else met
            assert [step - 1 for step in steps if step] == met[:3]
            assert (ended, more) == (3 if stop < len(walked) else 0, len(met) > 3)


def test_visits_are_cut_at_any_silence(shop: Shop) -> None:
    fill(
        shop,
        [
            touch("card:a", "2024-03-01T10:00:00Z", "web", "Page Viewed"),
            touch("card:a", "2024-03-01T10:20:00Z", "web", "Page Viewed"),
            touch("card:a", "2024-03-01T11:00:00Z", "web", "Page Viewed"),
            order("card:a", "2024-03-01T11:05:00Z", 5, channel="web"), order("card:b", "2024-03-01T11:05:00Z", 5),
        ],
    )  # fmt: skip
    half_hour = shop.analytics.journeys.sessions(30)
    assert [(one.channel, one.sessions, one.customers, one.touches, one.with_order) for one in half_hour] == [
        ("web", 2, 1, 4, 1), ("store", 1, 1, 1, 1),
    ]  # fmt: skip
    assert [one.sessions for one in shop.analytics.journeys.sessions(60)] == [1, 1]
