"""The compiled form of a tree and its meaning for one person give the same answer."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from choral.customers.audiences import counting, tree
from choral.customers.audiences.compile import compiled
from choral.customers.audiences.evaluate import find
from choral.customers.audiences.windows import Moment
from tests.customers.audiences.towns import (
    EUR,
    NOW,
    OTHERS,
    Happening,
    Town,
    any_leaf,
    happenings,
    leaf_strategies,
    trees,
)

settings.register_profile("audiences", deadline=None, suppress_health_check=list(HealthCheck))
histories = st.lists(happenings(), max_size=25)


def _agree(history: list[Happening], conditions: list[tree.Condition]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        town = Town(history, Path(folder))
        counting = town.counting()
        people = [town.person(number, [*conditions, *OTHERS.values()]) for number in range(6)]
        for condition in conditions:
            found = set(counting.of(condition, NOW, OTHERS))
            assert found == {n for n in range(6) if find(condition, people[n], NOW, OTHERS).holds}
        counting.close()


@pytest.mark.parametrize("kind", leaf_strategies)
@settings(settings.get_profile("audiences"), max_examples=8)
@given(data=st.data())
def test_every_kind_of_condition_finds_whom_it_describes(kind: str, data: st.DataObject) -> None:
    _agree(data.draw(histories), data.draw(st.lists(leaf_strategies[kind], min_size=4, max_size=12)))


@settings(settings.get_profile("audiences"), max_examples=25)
@given(histories, st.lists(trees, min_size=3, max_size=8))
def test_a_tree_of_conditions_finds_whom_it_describes(
    history: list[Happening], conditions: list[tree.Condition]
) -> None:
    _agree(history, conditions)


@settings(settings.get_profile("audiences"), max_examples=60)
@given(histories, any_leaf, st.integers(0, 12), st.integers(0, 24))
def test_nothing_changes_by_itself_before_the_time_it_was_said_to(
    history: list[Happening], leaf: tree.Condition, days: int, hours: int
) -> None:
    later = Moment(NOW.now + (days * 24 + hours) * 3_600_000_000, NOW.zone)
    with tempfile.TemporaryDirectory() as folder:
        town = Town(history, Path(folder))
        for number in range(6):
            person = town.person(number, [leaf, *OTHERS.values()])
            before = find(leaf, person, NOW, OTHERS)
            if before.turns_at is None or before.turns_at > later.now:
                assert find(leaf, person, later, OTHERS).holds == before.holds


@settings(settings.get_profile("audiences"), max_examples=4)
@given(
    histories,
    any_leaf.filter(lambda leaf: not isinstance(leaf, tree.Member | tree.Personal | tree.Consent | tree.Attribute)),
)
def test_bucket_by_bucket_the_answer_is_the_same(history: list[Happening], leaf: tree.Leaf) -> None:
    with tempfile.TemporaryDirectory() as folder:
        town = Town(history, Path(folder))
        whole = town.counting()
        query = compiled(leaf, NOW, EUR)
        parts = counting.spread(town.scans(), query, map)
        assert (whole.everybody - parts if query.rest else parts) == whole.of(leaf, NOW, {})
        whole.close()


@given(trees)
def test_a_tree_survives_being_written_down(condition: tree.Condition) -> None:
    definition = tree.Definition(condition)
    assert tree.decode(tree.dump(definition)) == definition
