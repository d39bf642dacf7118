"""The index of personal values finds exactly whom reading all of them would find, whatever was said or undone."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from choral import Shop
from choral.books import SYSTEM, act
from choral.customers.records import actions, queries
from choral.customers.records.actions import Value
from choral.customers.records.rules import SEARCHABLE, words
from choral.customers.records.tables import NAMED
from tests.customers.told import Told, indexed, rows

_LETTERS = some.text("anbéß 1-_.", max_size=9)
_VALUES = {
    "last_name": _LETTERS,
    "email": some.builds("{}@{}.fr".format, _LETTERS, some.sampled_from(["an", "ban"])),
    "phone": some.text("01 +2", max_size=12),
    "city": _LETTERS,  # not to be found by
}
_SAYING = some.sampled_from(sorted(_VALUES)).flatmap(
    lambda field: some.builds(
        Value, some.sampled_from(["card:1", "card:2", "user:3"]), some.just(field), _VALUES[field],
        some.integers(0, 3), some.sampled_from(["till", "web"]),
    )
)  # fmt: skip
_TERMS = ["a", "an", "ana", "ban", "1-a", "ss", "nb", "0", "12", "120", "an.b", "@an", "n@ban.f", "1_", "éa"]


def _all_words() -> dict[str, set[str]]:
    spelled: dict[str, set[str]] = {}
    for one, field, value in rows(NAMED, "identifier, field, value", "default"):
        if field in SEARCHABLE:
            spelled.setdefault(one, set()).update(words(field, value))
    return spelled


def _forget_all() -> None:
    act(actions.forget, SYSTEM, ["till", "web", "import"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(_SAYING, max_size=8), some.lists(_SAYING, max_size=4), some.sampled_from(["", "till", "card:1"]))
def test_the_index_finds_whom_reading_every_word_would_find(
    shop: Shop, first: list[Value], then: list[Value], undone: str
) -> None:
    _forget_all()
    act(actions.remember, SYSTEM, first)
    act(actions.remember, SYSTEM, then)
    if undone == "till":
        act(actions.forget, SYSTEM, [undone])
    elif undone:
        act(actions.forget_people, SYSTEM, [undone])
    spelled = _all_words()
    for term in _TERMS:
        beginning = {one for one, mine in spelled.items() if any(word.startswith(term) for word in mine)}
        assert set(queries.beginning_with([term], 10)) == beginning, term
        if len(term) >= 3:
            inside = {one for one, mine in spelled.items() if any(term in word for word in mine)}
            assert set(queries.containing(term, 10)) == inside, term


def test_nothing_stays_in_the_index_of_somebody_who_is_forgotten(shop: Shop) -> None:
    told = [Value("card:1", "last_name", "Moreau", 1, "till"), Value("card:1", "city", "Lyon", 1, "till")]
    act(actions.remember, SYSTEM, [*told, Value("card:2", "last_name", "Morel", 1, "till")])
    assert act(actions.forget_people, SYSTEM, ["card:1"]) == 2
    assert {one for _, one in indexed()} == {"card:2"}
    assert rows("records_subject", "identifier", "default") == [("card:2",)]
    assert act(actions.forget_people, SYSTEM, ["card:1", "card:9"]) == 0
    assert act(actions.forget_people, SYSTEM, ["card:2"]) == 1
    assert rows("records_gram", "gram", "default") == []


def test_somebody_is_found_by_the_middle_of_their_name_among_very_many(told: Told) -> None:
    crowd = [Value(f"card:{n}", "last_name", f"Martin{n}", 1, "till") for n in range(40_000)]
    act(actions.remember, SYSTEM, [*crowd, Value("card:x", "last_name", "Xavieri", 1, "till")])
    assert queries.containing("avier", 5) == ["card:x"]
    assert queries.containing("artin39999", 5) == ["card:39999"]
    assert len(queries.beginning_with(["mart"], 7)) == 7
