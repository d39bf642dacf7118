"""The faults occur at the rates asked for, are marked in the truth, and are all absent when switched off."""

from collections import Counter
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from town_lived import Lived, live

from simulator.arrays import DAY
from simulator.plan import NO_FAULTS, Faults, Plan
from simulator.stream.town_stream import TownStream
from simulator.truth.book import Book


def test_copies_are_sent_at_their_rate_with_the_same_content(town_run: Lived) -> None:
    copies = Counter(event["messageId"] for event in town_run.sent)
    twice = {name for name, count in copies.items() if count == 2}
    assert max(copies.values()) == 2
    assert len(twice) / len(copies) == pytest.approx(town_run.plan.faults.duplicate, rel=0.15)
    assert twice == {one["message_id"] for one in town_run.truth("events") if one.get("copies")}


def test_wrong_clocks_shift_timestamps_by_what_the_truth_says(town_run: Lived) -> None:
    devices = town_run.truth("devices")
    wrong = sum(one["clock_ahead_ms"] != 0 for one in devices)
    assert wrong / len(devices) == pytest.approx(town_run.plan.faults.skew, rel=0.35)
    truth = {one["message_id"]: one for one in town_run.truth("events")}
    for event in town_run.sent:
        one = truth[event["messageId"]]
        apart = datetime.fromisoformat(event["timestamp"]) - datetime.fromisoformat(one["at"])
        assert round(apart.total_seconds() * 1000) == one.get("skew_ms", 0)


def test_offline_app_visits_arrive_late_at_their_rate(town_run: Lived) -> None:
    late = {one["message_id"] for one in town_run.truth("events") if one.get("late_ms")}
    opened = {event["messageId"] for event in town_run.sent if event["type"] == "screen"}
    assert len(opened & late) / len(opened) == pytest.approx(town_run.plan.faults.late, rel=0.3)


def test_arrivals_are_out_of_order_only_by_the_faults() -> None:
    def inversions(faults: Faults) -> int:
        count, latest = 0, ""
        for part in TownStream(Plan(people=150, days=3, faults=faults), Book(None)).days():
            stamps = [text.split('"timestamp":"')[1][:19] for text in part.text]
            for stamp in stamps:
                count += stamp < latest
                latest = max(latest, stamp)
        return count

    calm, rough = inversions(NO_FAULTS), inversions(Faults())
    assert rough > calm * 1.3


def test_arrivals_come_in_the_order_of_their_arrival() -> None:
    parts = list(TownStream(Plan(people=100, days=3), Book(None)).days())
    assert all((part.at[1:] >= part.at[:-1]).all() for part in parts)
    assert all(first.at[-1] // DAY < then.at[0] // DAY for first, then in pairwise(parts))


def test_private_windows_give_a_new_anonymous_id_each_visit(tmp_path: Path) -> None:
    plan = Plan(people=150, days=4, faults=Faults(0, 0, 0, 0, 0, 0, 0, private=1))
    run = live(plan, tmp_path)
    pages = [event["anonymousId"] for event in run.sent if event["type"] == "page"]
    assert len(set(pages)) == len(pages)


def test_the_store_tablet_is_shared_by_strangers(tmp_path: Path) -> None:
    run = live(Plan(people=1500, days=10, faults=Faults(tablet=1)), tmp_path)
    person = {one["message_id"]: one["person_id"] for one in run.truth("events")}
    ups = [e for e in run.sent if e["type"] == "identify" and e["context"]["channel"] == "store"]
    behind: dict[str, set[str]] = {}
    for event in ups:
        behind.setdefault(event["anonymousId"], set()).add(person[event["messageId"]])
    assert max(map(len, behind.values())) > 2


def test_robots_and_typing_errors_occur_and_are_known(town_run: Lived) -> None:
    robots = [one for one in town_run.truth("events") if one["person_id"] is None]
    assert town_run.counts.robots == len(robots) > 100
    typed = [one for one in town_run.truth("identifiers") if one.get("typing_error") and one["type"] == "email"]
    people = [one for one in town_run.truth("identifiers") if one["type"] == "email" and not one.get("typing_error")]
    assert len(typed) / len(people) == pytest.approx(town_run.plan.faults.typing, rel=0.25)


def test_a_world_without_faults_has_none(tmp_path: Path) -> None:
    run = live(Plan(people=150, days=4, faults=NO_FAULTS), tmp_path)
    counts = run.counts
    assert (counts.copies, counts.late, counts.held_up, counts.skewed, counts.robots) == (0, 0, 0, 0, 0)
    assert not any(one.get("typing_error") for one in run.truth("identifiers"))


def test_an_unknown_fault_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="known are late"):
        Faults().with_rate("weather", 0.5)
    with pytest.raises(ValueError, match="between 0 and 1"):
        Faults().with_rate("late", 2)
