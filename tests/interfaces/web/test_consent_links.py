"""What a customer's link can do: a GET never acts, a POST needs nothing but the link, and nobody learns the key."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from choral import Shop
from choral.books import SYSTEM, act
from choral.customers.consent.queries import EntryFilter
from choral.interfaces.web.pages.consent import public
from tests.interfaces.web.pages.consent import MAIL, examples

PHONE = "phone:#00000000000000000000000000c05e28"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    for one in (public.DEAD_LINKS, public.ANSWERS):
        one._failures.clear()


@pytest.fixture
def links(console: Shop) -> dict[str, str]:
    return examples(console)


def ledger(shop: Shop) -> list[tuple[str, str, str, str]]:
    rows = shop.customers.consent.entries(EntryFilter(), limit=500).rows
    return [(one.purpose, one.channel, one.state, one.place) for one in reversed(rows)]


def stands(shop: Shop, purpose: str, channel: str = "email") -> str:
    found = shop.customers.consent.standings([MAIL])
    return next(one.state for one in found if (one.purpose, one.channel) == (purpose, channel))


def books(shop: Shop) -> list[Any]:
    tables = ("entry", "proof", "link", "purpose", "wording", "void")
    return [act(lambda tx, one=one: tx.rows(f"SELECT * FROM consent_{one}"), SYSTEM) for one in tables]


@pytest.mark.parametrize("which", ["preferences", "unsubscribe", "confirm"])
def test_opening_a_link_changes_nothing_however_a_scanner_does_it(
    which: str, console: Shop, links: dict[str, str], sign_in: Any
) -> None:
    before, visitor = books(console), sign_in("")
    for query in ("", "?do=nothing", "?do=unsubscribe", "?List-Unsubscribe=One-Click", "?said=done", "?language=fr"):
        assert visitor.get(links[which] + query).status_code == 200
        assert visitor.head(links[which] + query).status_code == 200
    assert visitor.options(links[which]).status_code == 405
    assert books(console) == before


def test_a_mail_program_unsubscribes_with_one_click_without_cookie_form_token_or_redirect(
    console: Shop, links: dict[str, str], sign_in: Any
) -> None:
    for _ in range(2):
        program = sign_in("", enforce_csrf_checks=True)
        answer = program.post(
            links["unsubscribe"], "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert [one for one in ledger(console) if one[3] == "one_click"] == [
        ("newsletter", "email", "withdrawn", "one_click")
    ]
    assert (stands(console, "newsletter"), stands(console, "offers")) == ("refused", "granted")
    as_form = sign_in("", enforce_csrf_checks=True).post(links["unsubscribe"], {"List-Unsubscribe": "One-Click"})
    assert as_form.status_code == 200, "multipart/form-data is allowed by the standard too"


def test_a_post_that_is_not_the_standards_and_not_the_buttons_does_nothing(
    console: Shop, links: dict[str, str], sign_in: Any
) -> None:
    before = books(console)
    assert sign_in("").post(links["unsubscribe"], {"List-Unsubscribe": "Maybe"}).status_code == 200
    assert books(console) == before


def test_the_button_unsubscribes_and_leads_to_all_other_choices(
    console: Shop, links: dict[str, str], sign_in: Any
) -> None:
    page = sign_in("").post(links["unsubscribe"] + "?language=fr", {"do": "unsubscribe"}, follow=True)
    assert "Vous ne recevrez plus cela" in page.content.decode()
    assert b'href="/p/p.' in page.content
    assert stands(console, "newsletter") == "refused"


def test_choices_are_saved_as_they_are_ticked_and_only_what_changed_is_written(
    console: Shop, links: dict[str, str], sign_in: Any
) -> None:
    before = len(ledger(console))
    shown = ["newsletter.email", "offers.email", "profiling.*", "advertising.*"]
    answer = sign_in("", enforce_csrf_checks=True).post(
        links["preferences"], {"do": "save", "shown": shown, "on": ["newsletter.email", "advertising.*"]}
    )
    assert answer.status_code == 302 and answer["Location"].endswith("?said=saved")
    assert sorted(ledger(console)[before:]) == [
        ("advertising", "*", "granted", "preference_centre"),
        ("offers", "email", "withdrawn", "preference_centre"),
        ("profiling", "*", "withdrawn", "preference_centre"),
    ]
    newest = console.customers.consent.entries(EntryFilter(), personal=True).rows[0]
    assert newest.proof["form"] == "preferences" and newest.proof["ip"] == "127.0.0.1" and newest.wording == 1


def test_the_link_of_a_mail_can_end_messages_to_a_telephone_and_not_begin_them(
    console: Shop, links: dict[str, str], sign_in: Any
) -> None:
    sign_in("").post(links["preferences"], {"do": "save", "shown": ["offers.sms"], "on": ["offers.sms"]})
    assert stands(console, "offers", "sms") == "refused"


def test_everything_stops_with_one_press_and_what_concerns_orders_stays(
    console: Shop, links: dict[str, str], sign_in: Any
) -> None:
    page = sign_in("").post(links["preferences"], {"do": "nothing"}, follow=True)
    assert page.status_code == 200 and b" checked" not in page.content.split(b"<fieldset>")[1]
    assert {stands(console, one) for one in ("newsletter", "offers")} == {"refused"}
    assert stands(console, "profiling", "*") == "refused"
    assert console.customers.consent.may_send([MAIL], "service", "email").allowed


def test_a_rest_is_taken_and_ended(console: Shop, links: dict[str, str], sign_in: Any) -> None:
    visitor = sign_in("")
    visitor.post(links["preferences"], {"do": "pause", "days": "60"})
    assert console.customers.consent.may_send([MAIL], "offers", "email").reasons[0].code == "paused"
    visitor.post(links["preferences"], {"do": "pause", "days": "100000"})
    visitor.post(links["preferences"], {"do": "resume"})
    assert console.customers.consent.may_send([MAIL], "offers", "email").allowed


def test_a_confirmation_needs_the_button(console: Shop, links: dict[str, str], sign_in: Any) -> None:
    consent = console.customers.consent
    path = consent.request(SYSTEM, PHONE, "offers", "sms", "form", {}).path
    visitor = sign_in("", enforce_csrf_checks=True)
    visitor.get(path)
    assert consent.may_send([PHONE], "offers", "sms").reasons[0].code == "pending"
    assert b"Thank you" in visitor.post(path, follow=True).content
    found = consent.may_send([PHONE], "offers", "sms")
    assert found.reasons[0].code in ("granted", "quiet_hours")


def test_a_made_up_link_gets_the_same_answer_as_an_old_one_and_trying_is_slowed_down(
    console: Shop, links: dict[str, str], sign_in: Any
) -> None:
    visitor, good = sign_in(""), links["unsubscribe"]
    wrong = [good[:-2], "/u/u.x~1~y", "/p/" + good.rsplit("/", 1)[1], "/u/%00"]
    answers = [visitor.get(one) for one in wrong]
    assert {one.status_code for one in answers} == {403}
    for _ in range(40):
        visitor.get("/u/u.x~1~y")
    assert visitor.get("/u/u.x~1~y").status_code == 429


def test_the_address_is_a_key_and_stays_out_of_logs_caches_and_referrers(
    console: Shop, links: dict[str, str], sign_in: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    visitor = sign_in("")
    page = visitor.get(links["preferences"])
    assert page["Referrer-Policy"] == "no-referrer" and page["Cache-Control"] == "no-store"
    assert "noindex" in page["X-Robots-Tag"]
    assert MAIL.encode() not in page.content
    from choral.interfaces.web.keyless import Keyless

    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Forbidden: %s", (links["preferences"],), None)
    assert Keyless().filter(record) and record.getMessage() == "Forbidden: /p/…"


@pytest.mark.parametrize("language", ["en", "fr", "it"])
def test_the_pages_speak_the_language_of_the_browser_or_the_one_chosen(
    language: str, console: Shop, links: dict[str, str], sign_in: Any
) -> None:
    words = {"en": "What may we send you?", "fr": "Que pouvons-nous vous envoyer", "it": "Che cosa possiamo inviarvi"}
    by_browser = sign_in("").get(links["preferences"], headers={"Accept-Language": language}).content.decode()
    chosen = sign_in("").get(f"{links['preferences']}?language={language}").content.decode()
    for page in (by_browser, chosen):
        assert words[language] in page and f'<html lang="{language}"' in page
