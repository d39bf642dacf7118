"""Records that share no key: who may be one person is suggested with its evidence, and only people decide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from choral import Shop
from choral.books import SYSTEM, Actor, act
from choral.books.outbox import BooksOutbox
from choral.core.errors import ChoralError
from choral.customers.links import model, people, personal, rules, spelling
from choral.customers.links.actions import note_found
from choral.customers.links.values import Suggestion
from choral.customers.links.words import WORDS, evidence
from choral.events.relay import relay
from simulator.registers import entries
from tests.customers.told import Told

ADA = Actor("member:1")
PEOPLE = [
    ("web-1", {"first_name": "Éloïse", "last_name": "de la Tour", "street": "12 bis rue des Lilas",
               "postal_code": "99110", "city": "Saint-Denis", "birthday": "1980-03-02"}),
    ("form-1", {"first_name": "Eloise", "last_name": "TOUR", "street": "12BIS, R. DES LILAS", "postal_code": "99110",
                "city": "ST DENIS", "birthday": "02/03/1980"}),
    ("form-2", {"first_name": "Marc", "last_name": "TOUR", "street": "12BIS, R. DES LILAS", "postal_code": "99110",
                "city": "ST DENIS"}),
    ("till-1", {"name": "ROSSI Giovanni", "street": "Via dei Tigli 7", "postal_code": "99210", "city": "Montelago"}),
    ("web-2", {"first_name": "Gianni", "last_name": "Rossi", "street": "V. Tigli, 7", "postal_code": "99210",
               "city": "Montelago", "birthday": "1961-11-30"}),
    ("web-3", {"first_name": "Giovanni", "last_name": "Rossi", "street": "Corso Stella 90", "city": "Castelfiore"}),
    ("web-4", {"first_name": "Harriet", "last_name": "Thornwood", "email": "h.thornwood84@mail.example"}),
]  # fmt: skip


@pytest.fixture
def village(told: Told) -> Shop:
    """A few customers of three languages, each known by a number of their own list."""
    for user, traits in PEOPLE:
        told.says("lists", {"name": "Customer Identified", "ids": [f"user:{user}"], "traits": traits})
    return told.shop


def pair(one: str, other: str) -> frozenset[str]:
    return frozenset((f"user:{one}", f"user:{other}"))


def shown(shop: Shop, state: str = "open", least: float = 0.0) -> dict[frozenset[str], Suggestion]:
    rows = shop.customers.links.list(state, least, personal=True).rows
    return {frozenset((one.one.identifier, one.other.identifier)): one for one in rows}


def settle(shop: Shop) -> None:
    """What the worker does: facts go to the log, the views follow."""
    told = object.__new__(Told)
    told.shop = shop
    while relay(BooksOutbox(), shop.log):
        pass
    told.consume()


def suggest(shop: Shop, *found: tuple[str, str, float]) -> None:
    """As if a comparison had found these pairs."""
    run = shop.customers.links.ask(SYSTEM).id
    levels = [("first", "same"), ("last", "close"), ("street", "other"), ("email", "missing")]
    rows = [(*sorted((f"user:{one}", f"user:{other}")), likely, levels) for one, other, likely in found]
    act(note_found, SYSTEM, run, len(found) + 1, rows)  # type: ignore[arg-type]


def refused(code: str, work: Callable[..., object], *arguments: object) -> None:
    with pytest.raises(ChoralError) as problem:
        work(*arguments)
    assert problem.value.code == code


def test_the_same_person_on_two_lists_is_found_whatever_the_spelling_and_the_family_is_not(village: Shop) -> None:
    run = village.customers.links.find(ADA)
    assert (run.state, run.people) == ("done", len(PEOPLE))
    found = shown(village)
    tour = found[pair("web-1", "form-1")]
    assert tour.probability > 0.9
    assert {one.words for one in tour.evidence} >= {"same first name", "same surname", "same birthday",
                                                    "same street and house", "same postal code"}  # fmt: skip
    assert found[pair("web-2", "till-1")].probability > 0.5  # Gianni and Giovanni, name and town only
    assert pair("form-1", "form-2") not in found  # another first name in one home
    assert pair("web-1", "form-2") not in found
    assert found.get(pair("web-2", "web-3")) is None  # a namesake in another town


def test_nothing_is_merged_before_somebody_accepts_it_and_then_it_can_be_undone(village: Shop) -> None:
    links = village.customers.links
    suggest(village, ("web-1", "form-1", 0.97))
    settle(village)
    told = object.__new__(Told)
    told.customers = village.customers
    assert not told.same("user:web-1", "user:form-1")
    (one,) = shown(village).values()
    correction = links.accept(ADA, one.id)
    assert links.accept(ADA, one.id) == correction  # again changes nothing
    settle(village)
    assert told.same("user:web-1", "user:form-1")
    reasons = [each.reason for each in village.customers.identity.corrections()]
    assert reasons == ["Suggestion accepted (97.0%): same first name, surname one slip apart, different streets"]
    links.reopen(ADA, one.id)
    settle(village)
    assert not told.same("user:web-1", "user:form-1")
    assert shown(village)[pair("web-1", "form-1")].state == "open"


def test_two_who_are_not_the_same_stay_apart_for_ever(village: Shop) -> None:
    links = village.customers.links
    suggest(village, ("web-1", "form-1", 0.97))
    (one,) = shown(village).values()
    links.refuse(ADA, one.id)
    refused("decided_already", links.accept, ADA, one.id)
    settle(village)
    links.find(ADA)  # finds the pair again, and leaves it
    assert pair("web-1", "form-1") not in shown(village)
    assert shown(village, "refused")[pair("web-1", "form-1")].by == "member:1"
    told = object.__new__(Told)
    told.customers = village.customers
    assert not told.same("user:web-1", "user:form-1")


def test_what_is_put_off_comes_again_after_the_others_and_what_became_one_otherwise_is_left_out(village: Shop) -> None:
    links = village.customers.links
    suggest(village, ("web-1", "form-1", 0.97), ("web-2", "till-1", 0.8), ("web-2", "web-3", 0.6))
    first = links.next()
    assert first and first.probability == 0.97
    links.later(ADA, first.id)
    second = links.next()
    assert second and second.probability == 0.8
    village.customers.identity.merge(ADA, second.one.customer, second.other.customer, "met them", confirmed=True)
    settle(village)
    third = links.next()
    assert third and third.probability == 0.6
    links.refuse(ADA, third.id)
    last = links.next()
    assert last and last.id == first.id and last.state == "later"


def test_many_are_accepted_at_once_only_above_the_threshold_that_the_costs_set(village: Shop) -> None:
    links = village.customers.links
    suggest(village, ("web-1", "form-1", 0.97), ("web-2", "till-1", 0.8), ("web-2", "web-3", 0.6))
    assert links.state().threshold == pytest.approx(20 / 21)
    refused("below_threshold", links.accept_above, ADA, 0.8)
    assert links.set_costs(ADA, 3, 1) == 0.75
    assert (links.state().above, links.accept_above(ADA, 0.75)) == (2, 2)
    assert set(shown(village)) == {pair("web-2", "web-3")}
    refused("bad_costs", links.set_costs, ADA, 0, 1)


def test_a_comparison_that_finds_a_pair_no_more_takes_it_off_the_list(village: Shop) -> None:
    suggest(village, ("web-1", "form-1", 0.97), ("web-2", "till-1", 0.8))
    suggest(village, ("web-2", "till-1", 0.9))
    assert {one.probability for one in shown(village).values()} == {0.9}
    suggest(village, ("web-1", "form-1", 0.7))
    assert set(shown(village)) == {pair("web-1", "form-1")}


def test_the_worker_does_what_was_asked_for_once(village: Shop) -> None:
    links = village.customers.links
    asked = links.ask(ADA)
    assert links.ask(ADA).id == asked.id and asked.state == "asked"
    assert links.compare_waiting(SYSTEM) and not links.compare_waiting(SYSTEM)
    done = links.run(asked.id)
    assert (done.state, done.by, done.found) == ("done", "member:1", len(shown(village)))


def test_who_may_not_see_personal_values_sees_them_masked(village: Shop) -> None:
    suggest(village, ("web-1", "form-1", 0.97))
    (one,) = village.customers.links.list().rows
    assert "Tour" not in repr(one) and "Lilas" not in repr(one) and one.evidence[0].words == "same first name"


def test_a_person_is_told_of_suggestions_about_them_and_they_can_be_forgotten(village: Shop) -> None:
    suggest(village, ("web-1", "form-1", 0.97), ("web-2", "till-1", 0.8))
    (section,) = personal.told(["user:form-1"])
    assert len(section.rows) == 1 and "web-1" not in repr(section)
    assert act(personal.erase, SYSTEM, ["user:form-1"]) == 1
    assert not personal.told(["user:web-1"]) and len(shown(village)) == 1


def test_a_few_thousand_records_of_three_languages_are_linked_well() -> None:
    """Far below what the benchmark prints, so that only a real loss fails."""
    lists = list(entries(1_700, seed=3))
    rows = [people.spelled(str(number), entry.fields) for number, entry in enumerate(lists)]
    found = model.pairs(people.table(rows), least=0.9, threads=1)
    right = sum(lists[int(one.one)].person == lists[int(one.other)].person for one in found)
    persons = [entry.person for entry in lists]
    pairs = sum(n * (n - 1) // 2 for n in (persons.count(person) for person in set(persons)))
    assert right / len(found) > 0.95
    assert right / pairs > 0.8
    assert found == model.pairs(people.table(rows), least=0.9, threads=1)  # the same data, the same answer


@pytest.mark.parametrize(
    ("written", "street", "house"),
    [
        ("12 bis, rue des Lilas", "lilas", "12bis"), ("12, R. des Lilas", "lilas", "12"),
        ("Via dei Tigli 12/A", "tigli", "12a"), ("V.le Garibaldi, 3", "garibaldi", "3"),
        ("4B Mill Lane", "mill", "4b"), ("10 St John's Road", "saint john", "10"), ("Mill Lane", "mill", ""),
        ("Corso", "corso", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_streets_are_the_same_however_they_are_written(written: str, street: str, house: str) -> None:
    assert spelling.address(written) == (street, house)


def test_names_days_towns_and_numbers_have_one_spelling() -> None:
    assert spelling.last_name("D’Angelo") == spelling.last_name("d'angelo") == "angelo"
    assert spelling.last_name("De la Tour") == "tour" and spelling.last_name("Le") == "le"
    assert spelling.first_name("Mme Marie-Claire") == "marie claire"
    assert set(spelling.roots("enzo")) == {"enzo", "lorenzo", "vincenzo"}
    assert spelling.divided("ROSSI Maria Anna") == ("Maria Anna", "ROSSI")
    assert spelling.divided("Anna de Luca") == ("Anna", "de Luca") and spelling.divided("Rossi, A.") == ("A.", "Rossi")
    assert spelling.birth("2/3/80") == spelling.birth("1980-03-02") == ("1980-03-02", "1980")
    assert spelling.birth("1980") == ("", "1980") and spelling.birth("03/25/1980") == ("1980-03-25", "1980")
    assert spelling.birth("soon") == ("", "") and spelling.birth("45/45/1980") == ("", "1980")
    assert spelling.town("St-Denis Cedex 2") == "saint denis"
    assert spelling.phone("+33 6 12 34 56 78") == spelling.phone("06 12 34 56 78") == "612345678"
    assert spelling.mail("Anna.Rossi+shop@Mail.example") == ("anna.rossi+shop@mail.example", "annarossi")
    assert spelling.own("annarossi", "anna", "rossi") == "" and spelling.own("annarossi84", "anna", "rossi")
    assert spelling.sound("girard") == spelling.sound("gerard") and spelling.sound("") == ""


@given(st.text(max_size=40))
def test_no_text_is_too_odd_to_be_spelled(text: str) -> None:
    row = people.spelled("1", dict.fromkeys(people.FIELDS, text))
    assert all(value is None or value for value in row.values())
    assert spelling.fold(spelling.fold(text)) == spelling.fold(text)


def test_every_level_has_words_and_a_number_and_shares_that_add_up() -> None:
    for comparison, levels in rules.COMPARISONS.items():
        assert sum(level.m for level in levels) == pytest.approx(1, abs=0.02), comparison
        for level in levels:
            assert rules.level_of(comparison, rules.rank(comparison, level.name)) == level.name
            assert level.missing or (comparison, level.name) in WORDS
    assert evidence('[["email", "missing"], ["town", "other"]]')[0].against
