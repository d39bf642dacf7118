"""A tree reads back as a plain sentence in English, French and Italian."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from choral.customers.audiences import tree, words
from choral.customers.audiences.sentences import sentence, telling
from choral.customers.audiences.tree import Definition, Window
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


@given(trees)
def test_every_tree_can_be_told_in_every_language(condition: tree.Condition) -> None:
    for language in words.LANGUAGES:
        said = sentence(Definition(condition), telling(language, "EUR"))
        assert said.endswith(".") and "{" not in said


def test_all_languages_have_the_same_phrases_with_the_same_parts() -> None:
    for key, phrases in words._PHRASES.items():
        assert len({tuple(sorted(re.findall(r"{(\w+)}", phrase))) for phrase in phrases}) == 1, key
