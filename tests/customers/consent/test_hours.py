"""When a channel may be used: dated rules that a lawyer can edit, in the customer's zone, at a change of clocks too."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from choral import Shop
from choral.core.clock import DAY, HOUR, MINUTE, to_datetime
from choral.core.errors import ChoralError
from choral.customers.consent.calendar import easter, holidays_of, next_allowed
from choral.customers.consent.packs import pack
from tests.customers.consent.said import NOON, may, paris, say


def opens(shop: Shop, text: str, channel: str = "sms", country: str = "FR", zone: str = "") -> int | None:
    return shop.customers.consent.when_may(channel, paris(text), country, zone)


def test_texts_in_france_wait_for_the_morning_for_monday_and_for_the_day_after_a_holiday(shop: Shop) -> None:
    assert opens(shop, "2026-11-24T12:00") == paris("2026-11-24T12:00")
    assert opens(shop, "2026-11-24T20:00") == paris("2026-11-25T08:00")
    assert opens(shop, "2026-11-28T20:30") == paris("2026-11-30T08:00"), "not on Sunday"
    assert opens(shop, "2026-11-11T10:00") == paris("2026-11-12T08:00"), "not on 11 November"
    assert opens(shop, "2026-12-24T21:00") == paris("2026-12-26T08:00")
    assert opens(shop, "2026-11-29T10:00", "email") == paris("2026-11-29T10:00"), "mail waits for nobody"


def test_calls_in_france_rest_at_lunch_and_at_the_weekend(shop: Shop) -> None:
    assert opens(shop, "2026-11-24T13:30", "call") == paris("2026-11-24T14:00")
    assert opens(shop, "2026-11-27T20:00", "call") == paris("2026-11-30T10:00")


def test_calls_in_italy_are_shorter_on_saturday_and_before_a_holiday(shop: Shop) -> None:
    assert opens(shop, "2026-11-28T09:30", "call", "IT") == paris("2026-11-28T10:00")
    assert opens(shop, "2026-12-07T19:30", "call", "IT") == paris("2026-12-09T09:00"), "8 December is a holiday"
    assert opens(shop, "2026-11-24T08:00", "call", "IT") == paris("2026-11-24T09:00")


def test_the_hours_are_those_of_the_clock_on_the_wall_when_the_clocks_change(shop: Shop) -> None:
    winter = opens(shop, "2026-03-28T21:00")  # summer time begins in the night to Sunday 29 March
    assert winter == paris("2026-03-30T08:00")
    assert winter - paris("2026-03-28T21:00") == 34 * HOUR, "one hour less than the clock says"
    autumn = opens(shop, "2026-10-24T21:00")
    assert autumn - paris("2026-10-24T21:00") == 36 * HOUR  # type: ignore[operator]


def test_the_customers_own_zone_counts_not_the_shops(shop: Shop) -> None:
    at = paris("2026-11-24T12:00")
    reunion = shop.customers.consent.when_may("sms", at + 6 * HOUR, "FR", "Indian/Reunion")
    assert reunion == paris("2026-11-25T05:00"), "it is nine in the evening there"


@given(
    st.integers(min_value=0, max_value=3 * 365 * 24 * 60),
    st.sampled_from(["FR", "IT"]),
    st.sampled_from(["sms", "call"]),
)
def test_the_next_moment_is_never_before_the_asked_one_and_is_itself_allowed(
    minutes: int, country: str, channel: str
) -> None:
    found = pack(country, Path("/nowhere"))
    assert found is not None
    at = NOON + minutes * MINUTE
    first = next_allowed(at, found.hours(channel), found.time_zone, found.holiday)
    assert first is not None and first >= at
    assert next_allowed(first, found.hours(channel), found.time_zone, found.holiday) == first
    if first > at:
        assert next_allowed(first - 1, found.hours(channel), found.time_zone, found.holiday) == first


def test_a_message_at_night_is_not_refused_but_told_when(shop: Shop) -> None:
    say(shop, "card:8", "granted", channel="sms", at=NOON - DAY)
    found = shop.customers.consent.may_send(["card:8"], "offers", "sms", paris("2026-11-24T22:00"))
    assert (found.allowed, found.reasons[0].code) == (False, "quiet_hours")
    assert found.not_before_at == paris("2026-11-25T08:00")


def test_calls_in_france_need_consent_since_their_law_and_did_not_before(shop: Shop) -> None:
    found = shop.customers.consent.pack("FR")
    assert found is not None
    assert "legitimate_interest" in found.bases("call", paris("2026-08-10T12:00"))
    assert found.bases("call", paris("2026-08-12T12:00")) == {"consent", "contract"}
    assert found.registers("call", paris("2026-08-10T12:00")) and not found.registers("call", paris("2026-08-12T12:00"))


def test_every_rule_has_a_source_and_is_said_in_three_languages(shop: Shop) -> None:
    found = shop.customers.consent.packs()
    assert [one.country for one in found] == ["FR", "IT"]
    for rule in (rule for one in found for rule in one.rule):
        assert rule.law and rule.source and set(rule.text) == {"en", "fr", "it"} and all(rule.text.values())


def test_a_shop_puts_its_lawyers_file_in_the_place_of_ours(shop: Shop) -> None:
    folder = shop.home.path / "consent"
    folder.mkdir()
    ours = Path(pack.__code__.co_filename).with_name("packs") / "fr.toml"
    text = ours.read_text("utf-8").replace("start = 08:00:00", "start = 09:30:00")
    (folder / "fr.toml").write_text(text, "utf-8")
    assert opens(shop, "2026-11-24T07:00") == paris("2026-11-24T09:30")
    (folder / "fr.toml").write_text(text.replace('days = ["mon"', 'days = ["monday"'), "utf-8")
    with pytest.raises(ChoralError, match="monday") as broken:
        may(shop, ["card:8"], channel="sms")
    assert broken.value.code == "broken_pack", "rules that cannot be read stop the sending"


def test_holidays_are_those_of_the_calendar() -> None:
    known = {2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2038: "2038-04-25"}
    assert {year: easter(year).isoformat() for year in known} == known
    assert all(easter(year).weekday() == 6 and (3, 22) <= (easter(year).month, easter(year).day) <= (4, 25)
               for year in range(1900, 2200))  # fmt: skip
    italy = pack("IT", Path("/nowhere"))
    assert italy is not None
    assert date(2025, 10, 4) not in holidays_of(2025, italy.holiday)
    assert date(2026, 10, 4) in holidays_of(2026, italy.holiday)
    ascension = easter(2026) + timedelta(days=39)
    france = pack("FR", Path("/nowhere"))
    assert france is not None and holidays_of(2026, france.holiday)[ascension] == "Ascension"
    assert to_datetime(paris("2026-05-14T12:00")).date() == ascension
