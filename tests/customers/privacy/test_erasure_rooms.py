"""An erasure reaches what other rooms keep: decisions of staff, consents, tokens."""

from __future__ import annotations

from choral.books import Actor, act
from choral.books.outbox import BooksOutbox
from choral.customers.access.actions import issue
from choral.customers.consent.values import Statement
from choral.customers.consumer import rebuild
from choral.events.relay import relay
from tests.customers.privacy.living import ANNA, BERT, events_of, exported, lives
from tests.customers.privacy.test_erasure import erase
from tests.customers.told import Told, dump

STAFF = Actor("member:1")


def settle(told: Told) -> None:
    """Let the log have the facts, and the views the log."""
    while relay(BooksOutbox(), told.shop.log):
        pass
    told.consume()


def test_decisions_of_staff_about_an_erased_person_are_gone_and_a_rebuild_agrees(told: Told) -> None:
    lives(told, ANNA)
    lives(told, BERT)
    told.says("till", {"ids": ["card:CANARY-9"]}, {"ids": ["card:C-3"]})
    identity, one = told.customers.identity, told.one
    identity.merge(STAFF, one("card:CANARY-8812"), one("card:CANARY-9"), "met her", confirmed=True)
    identity.keep_apart(STAFF, "card:CANARY-8812", "card:B-1", "two people")
    settle(told)
    assert told.same("card:CANARY-8812", "card:CANARY-9")
    erase(told, ANNA["email"])
    settle(told)
    assert "CANARY" not in repr((events_of(told), dump()))
    assert told.one("card:B-1")
    before = dump()
    rebuild(told.shop.home, told.shop.log)
    assert dump() == before


def test_consents_and_tokens_are_told_and_forgotten(told: Told) -> None:
    lives(told, ANNA)
    lives(told, BERT)
    customers = told.customers
    said = [Statement(f"card:{who['card']}", "newsletter", "email", "granted", "form", proof={"form": "Canary-form"})
            for who in (ANNA, BERT)]  # fmt: skip
    customers.consent.record(STAFF, said)
    act(issue, STAFF, "wristband", "BAND-CANARY", f"card:{ANNA['card']}")
    titles = {one["title"] for one in exported(told, ANNA["email"])[0]["sections"]}
    assert {"What you agreed to and what you refused", "Tokens held"} <= titles
    erase(told, ANNA["email"])
    settle(told)
    left = {one["title"] for one in exported(told, BERT["email"])[0]["sections"]}
    assert "What you agreed to and what you refused" in left
    assert "granted" not in {one.state for one in customers.consent.standings([f"card:{ANNA['card']}"])}
    said_by = {event.ids for event in events_of(told) if event.name.startswith("Consent")}
    assert said_by <= {(f"card:{BERT['card']}",), ()}
    assert "CANARY" not in repr(events_of(told))
