"""Ids sort by time, digests cover the whole value, times have a zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from choral.core.clock import FixedClock, to_datetime, to_microseconds
from choral.core.event import Event, decode_lines, encode_lines
from choral.core.ids import digest, key64, new_id, new_secret, pseudonym


@given(st.integers(0, 2**47), st.integers(1, 10**6))
def test_a_later_id_sorts_after_an_earlier_one(millisecond: int, gap: int) -> None:
    earlier, later = new_id(millisecond * 1_000), new_id((millisecond + gap) * 1_000)
    assert earlier < later and str(earlier) < str(later)
    assert earlier.version == 7 and earlier.variant == "specified in RFC 4122"


def test_ids_that_share_all_but_one_letter_have_unlike_digests() -> None:
    stem = "ajs-next-1700000000000-" + "a" * 60
    assert digest(stem + "b") != digest(stem + "c")
    assert digest("b" + stem) != digest("c" + stem)
    assert key64(stem + "b") != key64(stem + "c")
    assert -(2**63) <= key64(stem) < 2**63


def test_secrets_differ_and_say_what_they_are() -> None:
    first, second = new_secret("wk"), new_secret("wk")
    assert first != second and first.startswith("wk_") and len(first) >= 29
    assert pseudonym(b"k", "a") != pseudonym(b"l", "a")


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1)))
def test_microseconds_are_exact_both_ways(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    assert to_datetime(to_microseconds(moment)) == moment


def test_the_zone_of_a_time_is_respected_and_never_guessed() -> None:
    rome = datetime(2026, 1, 1, 1, 0, tzinfo=timezone(timedelta(hours=1)))
    assert to_microseconds(rome) == to_microseconds(datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="zone"):
        to_microseconds(datetime(2026, 1, 1))


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock(5)
    assert clock.now() == clock.now() == 5
    clock.advance(2)
    assert clock.now() == 7


@given(
    st.lists(
        st.builds(
            Event,
            id=st.text(min_size=1, max_size=20),
            name=st.text(min_size=1, max_size=20),
            at=st.integers(-(2**60), 2**60),
            ids=st.lists(st.text(max_size=10), max_size=3).map(tuple),
            amount=st.none() | st.integers(-(2**60), 2**60),
            currency=st.none() | st.just("EUR"),
        ),
        max_size=5,
    )
)
def test_an_event_survives_the_log_s_lines(events: list[Event]) -> None:
    assert decode_lines(encode_lines(events)) == events
