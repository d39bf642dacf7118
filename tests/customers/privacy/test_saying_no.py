"""Who said no is left out, through merges and for good; children are left out without saying anything."""

from __future__ import annotations

from datetime import date

import pytest

from choral.books import Actor
from choral.books.audit import AuditFilter, audit_lines
from choral.books.outbox import BooksOutbox
from choral.core.errors import Conflict, InvalidInput
from choral.customers.privacy import minors
from choral.customers.privacy.rules import a_month_after
from choral.customers.profiling import may_profile
from choral.events.relay import relay
from tests.customers.privacy.living import ANNA, BERT, lives
from tests.customers.told import Told

STAFF = Actor("member:1")


def test_a_restriction_of_processing_stops_every_use_and_can_be_lifted(told: Told) -> None:
    lives(told, ANNA)
    lives(told, BERT)
    privacy, anna = told.customers.privacy, int(told.one("card:CANARY-8812"))
    assert privacy.restricted() == set()
    privacy.restrict(ANNA["email"], "processing", STAFF)
    for use in ("processing", "profiling", "marketing"):
        assert privacy.restricted(use) == {anna}
        assert not privacy.may_use(["card:CANARY-8812"], use)
        assert privacy.may_use(["card:B-1"], use)
    assert privacy.restricted("marketing", {int(told.one("card:B-1"))}) == set()
    privacy.lift("CANARY-8812", "processing", STAFF)
    assert privacy.restricted() == set()
    assert b"Processing Restricted" in repr(BooksOutbox().take(10)).encode()
    assert [line.action for line in audit_lines(AuditFilter(subject="card:CANARY"))] == [
        "customer.restriction_lifted", "customer.restricted",
    ]  # fmt: skip


def test_who_objects_to_profiling_is_not_profiled_and_still_gets_letters(told: Told) -> None:
    lives(told, ANNA)
    privacy = told.customers.privacy
    assert may_profile(told.shop.home, ["card:CANARY-8812"], "opt_out")
    privacy.restrict(ANNA["email"], "profiling", STAFF)
    assert not may_profile(told.shop.home, ["card:CANARY-8812"], "opt_out")
    assert privacy.may_use(["card:CANARY-8812"], "marketing")


def test_a_restriction_holds_for_the_person_after_a_merge(told: Told) -> None:
    told.says("web", {"ids": ["anonymous:x"]})
    privacy = told.customers.privacy
    privacy.restrict("anonymous:x", "marketing", STAFF)
    told.says("web", {"ids": ["card:77", "anonymous:x"]})
    assert privacy.restricted("marketing") == {int(told.one("card:77"))}


def test_minors_are_left_out_of_profiling_and_marketing_by_the_age_of_their_country(told: Told) -> None:
    traits = [("1", "2012-05-01"), ("2", "2011-01-01"), ("3", "1990-02-03"), ("4", "not a day"), ("5", "2999-01-01")]
    told.says("web", *({"name": "Customer Identified", "ids": [f"card:{n}"], "traits": {"birthday": day}}
                       for n, day in traits))  # fmt: skip
    privacy = told.customers.privacy
    young = {int(told.one("card:1"))}  # 14 in November 2026; in France one agrees from 15 on
    assert privacy.restricted("profiling") == privacy.restricted("marketing") == young
    assert privacy.restricted("processing") == set()
    assert privacy.too_young(["card:1"])
    assert not privacy.too_young(["card:3"])


@pytest.mark.parametrize(("country", "years"), [("FR", 15), ("IT", 14), ("XX", 16)])
def test_the_age_is_that_of_the_country_to_the_day(country: str, years: int) -> None:
    today = date(2026, 11, 25)
    assert minors.is_minor(date(2026 - years, 11, 26).isoformat(), today, country)
    assert not minors.is_minor(date(2026 - years, 11, 25).isoformat(), today, country)
    assert minors.limit_of(country).source


def test_a_request_is_due_within_a_month_and_is_closed_once(told: Told) -> None:
    lives(told, ANNA)
    privacy = told.customers.privacy
    made = privacy.open_request("access", ANNA["email"], STAFF)
    assert (made.state, made.customer) == ("open", told.one("card:CANARY-8812"))
    assert made.due_at == a_month_after(made.opened_at)
    assert privacy.close_request(made.id, STAFF).state == "answered"
    with pytest.raises(Conflict):
        privacy.close_request(made.id, STAFF)
    privacy.reopen_request(made.id, STAFF)
    assert [one.state for one in privacy.requests()] == ["open"]
    with pytest.raises(InvalidInput):
        privacy.open_request("wish", ANNA["email"], STAFF)


def test_a_month_after_the_last_of_january_is_the_last_of_february() -> None:
    day = 86_400_000_000
    january_31 = 1_769_817_600_000_000  # 2026-01-31
    assert a_month_after(january_31) == january_31 + 28 * day


def test_each_role_sees_the_classes_it_may_and_an_unmasking_is_noted_with_its_reason(told: Told) -> None:
    lives(told, {**ANNA, "birthday": "1980-01-01"})
    privacy, customer = told.customers.privacy, told.customers.get(told.one("card:CANARY-8812"), personal=True)
    seen = {role: {one.field: one.value for one in privacy.shown(customer, role).records}
            for role in ("owner", "agent", "marketer")}  # fmt: skip
    assert (seen["owner"]["birthday"], seen["owner"]["email"]) == ("1980-01-01", ANNA["email"])
    assert (seen["agent"]["birthday"], seen["agent"]["email"]) == ("•••", ANNA["email"])
    assert (seen["marketer"]["birthday"], seen["marketer"]["email"]) == ("•••", "a•••@e•••")
    privacy.classify("email", "internal", STAFF)
    shown = privacy.shown(customer, "marketer").records
    assert {one.value for one in shown if one.field == "email"} == {ANNA["email"]}
    privacy.unmask(customer.id, "asked by phone", STAFF)
    assert audit_lines(AuditFilter(action="customer.unmasked"))[0].after == {"reason": "asked by phone"}
    with pytest.raises(InvalidInput):
        privacy.unmask(customer.id, " ", STAFF)


def test_a_wrong_value_and_a_wrong_trait_are_put_right_without_being_written_down_elsewhere(told: Told) -> None:
    lives(told, ANNA)
    privacy = told.customers.privacy
    privacy.rectify(ANNA["email"], "lastName", "Vogel", STAFF)
    privacy.rectify(ANNA["email"], "hobby", "chess", STAFF)
    while relay(BooksOutbox(), told.shop.log):
        pass
    told.consume()
    found = told.customers.get(told.one("card:CANARY-8812"), personal=True)
    assert found.name == "Annabella Vogel"
    assert {one.field: one.value for one in found.traits}["hobby"] == "chess"
    lines = repr(audit_lines(AuditFilter(action="customer.rectified")))
    assert "Vogel" not in lines and "chess" not in lines
    with pytest.raises(InvalidInput):
        privacy.rectify(ANNA["email"], " ", "x", STAFF)
