"""What somebody proved is theirs is not given to others who only typed it."""

from __future__ import annotations

from tests.customers.told import Told

SIGNED_IN = {"name": "Signed In"}
MAIL = "email:anna@example.com"


def test_an_address_proved_by_one_and_typed_by_another_stays_with_who_proved_it(told: Told) -> None:
    told.says("web", {"ids": ["user:1", MAIL]} | SIGNED_IN)
    told.says("till", {"ids": ["card:5", MAIL]})
    assert told.same("user:1", MAIL)
    assert not told.same("user:1", "card:5")
    told.says("till", {"ids": ["card:5", MAIL], "name": "Identifier Verified"})
    assert told.same("user:1", "card:5"), "proved at the till too"


def test_the_order_in_which_it_was_typed_and_proved_makes_no_difference(told: Told) -> None:
    told.says("till", {"ids": ["card:5", MAIL]})
    assert told.same("card:5", MAIL)
    told.says("web", {"ids": ["user:1", MAIL]} | SIGNED_IN)
    assert told.same("user:1", MAIL)
    assert not told.same("user:1", "card:5")


def test_a_browser_that_typed_somebody_elses_proved_address_is_not_pulled_across(told: Told) -> None:
    told.says("web", {"ids": [MAIL, "anonymous:stranger"]})
    assert told.same(MAIL, "anonymous:stranger")
    told.says("web", {"ids": ["user:1", MAIL]} | SIGNED_IN)
    assert not told.same("user:1", "anonymous:stranger")
    told.says("web", {"ids": [MAIL, "anonymous:stranger"], "properties": {"verified": ["email"]}})
    assert told.same("user:1", "anonymous:stranger"), "they followed the link that was sent to the address"


def test_the_family_address_goes_to_the_one_who_proved_it_and_glues_nobody(told: Told) -> None:
    told.says("web", {"ids": ["user:1", MAIL]}, {"ids": ["user:2", MAIL]})
    assert not told.same("user:1", MAIL)
    told.says("web", {"ids": ["user:2", MAIL], "properties": {"verified": True}})
    assert told.same("user:2", MAIL)
    assert not told.same("user:1", "user:2")


def test_an_address_proved_by_two_accounts_belongs_to_neither(told: Told) -> None:
    told.says("web", {"ids": ["user:1", MAIL]} | SIGNED_IN, {"ids": ["user:2", MAIL]} | SIGNED_IN)
    assert not told.same("user:1", MAIL)
    assert not told.same("user:2", MAIL)


def test_what_is_no_proof_is_none(told: Told) -> None:
    for said in ("yes", ["phone"], {"email": True}, False, None, 1):
        told.says("web", {"ids": ["user:1", MAIL], "properties": {"verified": said}})
    told.says("till", {"ids": ["card:5", MAIL]})
    assert told.same("user:1", "card:5"), "nobody proved it, so it joins as an address that was typed does"


def test_an_explanation_says_what_was_proved_what_was_set_aside_and_why(told: Told) -> None:
    told.says("web", {"ids": ["user:1", MAIL]} | SIGNED_IN)
    told.says("till", {"ids": ["card:5", MAIL]})
    links = told.customers.explain(told.one("user:1"), personal=True).links
    assert [(link.one, link.proved, link.counts, link.aside) for link in links] == [
        ("user 1", True, True, ""), ("card 5", False, False, "typed"),
    ]  # fmt: skip
