"""A tree reads back as a plain sentence in English, French and Italian."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

import duckdb
import pytest
from hypothesis import given

from choral.core.clock import to_microseconds
from choral.customers.audiences import compile, plain, tree, words
from choral.customers.audiences.sentences import sentence, telling
from choral.customers.audiences.tree import Definition, Window
from choral.customers.audiences.windows import Moment
from tests.customers.audiences.towns import trees

WINE = tree.Bought("category", ("Wine",), window=Window("last", 90), test=tree.Test("at_least", (2,)))
LYON = tree.Personal("city", tree.Test("is", ("Lyon",)))


@pytest.mark.parametrize("language, said", [
    ("en", "Customers who bought Wine in at least 2 orders in the last 90 days, and who live in Lyon."),
    ("fr", "Les clients qui ont acheté Wine dans au moins 2 commandes dans les 90 derniers jours,"
           " et qui habitent à Lyon."),
    ("it", "I clienti che hanno acquistato Wine in almeno 2 ordini negli ultimi 90 giorni, e che abitano a Lyon."),
])  # fmt: skip
def test_conditions_read_as_one_sentence_in_each_language(language: str, said: str) -> None:
    assert sentence(Definition(tree.All((WINE, LYON))), telling(language, "EUR")) == said


@pytest.mark.parametrize("language, said", [
    ("en", "Customers who have their birthday in the next 7 days."),
    ("fr", "Les clients qui ont leur anniversaire dans les 7 prochains jours."),
    ("it", "I clienti che compiono gli anni nei prossimi 7 giorni."),
])  # fmt: skip
def test_a_birthday_is_told_as_one(language: str, said: str) -> None:
    soon = tree.Personal("birthday", tree.Test("anniversary_ahead", (7,)))
    assert sentence(Definition(soon), telling(language, "EUR")) == said


@pytest.mark.parametrize("born, today, how, days, passes", [
    ("1990-01-02", date(2023, 12, 30), "anniversary_ahead", 3, True),
    ("1990-01-03", date(2023, 12, 30), "anniversary_ahead", 3, False),
    ("1990-12-30", date(2024, 1, 2), "anniversary_ago", 3, True),
    ("1992-02-29", date(2023, 2, 28), "anniversary_ahead", 0, True),
    ("1992-02-29", date(2024, 2, 28), "anniversary_ahead", 0, False),
    ("1992-02-29", date(2024, 2, 29), "anniversary_ago", 0, True),
    ("1990-06-01", date(2024, 6, 2), "anniversary_ahead", 364, True),
])  # fmt: skip
def test_a_day_of_the_year_comes_round_over_new_year_and_in_leap_years(
    born: str, today: date, how: tree.How, days: int, passes: bool
) -> None:
    test = tree.Test(how, (days,))
    assert plain.passes(test, plain.plain(born), today) is passes
    with duckdb.connect() as database:
        moment = Moment(to_microseconds(datetime.combine(today, time(12), UTC)), "UTC")
        bind = compile.Binding(moment, "EUR")
        wanted = compile._passes(test, bind, "[]", "''", "NULL", "true")
        found = database.execute(f"SELECT {wanted} FROM (SELECT DATE '{born}' AS day)", bind.params).fetchone()
    assert found == (passes,)


@given(trees)
def test_every_tree_can_be_told_in_every_language(condition: tree.Condition) -> None:
    for language in words.LANGUAGES:
        said = sentence(Definition(condition), telling(language, "EUR"))
        assert said.endswith(".") and "{" not in said


def test_all_languages_have_the_same_phrases_with_the_same_parts() -> None:
    for key, phrases in words._PHRASES.items():
        assert len({tuple(sorted(re.findall(r"{(\w+)}", phrase))) for phrase in phrases}) == 1, key
