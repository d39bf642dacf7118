"""One record in one answer: by any spelling of any identifier, only what is asked for, only what is allowed."""

from __future__ import annotations

import pytest

from choral.books import SYSTEM
from choral.core.errors import InvalidInput, NotFound
from choral.customers.consent.values import Statement
from choral.customers.record import PARTS, profile
from tests.customers.bought import learnt, order, town
from tests.customers.told import START, Told


@pytest.fixture
def ann(told: Told) -> Told:
    town(told, people=6)
    learnt(told)
    told.says(
        "web",
        {"name": "Customer Identified", "ids": ["card:900", "email:ann@example.com", "phone:+33612345678"],
         "traits": {"first_name": "Ann", "last_name": "Lee"}},
        order("card:900", 100, [("bread", 1, 1.2)], "a"),
        {"ids": ["card:900"], "at": START},
    )  # fmt: skip
    return told


def test_any_spelling_of_any_identifier_finds_the_customer(ann: Told) -> None:
    number = ann.one("card:900")
    for said in (
        "card:900",
        "900",
        " Ann@Example.COM ",
        "email:ann@example.com",
        "06 12 34 56 78",
        "+33 6 12 34 56 78",
    ):
        assert profile(ann.customers, said, "", ["orders"], personal=False).id == number, said
    assert profile(ann.customers, "", number, ["orders"], personal=False).id == number
    for stranger in ("card:901", "nobody@example.com", "", "0"):
        with pytest.raises(NotFound):
            profile(ann.customers, stranger, "", [], personal=False)


def test_only_what_is_asked_for_is_answered_and_everything_without_asking(ann: Told) -> None:
    whole = profile(ann.customers, "card:900", "", [], personal=True)
    assert all(getattr(whole, part) is not None for part in PARTS)
    for part in PARTS:
        found = profile(ann.customers, "card:900", "", [part], personal=True)
        assert [one for one in PARTS if getattr(found, one) is not None] == [part]
    with pytest.raises(InvalidInput) as refused:
        profile(ann.customers, "card:900", "", ["password"], personal=True)
    assert refused.value.code == "unknown_part"


def test_names_are_masked_without_the_permission_to_see_them(ann: Told) -> None:
    seen, masked = (profile(ann.customers, "card:900", "", ["customer"], personal=one) for one in (True, False))
    assert seen.customer is not None and seen.customer.name == "Ann Lee"
    assert masked.customer is not None and "Lee" not in repr(masked.customer)


def test_who_objects_to_profiling_is_left_alone_from_that_moment_on(ann: Told) -> None:
    before = profile(ann.customers, "card:900", "", [], personal=False)
    assert before.profiled and before.computed
    ann.customers.consent.record(SYSTEM, [Statement("card:900", "profiling", "*", "denied", "till")])
    after = profile(ann.customers, "card:900", "", [], personal=False)
    assert (after.profiled, after.computed, after.preference) == (False, None, None)
    assert after.recommendations is not None and not after.recommendations.personal
    assert after.orders, "what they bought is still theirs to be served with"


def test_a_consent_to_profiling_opens_personal_recommendations_at_once_and_taking_it_back_closes_them(
    ann: Told,
) -> None:
    def personal() -> bool:
        found = profile(ann.customers, "card:900", "", ["recommendations"], personal=False).recommendations
        assert found is not None
        return found.personal

    assert not personal(), "silence is no consent"
    ann.customers.consent.record(SYSTEM, [Statement("card:900", "profiling", "*", "granted", "till")])
    assert personal()
    ann.customers.consent.record(SYSTEM, [Statement("card:900", "profiling", "*", "withdrawn", "till")])
    assert not personal()
