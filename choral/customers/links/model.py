"""The comparison of all people by Splink (Fellegi and Sunter's model, learned by expectation maximisation) on DuckDB.

Splink is loaded when somebody asks for links, never before: it is large, and most processes do not need it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from choral.customers.links import rules
from choral.customers.links.rules import COMPARISONS, Level

if TYPE_CHECKING:
    import pyarrow

_SEED = 20_261
_ENOUGH_TO_LEARN = 3_000  # people; fewer are judged by the shares of `rules.py`
_RANDOM_PAIRS = 1_000_000
_RECALL = 0.15  # of each of SURE: the share of true pairs it finds, roughly
_FEWEST_DOUBLES = 0.05  # a list in which not every twentieth stands twice was never seen
_MOST_LIKELY = 0.1  # however few people there are
_ENOUGH_PAIRS = 500
_MEMORY = "3GB"
_PAIRS = """
SELECT id_l AS one, id_r AS other, match_probability AS probability, {gammas}
FROM {predicted} WHERE NOT ({contradiction}) AND match_probability >= {least}
ORDER BY match_probability DESC, id_l, id_r"""


@dataclass(frozen=True)
class Pair:
    """Two people who may be one: their ids, how probable it is, and the level of each comparison."""

    one: str
    other: str
    probability: float
    levels: tuple[tuple[str, str], ...]


def pairs(people: pyarrow.Table, least: float = rules.LEAST, threads: int | None = None) -> list[Pair]:
    """Pairs of rows of `people.table` that are one person with a probability of `least` or more, likeliest first.

    Equal tables give equal pairs: sampling has a fixed seed.
    """
    if people.num_rows < 2:
        return []
    with _engine(threads) as connection:
        predicted = _predicted(connection, people, least)
        gammas = ", ".join(f"gamma_{name}" for name in COMPARISONS)
        sql = _PAIRS.format(gammas=gammas, predicted=predicted, contradiction=rules.contradiction(), least=least)
        found = connection.execute(sql).fetchall()
    return [
        Pair(one, other, float(probability), tuple(
            (name, rules.level_of(name, number)) for name, number in zip(COMPARISONS, numbers, strict=True)
        ))
        for one, other, probability, *numbers in found
    ]  # fmt: skip


def _predicted(connection: duckdb.DuckDBPyConnection, people: pyarrow.Table, least: float) -> str:
    """The name of a table of compared pairs."""
    from splink import DuckDBAPI, Linker  # deferred: see the module's sentence

    connection.register("compared", people)
    settings = _settings(_prior(connection, people.num_rows), learned=people.num_rows >= _ENOUGH_TO_LEARN)
    given = DuckDBAPI(connection).register(people, dataset_display_name="people")
    linker = Linker(given, settings, log_level=logging.ERROR)
    if people.num_rows >= _ENOUGH_TO_LEARN:
        _learn(linker, connection)
    return str(linker.inference.predict(threshold_match_probability=least).physical_name)


def _prior(connection: duckdb.DuckDBPyConnection, size: int) -> float:
    """How probable it is that two people taken at random are one: from the pairs that almost surely are."""
    sure = sum(_pairs_equal(connection, columns) for columns in rules.SURE) / len(rules.SURE) / _RECALL
    return min(_MOST_LIKELY, max(sure, _FEWEST_DOUBLES * size) / (size * (size - 1) / 2))


def _pairs_equal(connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> int:
    names = ", ".join(columns)
    given = " AND ".join(f"{one} IS NOT NULL" for one in columns)
    found = connection.execute(
        f"SELECT coalesce(sum(n * (n - 1) / 2), 0) FROM (SELECT count(*) AS n FROM compared WHERE {given}"  # noqa: S608
        f" GROUP BY {names})"
    ).fetchall()
    return int(found[0][0])


def _learn(linker: Any, connection: duckdb.DuckDBPyConnection) -> None:
    """How often strangers agree by chance, and how often true pairs do, from pairs equal in something else."""
    from splink import block_on  # deferred

    linker.training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=_SEED)
    for columns in rules.LEARN:
        if _pairs_equal(connection, columns) >= _ENOUGH_PAIRS:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*columns), fix_probability_two_random_records_match=True
            )


def _settings(prior: float, learned: bool) -> Any:
    from splink import SettingsCreator, block_on  # deferred

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        probability_two_random_records_match=prior,
        comparisons=[_comparison(name, levels, learned) for name, levels in COMPARISONS.items()],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in rules.BLOCKS],
        retain_matching_columns=True,  # with them the level of each comparison
    )


def _comparison(name: str, levels: tuple[Level, ...], learned: bool) -> dict[str, Any]:
    """A comparison in Splink's words; how common a value is says something only among many people."""
    described = []
    for level in levels:
        one: dict[str, Any] = {"sql_condition": level.sql or "ELSE", "label_for_charts": level.name}
        if level.missing:
            one["is_null_level"] = True
        else:
            one |= {"m_probability": level.m, "u_probability": level.u}
        if level.frequent and learned:
            one |= {"tf_adjustment_column": level.frequent, "tf_adjustment_weight": 1.0}
        described.append(one)
    return {"output_column_name": name, "comparison_levels": described}


@contextmanager
def _engine(threads: int | None) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(config={"memory_limit": _MEMORY})
    if threads:
        connection.execute(f"SET threads = {int(threads)}")
    try:
        yield connection
    finally:
        connection.close()
