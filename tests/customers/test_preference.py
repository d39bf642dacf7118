"""Which channel and hours a customer prefers: learnt from what they did, honest about how sure that is. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from choral.core.clock import DAY, HOUR, to_microseconds
from choral.customers.profiles.rules import Moment
from choral.customers.traits.habits import Habits
from choral.customers.traits.preference import Preference, local_hours, prefer
from tests.customers.told import START, Told

END = START + 400 * DAY
EVENLY = (10,) * 24
SHOP = Habits(
    {"store": 600, "web": 300, "app": 100},
    {"store": EVENLY, "web": EVENLY, "app": EVENLY},
    {"email": (1_000, 200), "sms": (1_000, 200)},
)


def act(channel: str, days_ago: float, name: str = "Page Viewed", campaign: str | None = None) -> Moment:
    return Moment(1, 1, END - int(days_ago * DAY), name, channel, "s", None, None, None, campaign, None, None)


def preferred(*acts: Moment, zone: str = "UTC") -> Preference:
    return prefer(sorted(acts, key=lambda one: -one.at), SHOP, END, zone)


def test_of_a_stranger_the_shops_average_is_said_and_that_little_is_known() -> None:
    found = preferred()
    assert found.certainty == "little_known" and found.hours is None
    assert [(one.channel, round(one.share, 1)) for one in found.channels] == [
        ("store", 0.6),
        ("web", 0.3),
        ("app", 0.1),
    ]


def test_one_act_moves_little_and_many_convince() -> None:
    once, often = preferred(act("app", 1)), preferred(*(act("app", n / 2) for n in range(60)))
    assert once.channels[0].channel == "store" and once.certainty == "little_known"
    assert often.channels[0].channel == "app" and often.certainty == "very_sure"
    assert often.channels[0].share > 0.8 and often.channels[0].low > 0.7
    width = [one.channels[0].high - one.channels[0].low for one in (once, often)]
    assert width[1] < width[0], "the interval narrows with what is known"


def test_what_was_long_ago_counts_less_than_what_is_recent() -> None:
    found = preferred(*(act("web", 300 + n) for n in range(20)), *(act("app", n) for n in range(10)))
    assert found.channels[0].channel == "app"


def test_two_channels_used_alike_leave_it_open() -> None:
    found = preferred(*(act("web", n) for n in range(10)), *(act("store", n) for n in range(8)))
    assert found.certainty in ("unsure", "leaning")
    assert found.channels[0].first < 0.95


def test_what_is_sent_to_a_customer_is_no_act_of_theirs() -> None:
    found = preferred(
        *(act("email", n, "Email Sent") for n in range(50)), *(act("email", n, "Email Opened") for n in range(50))
    )
    assert found.acts == 0 and found.certainty == "little_known"


def test_the_shares_sum_to_one_and_lie_in_their_intervals() -> None:
    found = preferred(*(act("web", n) for n in range(5)), act("store", 3))
    assert sum(one.share for one in found.channels) == pytest.approx(1)
    assert sum(one.first for one in found.channels) == pytest.approx(1)
    assert all(one.low <= one.share <= one.high for one in found.channels)


def test_the_best_hours_are_those_of_the_shops_day_in_which_they_act() -> None:
    evening = [int((END - n * DAY) // DAY * DAY + 19 * HOUR) for n in range(1, 41)]
    acts = [act("web", 0)._replace(at=at) for at in evening]
    found = preferred(*acts, zone="Europe/Paris").hours
    assert found is not None
    local = datetime.fromtimestamp(evening[0] / 1e6, ZoneInfo("Europe/Paris")).hour
    assert found.start <= local < found.start + 3 and found.share > 0.6 > found.shop
    assert found.low <= found.share <= found.high


def test_hours_are_right_on_days_on_which_the_clocks_change() -> None:
    zone = ZoneInfo("Europe/Paris")
    moments = [datetime(2026, 3, 29, hour, 30, tzinfo=zone) for hour in (0, 1, 4, 12, 23)]
    moments += [datetime(2026, 10, 25, hour, 30, tzinfo=zone) for hour in (0, 1, 4, 12, 23)]
    at = np.array([to_microseconds(one) for one in moments], np.int64)
    assert local_hours(at, "Europe/Paris").tolist() == [one.hour for one in moments]


def test_answers_to_messages_are_counted_by_campaign_and_drawn_to_the_shops_rate() -> None:
    sent = [act("email", 100 - n, "Email Sent", f"c{n}") for n in range(8)]
    answered = [act("web", 99 - n, "Link Clicked", f"c{n}") for n in range(4)]
    late = [act("web", 10, "Link Clicked", "c7")]
    (found,) = preferred(*sent, *answered, *late).answers
    assert (found.channel, found.sent, found.answered) == ("email", 8, 4), "an answer after four weeks is none"
    assert 0.2 < found.rate < 0.5 and found.low < found.rate < found.high and found.shop == pytest.approx(0.2, abs=0.01)


def test_the_same_past_gives_the_same_answer() -> None:
    acts = [act("web", n) for n in range(7)]
    assert preferred(*acts) == preferred(*acts)


def test_the_shops_averages_come_from_the_lake_and_without_them_the_customers_own_past_still_speaks(told: Told) -> None:
    from tests.customers.bought import to_lake

    told.says("web", *({"ids": ["user:ann"], "at": START + n * DAY} for n in range(9)))
    traits = told.customers.traits
    known = traits.known(told.customers.identifiers("user:ann")[1])
    assert traits.preference(known).channels[0].channel == "web"
    told.says("till", *({"ids": ["card:2"], "name": "Store Visited", "at": START + n * DAY} for n in range(30)))
    told.says(
        "till",
        {"ids": ["card:2"], "name": "Mail Piece Sent", "at": START, "channel": "direct_mail",
         "properties": {"campaign_id": "x"}},
        {"ids": ["card:2"], "name": "Coupon Redeemed", "at": START + DAY, "properties": {"campaign_id": "x"}},
    )  # fmt: skip
    to_lake(told.shop)
    assert traits.refresh() and not traits.refresh()
    found = {one.channel: one.acts for one in traits.preference(known).channels}
    assert found == {"store": 0, "web": 9}
    answers = traits.preference(traits.known(told.customers.identifiers("card:2")[1])).answers
    assert [(one.channel, one.sent, one.answered) for one in answers] == [("direct_mail", 1, 1)]
    assert answers[0].shop == pytest.approx(2 / 3)
