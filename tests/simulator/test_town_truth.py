"""The truth fits the stream: every event has its person, and every effect is the sum of its labels."""

from collections import Counter, defaultdict

import pytest
from town_lived import Lived


def test_every_event_sent_is_in_the_truth_and_nothing_else_is(town_run: Lived) -> None:
    known = {one["message_id"] for one in town_run.truth("events")}
    assert {event["messageId"] for event in town_run.sent} == known


def test_every_person_and_device_named_exists(town_run: Lived) -> None:
    people = {one["person_id"] for one in town_run.truth("people")}
    devices = {one["device_id"] for one in town_run.truth("devices")}
    for one in town_run.truth("events"):
        assert one["person_id"] is None or one["person_id"] in people
        assert "device_id" not in one or one["device_id"] in devices
    assert {one["person_id"] for one in town_run.truth("orders")} <= people


def test_every_identifier_in_the_stream_is_explained(town_run: Lived) -> None:
    owners = {(one["type"], one["value"]) for one in town_run.truth("identifiers")}
    for event in town_run.sent:
        for kind, value in (("anonymous_id", event["anonymousId"]), ("user_id", event["userId"])):
            assert value is None or (kind, value) in owners
        for one in event["context"].get("externalIds", []):
            assert (one["type"], one["id"]) in owners
        for kind in ("email", "phone", "loyalty_card"):
            value = event.get("traits", {}).get(kind)
            assert value is None or (kind, value) in owners


def test_behind_an_anonymous_id_stand_exactly_those_who_used_it(town_run: Lived) -> None:
    person = {one["message_id"]: one["person_id"] for one in town_run.truth("events")}
    used: dict[str, set[str]] = defaultdict(set)
    for event in town_run.sent:
        if event["anonymousId"] and person[event["messageId"]]:
            used[event["anonymousId"]].add(person[event["messageId"]])
    said = {
        one["value"]: set(one["person_ids"]) for one in town_run.truth("identifiers") if one["type"] == "anonymous_id"
    }
    assert used == {value: people for value, people in said.items() if people}


def test_families_share_devices_cookies_and_cards(town_run: Lived) -> None:
    home = {one["person_id"]: one["home_id"] for one in town_run.truth("people")}
    shared = [one for one in town_run.truth("identifiers") if len(one["person_ids"]) > 1]
    kinds = Counter(one["type"] for one in shared)
    assert kinds["anonymous_id"] > 5
    assert kinds["loyalty_card"] > 5
    assert all(len({home[p] for p in one["person_ids"]}) == 1 for one in shared if one["type"] == "loyalty_card")
    assert any(one["shared"] for one in town_run.truth("devices"))


def test_each_order_is_told_once_with_the_true_total(town_run: Lived) -> None:
    cents = {one["order_id"]: one["total_cents"] for one in town_run.truth("orders")}
    told: dict[str, set[str]] = defaultdict(set)
    for event in town_run.sent:
        if event.get("event") == "Order Completed":
            facts = event["properties"]
            assert round(facts["total"] * 100) == cents[facts["order_id"]]
            told[facts["order_id"]].add(event["messageId"])
    assert told.keys() == cents.keys()
    assert all(len(messages) == 1 for messages in told.values())


def test_an_order_follows_the_touch_that_caused_it(town_run: Lived) -> None:
    touches = {one["touch_id"]: one for one in town_run.truth("touches")}
    caused = [one for one in town_run.truth("orders") if one["cause"] != "baseline"]
    assert len(caused) > 10
    for order in caused:
        touch = touches[order["cause"]]
        assert touch["seen"]
        assert touch["person_id"] == order["person_id"]
        assert touch["campaign_id"] == order["campaign_id"]
        assert touch["at"] < order["at"]


def test_campaign_effects_are_the_difference_of_the_labels(town_run: Lived) -> None:
    lots = defaultdict(dict)
    for one in town_run.truth("assignments"):
        lots[one["campaign_id"]][one["person_id"]] = one["held_out"]
    labels = Counter((one.get("campaign_id"), one["person_id"]) for one in town_run.truth("orders"))
    for campaign in town_run.truth("campaigns"):
        group = lots[campaign["campaign_id"]]
        treated = [person for person, out in group.items() if not out]
        assert (len(treated), len(group) - len(treated)) == (campaign["treated"], campaign["held_out"])
        by_label = sum(labels[campaign["campaign_id"], person] for person in treated)
        assert sum(labels[campaign["campaign_id"], person] for person, out in group.items() if out) == 0
        assert by_label == campaign["caused_orders"]
        assert campaign["effect_per_treated"] == pytest.approx(by_label / max(len(treated), 1))


def test_the_labels_agree_with_the_hazards(town_run: Lived) -> None:
    """Orders caused are Poisson about the sum of the hazards: four standard deviations hold for a fixed seed."""
    expected = sum(one["expected_orders"] for one in town_run.truth("campaigns"))
    caused = sum(one["caused_orders"] for one in town_run.truth("campaigns"))
    assert abs(caused - expected) < 4 * expected**0.5


def test_the_lots_are_told_as_the_retailer_drew_them(town_run: Lived) -> None:
    person = {one["message_id"]: one["person_id"] for one in town_run.truth("events")}
    told = {
        (event["properties"]["experiment_id"], person[event["messageId"]]): event["properties"]["variation_id"]
        for event in town_run.sent
        if event.get("event") == "Experiment Viewed"
    }
    drawn = {
        (one["campaign_id"], one["person_id"]): "holdout" if one["held_out"] else "treated"
        for one in town_run.truth("assignments")
    }
    assert told == drawn
