"""Merging and holding apart by hand: seen before it is done, recorded with who and why, and undone without a trace."""

from __future__ import annotations

import pytest

from choral.books import Actor
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.customers.consumer import rebuild
from choral.customers.identity.book.personal import erase
from choral.customers.identity.book.personal import told as told_about
from tests.customers.told import Told, dump, persons, rows

AGENT = Actor("member:7")


def order(*ids: str, total: float = 10) -> dict[str, object]:
    return {"ids": list(ids), "name": "Order Completed", "properties": {"total": total, "currency": "EUR"}}


def two_people(told: Told) -> None:
    """A web account and a card, each with a browser, and what was seen with both."""
    told.says("web", order("user:1", "anonymous:a", total=20), {"ids": ["user:1", "email:both@example.com"]})
    told.says("till", order("card:9", total=5), {"ids": ["user:2", "card:9"]})
    told.says("web", {"ids": ["user:2", "email:both@example.com"]}, {"ids": ["user:1", "anonymous:kiosk"]})
    told.says("web", {"ids": ["user:2", "anonymous:kiosk"]})


def test_two_identified_people_are_only_made_one_by_somebody_who_confirms_it(told: Told) -> None:
    two_people(told)
    one, other = told.one("user:1"), told.one("card:9")
    with pytest.raises(Conflict) as asked:
        told.customers.identity.merge(AGENT, one, other, "same signature")
    assert asked.value.code == "confirmation_needed"
    told.settle()
    assert not told.same("user:1", "card:9")
    made = told.customers.identity.merge(AGENT, one, other, "same signature", confirmed=True)
    told.settle()
    assert told.same("user:1", "user:2", "card:9", "anonymous:a", "email:both@example.com", "anonymous:kiosk")
    found = told.customers.get(one)
    assert (found.orders, found.revenue) == (2, 2_500)
    assert told.customers.get(other).id == found.id
    (shown,) = told.customers.identity.corrections_of(one)
    assert (shown.id, shown.by, shown.reason, shown.applied) == (made.id, "member:7", "same signature", True)


def test_a_preview_says_what_the_merge_then_does(told: Told) -> None:
    two_people(told)
    one, other = told.one("user:1"), told.one("card:9")
    before = dump()
    preview = told.customers.identity.preview_merge(one, other, personal=True)
    assert dump() == before, "nothing is written"
    assert {conflict.code for conflict in preview.conflicts} == {"two_of_a_kind"}
    assert preview.confirm
    assert preview.along == ("email both@example.com", "anonymous kiosk")
    told.customers.identity.merge(AGENT, one, other, "asked them", confirmed=True)
    told.settle()
    found = told.customers.get(one)
    assert (preview.id, preview.identifiers) == (found.id, len(found.identifiers))
    assert (preview.orders, preview.revenue) == (found.orders, found.revenue)


def test_a_merge_undone_is_as_if_it_had_never_been_made_whatever_happened_since(told: Told) -> None:
    two_people(told)
    made = told.customers.identity.merge(AGENT, told.one("user:1"), told.one("card:9"), "mistake", confirmed=True)
    told.settle()
    told.says("till", order("card:9", "email:both@example.com", total=7), order("user:1", total=3))
    assert told.customers.get(told.one("user:1")).orders == 4
    told.customers.identity.withdraw(AGENT, made.id)
    told.settle()
    undone = persons()
    assert not told.same("user:1", "card:9")
    rebuild(told.shop.home, told.shop.log)
    assert persons() == undone
    skipped = [one for one in rows("identity_correction") if not one[4]]
    assert skipped == [], "no correction holds"
    told.customers.identity.renew(AGENT, made.id)
    told.settle()
    assert told.customers.get(told.one("user:1")).orders == 4


def test_a_merge_undone_equals_a_shop_where_nobody_merged(told: Told) -> None:
    two_people(told)
    never = persons()
    made = told.customers.identity.merge(AGENT, told.one("user:1"), told.one("card:9"), "mistake", confirmed=True)
    told.settle()
    assert persons() != never
    told.customers.identity.withdraw(AGENT, made.id)
    told.settle()
    assert persons() == never


def test_an_automatic_merge_is_shown_with_its_reason_and_can_be_undone_for_good(told: Told) -> None:
    told.says("web", {"ids": ["user:1"]})
    told.says("till", {"ids": ["card:5", "email:a@b.fr"]})
    told.says("web", {"ids": ["user:1", "email:a@b.fr"]})
    (joined,) = told.customers.identity.joined(told.one("user:1"), personal=True)
    assert (joined.one, joined.other, joined.source) == ("user 1", "email a@b.fr", "web")
    told.customers.identity.keep_apart(AGENT, joined.a, joined.b, "the son's account")
    told.settle()
    assert told.same("card:5", "email:a@b.fr")
    assert not told.same("user:1", "card:5")
    told.says("web", {"ids": ["user:1", "email:a@b.fr"]}, {"ids": ["user:1", "email:a@b.fr"], "name": "Signed In"})
    assert not told.same("user:1", "email:a@b.fr")
    links = told.customers.explain(told.one("user:1")).links
    assert {link.aside for link in links} == {"apart"}


def test_what_is_held_apart_does_not_come_back_by_way_of_others(told: Told) -> None:
    told.says("web", {"ids": ["user:1", "card:5"]}, {"ids": ["user:1", "email:a@b.fr", "anonymous:x"]})
    told.customers.identity.keep_apart(AGENT, "user:1", "card:5", "stolen card")
    told.settle()
    told.says("till", {"ids": ["card:5", "email:a@b.fr"]}, {"ids": ["card:5", "anonymous:x"]})
    assert not told.same("user:1", "card:5")


def test_a_browser_can_be_taken_from_a_person_and_stays_away(told: Told) -> None:
    told.says("web", {"ids": ["user:1", "anonymous:x"]}, {"ids": ["device:d", "anonymous:x"]})
    told.says("web", {"ids": ["user:1", "device:d"]})
    assert told.same("user:1", "anonymous:x", "device:d")
    made = told.customers.identity.keep_apart(AGENT, "user:1", "anonymous:x", "the library's")
    told.settle()
    assert told.same("user:1", "device:d")
    assert not told.same("user:1", "anonymous:x")
    told.customers.identity.withdraw(AGENT, made.id)
    told.settle()
    assert told.same("user:1", "anonymous:x", "device:d")


def test_a_visitor_is_given_to_a_customer_by_hand_without_confirmation_and_brings_their_browsers(told: Told) -> None:
    told.says("web", {"ids": ["user:1"]}, {"ids": ["device:d", "anonymous:x"]}, {"ids": ["anonymous:x"]})
    made = told.customers.identity.merge(AGENT, told.one("user:1"), told.one("anonymous:x"), "told us on the phone")
    told.settle()
    assert told.same("user:1", "anonymous:x", "device:d")
    told.customers.identity.withdraw(AGENT, made.id)
    told.settle()
    assert not told.same("user:1", "anonymous:x")
    assert told.same("anonymous:x", "device:d")


def test_the_later_decision_about_a_pair_takes_the_place_of_the_earlier_one(told: Told) -> None:
    told.says("web", {"ids": ["user:1"]}, {"ids": ["user:2"]})
    identity = told.customers.identity
    identity.merge(AGENT, told.one("user:1"), told.one("user:2"), "one", confirmed=True)
    told.settle()
    identity.keep_apart(AGENT, "user:1", "user:2", "two after all")
    told.settle()
    assert not told.same("user:1", "user:2")
    assert [(one.kind, one.withdrawn_at > 0) for one in identity.corrections()] == [("apart", False), ("join", True)]
    with pytest.raises(Conflict) as refused:
        identity.merge(AGENT, told.one("user:1"), told.one("user:2"), "again", confirmed=True)
    assert refused.value.code == "kept_apart"


def test_joins_that_would_bring_together_what_is_held_apart_leave_the_last_one_out(told: Told) -> None:
    told.says("web", *[{"ids": [f"user:{n}"]} for n in (1, 2, 3)])
    identity = told.customers.identity
    identity.keep_apart(AGENT, "user:1", "user:3", "father and son")
    for one, other in (("user:1", "user:2"), ("user:2", "user:3")):
        from choral.books import act
        from choral.customers.identity.book.actions import merge

        act(merge, AGENT, one, other, "typed at once by two people")
    told.settle()
    assert told.same("user:1", "user:2")
    assert not told.same("user:1", "user:3")


@pytest.mark.parametrize("reason", ["", "   "])
def test_nothing_is_decided_without_a_reason(told: Told, reason: str) -> None:
    told.says("web", {"ids": ["user:1"]}, {"ids": ["user:2"]})
    with pytest.raises(InvalidInput, match="reason"):
        told.customers.identity.keep_apart(AGENT, "user:1", "user:2", reason)
    with pytest.raises(NotFound):
        told.customers.identity.keep_apart(AGENT, "user:1", "user:9", "never seen")
    with pytest.raises(InvalidInput):
        told.customers.identity.preview_merge(told.one("user:1"), told.one("user:1"))
    with pytest.raises(NotFound):
        told.customers.identity.withdraw(AGENT, "nothing")


def test_a_source_withdrawn_after_a_merge_leaves_nobody_behind(told: Told) -> None:
    told.says("web", {"ids": ["user:1"]})
    told.says("till", order("card:9"))
    told.customers.identity.merge(AGENT, told.one("card:9"), told.one("user:1"), "same", confirmed=True)
    told.settle()
    from choral.core.event import Event
    from tests.customers.told import START, append

    web = next(one.name for one in told.shop.events.sources() if "web" in one.name)
    append(told.shop, "choral", [Event("w1", "Source Withdrawn", START, properties=_raw({"source": web}))])
    told.consume()
    assert [row[1] for row in rows("identity_identifier")] == ["card:9"]
    assert told.customers.get(told.one("card:9")).orders == 1
    before = dump()
    rebuild(told.shop.home, told.shop.log)
    assert dump() == before
    told.says("app", {"ids": ["user:1"]})
    assert told.same("user:1", "card:9"), "the decision holds for whoever comes back"


def test_the_audit_log_says_who_decided_what(told: Told) -> None:
    told.says("web", {"ids": ["user:1"]}, {"ids": ["user:2"]})
    made = told.customers.identity.keep_apart(AGENT, "user:1", "user:2", "brothers")
    told.customers.identity.withdraw(AGENT, made.id)
    lines = rows("books_audit", "actor, action, subject", "default")
    assert ("member:7", "identity.kept_apart", "user:1") in lines
    assert ("member:7", "identity.correction_withdrawn", "user:1") in lines


def test_what_was_decided_about_a_person_can_be_told_and_forgotten(told: Told) -> None:
    from choral.books import SYSTEM, act

    told.says("web", {"ids": ["user:1"]}, {"ids": ["user:2"]})
    told.customers.identity.keep_apart(AGENT, "user:1", "user:2", "brothers")
    told.customers.identity.block(AGENT, "email:anna@example.com", "asked for it")
    mail = told._spelled("email:anna@example.com")
    assert [len(section.rows) for section in told_about(["user:1", mail])] == [1, 1]
    assert act(erase, SYSTEM, ["user:1", mail]) == 2
    assert [section.rows[0]["shown"] for section in told_about(["user:1", mail])] == [""]


def _raw(value: object) -> object:
    from choral.customers import sets

    return sets.raw(value)


def test_an_erased_customers_corrections_leave_no_trace_in_the_log_and_a_rebuild_gives_the_same(told: Told) -> None:
    told.says("web", {"ids": ["user:canary-1"]}, {"ids": ["user:2"]}, {"ids": ["user:3"]})
    told.customers.identity.keep_apart(AGENT, "user:canary-1", "user:2", "brothers")
    told.customers.identity.merge(AGENT, told.one("user:3"), told.one("user:2"), "one", confirmed=True)
    told.settle()
    told.customers.privacy.erase("user:canary-1", AGENT, minutes=0)
    while told.customers.privacy.work(lambda *_: None):
        told.settle()
    told.settle()
    assert not [batch for batch in told.shop.log.read(0) if b"canary-1" in batch.payload]
    assert told.same("user:2", "user:3")
    assert [one.kind for one in told.customers.identity.corrections()] == ["join"]
    before = dump()["identity_correction"]
    rebuild(told.shop.home, told.shop.log)
    assert dump()["identity_correction"] == before
