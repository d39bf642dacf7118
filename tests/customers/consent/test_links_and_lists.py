"""Links without a password, double opt-in, the headers of one-click, and opposition lists."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest

from choral import Shop
from choral.books import act
from choral.core.clock import DAY, SECOND, SYSTEM_CLOCK, to_datetime
from choral.core.errors import ChoralError
from choral.customers.consent import links
from choral.customers.consent.queries import EntryFilter
from tests.customers.consent.said import NOON, OFFICER, may, paris, say

MAIL = "email:ada@shop.eu"
CALL = paris("2026-11-24T11:00")


def token_of(path: str) -> str:
    return path.rsplit("/", 1)[1]


def test_a_link_says_nothing_about_the_person_and_cannot_be_made_up(shop: Shop) -> None:
    made = shop.customers.consent.links(OFFICER, [MAIL, "card:8812"], "newsletter", "email", "https://shop.example/")
    token = token_of(made[MAIL].unsubscribe)
    assert "ada" not in token and "8812" not in made["card:8812"].preferences
    assert links.read(token, links.UNSUBSCRIBE) == links.Ticket(
        "u", shop.customers.consent.identifier(MAIL), "newsletter", "email"
    )
    for wrong in (token[:-1], token.replace("newsletter", "offers"), "u." + "0" * 32, "", "p" + token[1:]):
        with pytest.raises(ChoralError) as dead:
            links.read(wrong, links.UNSUBSCRIBE)
        assert dead.value.code == "link_dead"
    with pytest.raises(ChoralError):
        links.read(token, links.PREFERENCES)


def test_the_headers_of_one_click_are_those_of_the_standard(shop: Shop) -> None:
    made = shop.customers.consent.links(OFFICER, [MAIL], "newsletter", "email", "https://shop.example/")[MAIL]
    assert made.headers == {
        "List-Unsubscribe": f"<https://shop.example{made.unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert all(ord(sign) < 127 for sign in made.headers["List-Unsubscribe"])


def test_links_end_by_age_and_when_they_are_revoked(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_of(shop.customers.consent.links(OFFICER, [MAIL], "offers", "email", "")[MAIL].preferences)
    assert links.read(token, links.PREFERENCES)
    with monkeypatch.context() as later:
        import time

        now = time.time()
        later.setattr("time.time", lambda: now + 181 * DAY // SECOND)
        with pytest.raises(ChoralError, match="does not work"):
            links.read(token, links.PREFERENCES)
    act(links.revoke, OFFICER, shop.customers.consent.identifier(MAIL))
    with pytest.raises(ChoralError, match="does not work"):
        links.read(token, links.PREFERENCES)
    again = token_of(shop.customers.consent.links(OFFICER, [MAIL], "offers", "email", "")[MAIL].preferences)
    assert links.read(again, links.PREFERENCES)


def test_double_opt_in_counts_from_the_confirmation_and_its_proof_names_the_request(shop: Shop) -> None:
    asked = shop.customers.consent.request(OFFICER, MAIL, "newsletter", "email", "form", {"form": "footer"})
    assert may(shop, [MAIL], "newsletter", at=SYSTEM_CLOCK.now()) == "no pending"
    token = token_of(asked.path)
    assert shop.customers.consent.requested(token).id == asked.entry
    assert may(shop, [MAIL], "newsletter", at=SYSTEM_CLOCK.now()) == "no pending", "looking is not confirming"
    for _ in range(2):
        shop.customers.consent.confirm(OFFICER, token, {"ip": "192.0.2.1"})
    assert may(shop, [MAIL], "newsletter", at=SYSTEM_CLOCK.now()) == "yes granted"
    given, pending = shop.customers.consent.entries(EntryFilter(), personal=True).rows
    assert (given.state, pending.state) == ("granted", "pending")
    assert given.proof == {"ip": "192.0.2.1", "requested": pending.id}


def today() -> date:
    return to_datetime(NOON).date()


def test_nobody_is_called_in_italy_before_the_register_was_asked_or_with_an_old_answer(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("phone:+393331234567", "phone:+393337654321"):
        say(shop, number, "granted", channel="call", at=NOON - 40 * DAY)
    monkeypatch.setattr("choral.core.clock.SystemClock.now", lambda _: CALL)
    consent = shop.customers.consent
    assert may(shop, ["phone:+393331234567"], channel="call", at=CALL, country="IT") == "no register_missing"
    file = io.BytesIO(b"numero;data\r\n333 1234567;x\r\n\r\n+39 02 1234 5678\r\nnot a number\r\n")
    assert consent.load_list(OFFICER, "rpo", today(), file) == (2, 2)
    assert may(shop, ["phone:+393331234567"], channel="call", at=CALL, country="IT") == "no on_register"
    assert may(shop, ["phone:+393337654321"], channel="call", at=CALL, country="IT") == "yes granted"
    (rpo,) = [one for one in consent.lists() if one.key == "rpo"]
    assert (rpo.required, rpo.age, rpo.numbers) == (True, 0, 2)
    monkeypatch.setattr("choral.core.clock.SystemClock.now", lambda _: CALL + 16 * DAY)
    assert may(shop, ["phone:+393337654321"], channel="call", at=CALL, country="IT") == "no register_old"


def test_a_consent_given_after_the_number_came_on_the_list_counts(shop: Shop) -> None:
    file = b"3331234567\n"
    day = to_datetime(SYSTEM_CLOCK.now()).date()
    for _ in range(2):
        shop.customers.consent.load_list(OFFICER, "rpo", day, io.BytesIO(file))
    say(shop, "phone:+393331234567", "granted", channel="call")
    found = shop.customers.consent.may_send(["phone:+393331234567"], "offers", "call", country="IT")
    assert found.reasons[0].code in ("granted", "quiet_hours")


def test_a_new_list_takes_the_place_of_the_old_and_no_number_is_kept_in_clear(shop: Shop) -> None:
    consent, day = shop.customers.consent, to_datetime(SYSTEM_CLOCK.now()).date()
    assert consent.load_list(OFFICER, "rpo", day - timedelta(days=1), io.BytesIO(b"3331234567\n3337654321\n")) == (2, 0)
    assert consent.load_list(OFFICER, "rpo", day, io.BytesIO(b"3337654321\n3339999999\n")) == (2, 0)
    rows = act(lambda tx: tx.rows("SELECT identifier FROM consent_registered"), OFFICER)
    assert len(rows) == 2 and all(one.startswith("phone:#") for (one,) in rows)


@pytest.mark.parametrize(
    ("file", "day", "code"), [(b"name\nAda\n", 0, "empty_list"), (b"3331234567\n", 2, "list_of_tomorrow")]
)
def test_a_wrong_file_changes_nothing(shop: Shop, file: bytes, day: int, code: str) -> None:
    consent, now = shop.customers.consent, to_datetime(SYSTEM_CLOCK.now()).date()
    consent.load_list(OFFICER, "rpo", now, io.BytesIO(b"3331234567\n"))
    with pytest.raises(ChoralError) as refused:
        consent.load_list(OFFICER, "rpo", now + timedelta(days=day), io.BytesIO(file))
    assert refused.value.code == code
    assert [one.numbers for one in consent.lists() if one.key == "rpo"] == [1]


def test_many_are_decided_in_one_call_as_each_would_be_alone(shop: Shop) -> None:
    from choral.customers.consumer import consume
    from tests.customers.told import append, event

    events = [event(n, f"card:{n}", f"email:#{n:032x}", f"phone:#{n:032x}") for n in range(60)]
    append(shop, "till", events)
    while consume(shop.home, shop.log):
        pass
    for n in range(60):
        for purpose, channel in (("offers", "email"), ("newsletter", "*"), ("*", "email")):
            state = ("granted", "denied", "paused", "pending", "")[(n * 7 + len(purpose) + len(channel)) % 5]
            if state and not (purpose == "*" and state in ("granted", "pending")):
                until = NOON + DAY if state == "paused" else None
                say(
                    shop,
                    f"card:{n}" if n % 2 else f"email:#{n:032x}",
                    state,
                    purpose,
                    channel,
                    at=NOON - DAY,
                    until=until,
                )
    customers = [row.id for row in shop.customers.list(limit=100).rows]
    consent = shop.customers.consent
    for purpose, channel in (("offers", "email"), ("newsletter", "sms"), ("service", "email"), ("profiling", "*")):
        many = consent.allowed(customers, purpose, channel, NOON)
        alone = {one: consent.may_send(one, purpose, channel, NOON) for one in customers}
        assert set(many.allowed) == {one for one, found in alone.items() if found.allowed}
        assert many.left_out == {one: found.reasons[0].code for one, found in alone.items() if not found.allowed}
