"""Tokens: what opens for whom and when, exactly as often as granted, whoever asks at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from choral import Shop
from choral.books import SYSTEM, Tx, act
from choral.books.outbox import BooksOutbox
from choral.core.clock import DAY, HOUR, MINUTE, SYSTEM_CLOCK, FixedClock, to_microseconds
from choral.core.errors import ChoralError
from choral.core.event import decode_lines
from choral.customers.access import personal, rules
from choral.customers.access.actions import (
    block,
    end_loan,
    grant,
    issue,
    lend,
    replace,
    restore,
    revoke,
    set_place,
    take_back,
    unblock,
)
from choral.customers.access.reading import bearer, forget_reads
from choral.customers.access.values import Grant, Place, Reading, Rights, Verdict
from choral.events.relay import relay
from tests.customers.told import Told, rows

ZONE = "Europe/Paris"
TABLES = ("access_token", "access_grant", "access_loan", "access_presence", "access_read")


@pytest.fixture
def pool(shop: Shop) -> Shop:
    """A shop with a pool that lies in a spa, and a till."""
    for place in (
        Place("spa", "Spa", "area", "", "s1"),
        Place("pool", "Pool", "door", "spa", ""),
        Place("till", "Till", "till", "", "s1"),
    ):
        act(set_place, SYSTEM, place)
    return shop


@pytest.fixture
def asks(pool: Shop) -> Callable[..., Verdict]:
    """A reader at a door; each reading has a number of its own."""
    numbers = iter(range(1_000_000))

    def asked(value: str, place: str = "pool", *, leaving: bool = False, at: int | None = None) -> Verdict:
        return pool.customers.access.check(SYSTEM, Reading(value, place, "reader-1", str(next(numbers)), at, leaving))

    return asked


def told() -> list[tuple[str, tuple[str, ...], dict[str, object]]]:
    """The facts that wait in the outbox."""
    events = [event for row in BooksOutbox().take(1_000) for event in decode_lines(row.line)]
    return [(event.name, event.ids, msgspec.json.decode(event.properties)) for event in events]


def refused(code: str, work: Callable[..., object], *args: object, **more: object) -> None:
    with pytest.raises(ChoralError) as problem:
        act(work, SYSTEM, *args, **more)  # type: ignore[arg-type]
    assert problem.value.code == code


def now() -> int:
    return SYSTEM_CLOCK.now()


def test_a_token_opens_what_it_was_granted_and_nothing_else(asks: Callable[..., Verdict], pool: Shop) -> None:
    token = act(issue, SYSTEM, "wristband", "04:A2", "card:8812")
    assert (asks("04:A2").allowed, asks("04:A2").reason) == (False, "no_grant")
    act(grant, SYSTEM, token, Rights("spa"))
    verdict = asks(" 04:A2 ")
    assert (verdict.allowed, verdict.person, verdict.entries_left) == (True, "card:8812", None)
    assert asks("04:A2", "sauna").reason == "unknown_place"
    assert asks("04:A3").reason == "unknown_token"
    assert asks("04:A2", "till").allowed  # says who it is; needs no grant
    whole = pool.customers.access.token(token)
    assert whole.token.last_read_at is not None and whole.grants[0].used == 1


def test_two_readers_at_once_never_share_the_last_entry(pool: Shop) -> None:
    token = act(issue, SYSTEM, "card", "C1", "user:1")
    act(grant, SYSTEM, token, Rights("pool", entries=1))
    together = threading.Barrier(6)
    verdicts: list[Verdict] = []

    def ask(reader: int) -> None:
        together.wait()
        verdicts.append(pool.customers.access.check(SYSTEM, Reading("C1", "pool", f"r{reader}", "1")))
        connections.close_all()

    threads = [threading.Thread(target=ask, args=(reader,)) for reader in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.reason for one in verdicts) == ["no_entries_left"] * 5 + ["open"]
    assert pool.customers.access.token(token).grants[0].used == 1


def test_a_reading_sent_again_gets_the_same_answer_and_costs_no_second_entry(pool: Shop) -> None:
    token = act(issue, SYSTEM, "card", "C1")
    act(grant, SYSTEM, token, Rights("pool", entries=2))
    reading = Reading("C1", "pool", "r1", "42")
    first, again = (pool.customers.access.check(SYSTEM, reading) for _ in range(2))
    assert (first.entries_left, again.entries_left, first.repeated, again.repeated) == (1, 1, False, True)
    assert sum(name == "Token Read" for name, _, _ in told()) == 1
    other = Reading("C2", "pool", "r1", "42")
    with pytest.raises(ChoralError) as problem:
        pool.customers.access.check(SYSTEM, other)
    assert problem.value.code == "read_id_reused"


def test_who_is_in_must_come_out_before_going_in_again(asks: Callable[..., Verdict], pool: Shop) -> None:
    token = act(issue, SYSTEM, "card", "C1")
    act(grant, SYSTEM, token, Rights("spa", entries=2, passback=False))
    assert asks("C1").allowed
    assert asks("C1").reason == "already_inside"
    assert asks("C1", leaving=True).reason == "leaving"
    assert asks("C1").allowed and asks("C1", leaving=True).allowed
    assert asks("C1").reason == "no_entries_left"
    assert not rows("access_presence", "token_id", "default")  # a refusal leaves nobody inside


def test_a_loan_ends_by_itself_and_before_only_when_it_is_ended(
    asks: Callable[..., Verdict], pool: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = act(issue, SYSTEM, "card", "C1", "card:1")
    act(grant, SYSTEM, token, Rights("pool"))
    until = now() + HOUR
    act(lend, SYSTEM, token, "card:2", until)
    refused("lent_already", lend, token, "card:3", until)
    lent = asks("C1")
    assert (lent.person, lent.lent, lent.allowed) == ("card:2", True, True)
    carried = act(bearer, SYSTEM, "C1")
    assert carried and (carried.holder, carried.person, carried.may_pay) == ("card:1", "card:2", False)
    monkeypatch.setattr("choral.books.unit_of_work.SYSTEM_CLOCK", FixedClock(until))
    back = asks("C1")
    assert (back.person, back.lent) == ("card:1", False)
    carried = act(bearer, SYSTEM, "C1")
    assert carried and (carried.person, carried.may_pay) == ("card:1", True)
    act(lend, SYSTEM, token, "card:3", until + HOUR, may_pay=True)
    assert act(end_loan, SYSTEM, token) and not act(end_loan, SYSTEM, token)
    assert asks("C1").person == "card:1"
    refused("bad_loan", lend, token, "card:1", until + HOUR)
    refused("bad_loan", lend, token, "card:3", until + 40 * DAY)


def test_a_replaced_token_is_refused_and_its_rights_live_on_in_the_new_one(
    asks: Callable[..., Verdict], pool: Shop
) -> None:
    token = act(issue, SYSTEM, "card", "OLD", "card:1")
    act(grant, SYSTEM, token, Rights("pool", entries=3))
    assert asks("OLD").entries_left == 2
    new = act(replace, SYSTEM, token, "NEW")
    assert (asks("OLD").reason, asks("NEW").entries_left) == ("replaced", 1)
    assert pool.customers.access.token(token).token.replaced_by == new
    refused("token_gone", replace, token, "X")
    refused("token_gone", grant, token, Rights("pool"))
    refused("token_in_use", issue, "card", "OLD")


def test_a_blocked_token_opens_nothing_but_lets_out_and_opens_again_when_unblocked(
    asks: Callable[..., Verdict],
) -> None:
    token = act(issue, SYSTEM, "card", "C1")
    act(grant, SYSTEM, token, Rights("pool"))
    act(block, SYSTEM, token, "stolen")
    assert (asks("C1").reason, asks("C1", "till").reason, asks("C1", leaving=True).allowed) == (
        "blocked", "blocked", True,
    )  # fmt: skip
    assert act(bearer, SYSTEM, "C1") is None
    act(unblock, SYSTEM, token)
    assert asks("C1").allowed


def test_a_revoked_grant_opens_nothing_until_it_is_restored(asks: Callable[..., Verdict]) -> None:
    token = act(issue, SYSTEM, "card", "C1")
    number = act(grant, SYSTEM, token, Rights("pool"))
    assert act(revoke, SYSTEM, number) == token
    assert asks("C1").reason == "no_grant"
    act(restore, SYSTEM, number)
    assert asks("C1").allowed


def test_a_reusable_band_that_came_back_is_another_guests_and_ties_nobody_together(
    asks: Callable[..., Verdict], pool: Shop
) -> None:
    first = act(issue, SYSTEM, "wristband", "B7", "card:1", reusable=True)
    act(grant, SYSTEM, first, Rights("pool"))
    assert asks("B7").person == "card:1"
    act(take_back, SYSTEM, first)
    assert asks("B7").reason == "unknown_token"
    second = act(issue, SYSTEM, "wristband", "B7", "card:2", reusable=True)
    assert asks("B7").reason == "no_grant"  # the first guest's rights ended
    act(lend, SYSTEM, second, "card:3", now() + HOUR)
    own = act(issue, SYSTEM, "card", "OWN", "card:4")
    act(lend, SYSTEM, own, "card:5", now() + HOUR)
    asks("OWN")
    anonymous = act(issue, SYSTEM, "wristband", "B8", reusable=True)
    while relay(BooksOutbox(), pool.log):
        pass
    Told.consume(_reader(pool))
    found = pool.customers.resolve(["card:1", "card:2", "card:3", "card:4", "card:5", f"token:{anonymous}"])
    assert len(set(found.values())) == 6
    assert pool.customers.resolve(["token:OWN"])["token:OWN"] == found["card:4"]
    assert not pool.customers.resolve(["token:B7", "token:B8"])


def _reader(shop: Shop) -> Told:
    reader = object.__new__(Told)
    reader.shop = shop
    return reader


def test_facts_say_what_the_book_says_and_hold_no_number_that_nobody_issued(
    asks: Callable[..., Verdict], pool: Shop
) -> None:
    mail = pool.customers.access.holder("email:Ada@Shop.eu")
    token = act(issue, SYSTEM, "card", "C1", mail)
    act(grant, SYSTEM, token, Rights("pool", entries=5))
    for value in ("C1", "C1", "4970101234567890"):
        asks(value)
    act(block, SYSTEM, token, "Ada said it was stolen")
    facts = told()
    reads = [properties for name, _, properties in facts if name == "Token Read"]
    assert sum(bool(one["allowed"]) for one in reads) == pool.customers.access.token(token).grants[0].used == 2
    assert reads[0]["token"] == "C1" and reads[0]["store_id"] == "s1"
    whole = repr(facts)
    assert "4970101234567890" not in whole and "ada" not in whole.lower() and "stolen" not in whole
    assert [name for name, _, _ in facts if name != "Token Read"] == ["Token Issued", "Access Granted", "Token Blocked"]


def test_a_number_of_ours_cannot_be_guessed_and_one_of_theirs_stays_as_it_was_seen(pool: Shop) -> None:
    made = [pool.customers.access.token(act(issue, SYSTEM, "code")).token.value for _ in range(3)]
    assert len(set(made)) == 3 and all(len(one) == 24 and one.isalnum() for one in made)
    seen = act(issue, SYSTEM, "card", " e2:80:aB ")
    assert pool.customers.access.token(seen).token.value == "e2:80:aB"
    for bad in ("0000", "null", "x" * 300, "a\x07b"):
        refused("bad_token", issue, "card", bad)
    refused("bad_holder", issue, "card", "N1", "email:ada@shop.eu")  # in the open: the log must not hold it
    refused("bad_holder", issue, "card", "N1", "nobody")
    refused("no_such_token_kind", issue, "sock", "N1")


def test_what_could_never_open_anything_is_refused_with_its_reason(pool: Shop) -> None:
    token = act(issue, SYSTEM, "card", "C1")
    for bad in (
        Rights("pool", starts_at=5, ends_at=4), Rights("pool", ends_at=now() - 1), Rights("pool", opens=-1),
        Rights("pool", days="8"), Rights("pool", entries=0),
    ):  # fmt: skip
        refused("bad_rights", grant, token, bad)
    refused("no_such_place", grant, token, Rights("nowhere"))
    refused("no_such_token", grant, "no-id", Rights("pool"))
    refused("place_within_itself", set_place, Place("spa", "Spa", "area", "pool", ""))
    refused("no_such_grant", revoke, 99)


@pytest.mark.parametrize(("ahead", "code"), [(10 * MINUTE, "unlikely_time"), (-2 * DAY, "unlikely_time")])
def test_a_reader_with_a_wrong_clock_is_told_so(asks: Callable[..., Verdict], ahead: int, code: str) -> None:
    with pytest.raises(ChoralError) as problem:
        asks("C1", at=now() + ahead)
    assert problem.value.code == code


def test_a_person_is_told_what_is_kept_of_them_and_it_can_be_forgotten(
    asks: Callable[..., Verdict], pool: Shop
) -> None:
    mine = act(issue, SYSTEM, "card", "C1", "card:1")
    other = act(issue, SYSTEM, "card", "C2", "card:2")
    for token in (mine, other):
        act(grant, SYSTEM, token, Rights("pool"))
    act(lend, SYSTEM, other, "card:1", now() + HOUR)
    asks("C1"), asks("C2")
    assert {one.title: len(one.rows) for one in personal.told(["card:1", "user:1"])} == {
        "Tokens held": 1, "Tokens borrowed": 1, "Readings of tokens": 2, "Rights of tokens": 1,
    }  # fmt: skip
    assert act(personal.erase, SYSTEM, ["card:1", "user:1"]) == 5
    assert not personal.told(["card:1"])
    assert "card:1" not in repr([rows(table, alias="default") for table in TABLES])
    assert len(pool.customers.access.tokens().rows) == 1
    assert asks("C1").reason == "unknown_token"
    act(forget_reads, SYSTEM, now() + 1)
    assert not pool.customers.access.reads().rows


def test_lists_go_on_where_they_ended_and_find_by_part_of_a_number(pool: Shop) -> None:
    for number in range(5):
        act(issue, SYSTEM, "card", f"A_{number}", "card:1" if number else "")
    access = pool.customers.access
    first = access.tokens(limit=2)
    rest = access.tokens(after=first.next, limit=10)
    assert sorted(one.value for one in (*first.rows, *rest.rows)) == ["A_0", "A_1", "A_2", "A_3", "A_4"]
    assert [one.value for one in access.tokens(find="a_1").rows] == ["A_1"] and not access.tokens(find="A-").rows
    assert access.count() == 5


def _grant(**rights: object) -> Grant:
    return Grant(1, "t", Rights("pool", **rights), 0, 0, None)  # type: ignore[arg-type]


def _at(text: str) -> int:
    return to_microseconds(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)))


@pytest.mark.parametrize(
    ("rights", "when", "answer"),
    [
        ({"days": "67"}, "2026-11-28T10:00", ""),
        ({"days": "67"}, "2026-11-27T10:00", "not_now"),
        ({"opens": 540, "closes": 720}, "2026-07-01T11:59", ""),  # the shop's hours, summer or winter
        ({"opens": 540, "closes": 720}, "2026-07-01T12:00", "not_now"),
        ({"opens": 1320, "closes": 120, "days": "6"}, "2026-11-29T01:00", ""),  # Saturday night goes on into Sunday
        ({"opens": 1320, "closes": 120, "days": "6"}, "2026-11-28T01:00", "not_now"),
        ({"opens": 1320, "closes": 120}, "2026-11-28T12:00", "not_now"),
    ],
)
def test_days_and_hours_are_those_of_the_shop(rights: dict[str, object], when: str, answer: str) -> None:
    assert rules.why_not(_grant(**rights), _at(when), ZONE) == answer


@given(start=st.integers(0, 10), length=st.integers(1, 10), at=st.integers(-2, 25))
def test_a_grant_holds_from_its_beginning_to_before_its_end(start: int, length: int, at: int) -> None:
    found = rules.why_not(_grant(starts_at=start, ends_at=start + length), at, ZONE)
    assert found == ("not_yet" if at < start else "over" if at >= start + length else "")


def test_what_costs_nothing_is_used_before_what_is_counted() -> None:
    counted = Grant(1, "t", Rights("pool", entries=3), 0, 0, None)
    soon = Grant(2, "t", Rights("pool", entries=3, ends_at=900), 0, 0, None)
    free = Grant(3, "t", Rights("pool"), 0, 0, None)
    assert [one.id for one in rules.usable([counted, soon, free], 5, ZONE)[0]] == [3, 2, 1]
    assert rules.end_of_day(_at("2026-03-28T12:00"), ZONE) == _at("2026-03-29T00:00")


def test_a_room_that_takes_payments_asks_in_its_own_transaction(pool: Shop) -> None:
    act(issue, SYSTEM, "wristband", "W1", "card:1")

    def pays(tx: Tx) -> str:
        found = bearer(tx, "W1")
        return found.holder if found and found.may_pay else ""

    assert act(pays, SYSTEM) == "card:1"
