"""Imported experiments in the lake: a table each, numbers and texts by the id of a unit; no personal data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
import pyarrow
import pyarrow.compute
from deltalake import write_deltalake

from choral.analytics.experiments.frames import Frame, Measured
from choral.analytics.experiments.values import Experiment, ImportedColumn, Unit
from choral.core.errors import InvalidInput, NotFound
from choral.events.lake import place
from choral.events.schema.personal import PERSONAL_FIELDS

_SHOWN = 20
_PREFIX = {"outcome": "outcome ", "covariate": "before ", "attribute": ""}
_PERSONAL_HEADS = PERSONAL_FIELDS | {"surname", "firstname", "lastname", "phone_number", "e_mail", "iban"}
# An e-mail address, or a telephone number written with its country or in groups.
_PERSONAL_CELL = r"^\s*[^@\s]+@[^@\s]+\.[A-Za-z]{2,}\s*$|^\s*\+\d[\d .()/-]{8,}$"
_BARE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Mapping:
    """Which column is what. `unit` "" counts the rows; `weights` by arm as planned ({}: equal shares);
    `control` "" takes the arm whose name says so, else the first."""

    arm: str
    outcomes: tuple[str, ...]
    unit: str = ""
    covariates: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    control: str = ""
    decimal: str = "."


@dataclass(frozen=True)
class RefusedRows:
    """Rows that were not taken: a stable code, how many, and the numbers of the first (the first row of data is 1)."""

    code: str
    message: str
    rows: int
    first: tuple[int, ...]


@dataclass(frozen=True)
class Taken:
    """A table that was read: its rows as they are kept, the columns, the arms with their units, what was refused."""

    table: pyarrow.Table
    columns: tuple[ImportedColumn, ...]
    arms: tuple[tuple[str, int], ...]
    refused: tuple[RefusedRows, ...]

    @property
    def rows(self) -> int:
        return len(self.table)


def take(given: pyarrow.Table, mapping: Mapping, per_unit: int = 100) -> Taken:
    """The rows as they are kept; raises `InvalidInput` for what cannot be an experiment.

    Columns of money are kept in minor units, `per_unit` of them one major unit.
    `given` has a column a head, texts (a file's cells) or numbers. Refused rows: no arm, an outcome that is no number,
    a unit that came before.
    """
    columns = _columns(given, mapping)
    refuse_personal(given, (mapping.unit, mapping.arm, *(one.name for one in columns)))
    with duckdb.connect(config={"memory_limit": "1GB"}) as database:
        database.register("given", given)
        kinds = {one.name: one.number or _is_number(database, one.name, mapping.decimal) for one in columns}
        typed = tuple(ImportedColumn(one.name, one.role, kinds[one.name], one.unit) for one in columns)
        database.execute(f"CREATE TEMP TABLE read AS {_reading(typed, mapping, per_unit)}")
        refused = _refused(database, typed, mapping)
        kept = [f"c{number}" for number in range(len(typed))]
        table = database.sql(
            f"SELECT unit, arm, {', '.join(kept)} FROM read WHERE fault = '' ORDER BY place"  # noqa: S608 - our names
        ).to_arrow_table()
    arms = sorted(pyarrow.compute.value_counts(table.column("arm")).to_pylist(), key=lambda one: str(one["values"]))
    found = tuple((str(one["values"]), int(one["counts"])) for one in arms)
    if not 2 <= len(found) <= 12:
        raise InvalidInput(
            "arms_in_file", f"The column “{mapping.arm[:60]}” names {len(found)} arms.",
            "An experiment has two to twelve.", "Choose the column that says who got what.", 422,
        )  # fmt: skip
    return Taken(table, _with_shares(table, typed), found, refused)


def refuse_personal(given: pyarrow.Table, heads: Sequence[str]) -> None:
    """`InvalidInput` `personal_data` when a column of the mapping is, or looks like, somebody's name or address."""
    for head in heads:
        if not head:
            continue
        named = _BARE.sub("_", head.lower()).strip("_") in _PERSONAL_HEADS
        column = given.column(head)
        if not named and pyarrow.types.is_string(column.type):
            named = pyarrow.compute.any(pyarrow.compute.match_substring_regex(column, _PERSONAL_CELL)).as_py() is True
        if named:
            raise InvalidInput(
                "personal_data", f"The column “{head[:60]}” holds personal data.",
                "Figures need no names, e-mails or telephone numbers, so none are kept here.",
                "Leave the column out, or put a number of your own in its place.", 422, {"column": head[:60]},
            )  # fmt: skip


def write(lake: str, number: int, table: pyarrow.Table) -> None:
    """Keep the rows of an experiment."""
    write_deltalake(place.address(lake, _name(number)), table, mode="overwrite", writer_properties=place.WRITER)


def frame(lake: str, experiment: Experiment, currency: str) -> Frame:
    """The units of an imported experiment; `NotFound` `experiment_rows_gone` when its table is not there."""
    stored = place.open_table(lake, _name(experiment.number))
    if stored is None:
        raise NotFound("experiment_rows_gone", "The rows of this experiment are no longer kept.", status=404)
    found = stored.to_pyarrow_table()
    columns = experiment.plan.columns
    table = found.rename_columns(["unit", "arm", *(f"{_PREFIX[one.role]}{one.name}" for one in columns)])
    before = tuple(f"before {one.name}" for one in columns if one.role == "covariate")
    measured = tuple(
        Measured(
            f"column/{one.name}", "binary" if one.unit == "share" else "mean", one.unit, f"outcome {one.name}",
            before=before,
        )
        for one in columns if one.role == "outcome"
    )  # fmt: skip
    # What was known before can be cut by as well as taken out.
    for name in before:
        table = table.append_column(name.removeprefix("before "), table.column(name))
    attributes = tuple(one.name for one in columns if one.role != "outcome")
    return Frame(experiment, table, measured, attributes, currency)


def drawn(lake: str, experiment: Experiment) -> dict[str, int]:
    """How many units each arm of an imported experiment has; nothing of one that was not imported."""
    table = place.open_table(lake, _name(experiment.number)) if experiment.plan.kind == "import" else None
    if table is None:
        return {}
    counted = pyarrow.compute.value_counts(table.to_pyarrow_table(columns=["arm"]).column("arm").combine_chunks())
    return {one["values"]: one["counts"] for one in counted.to_pylist()}


def _columns(given: pyarrow.Table, mapping: Mapping) -> tuple[ImportedColumn, ...]:
    heads = set(given.column_names)
    asked = (mapping.arm, *mapping.outcomes, *mapping.covariates, *mapping.attributes, *filter(None, [mapping.unit]))
    unknown = [one for one in asked if one not in heads]
    if unknown or not mapping.outcomes:
        raise InvalidInput(
            "wrong_columns", f"There is no column “{unknown[0][:60]}”." if unknown else "No outcome was chosen.",
            f"The columns are: {', '.join(given.column_names)[:500]}.",
            "Say which column is the arm and which are outcomes.", 422,
        )  # fmt: skip
    if len(set(asked)) < len(asked):
        raise InvalidInput("column_twice", "A column was chosen twice.", fix="Each column is one thing.", status=422)
    units: dict[str, Unit] = dict.fromkeys(mapping.money, "money")
    return (
        *(ImportedColumn(one, "outcome", True, units.get(one, "number")) for one in mapping.outcomes),
        *(ImportedColumn(one, "covariate", True) for one in mapping.covariates),
        *(ImportedColumn(one, "attribute", False) for one in mapping.attributes),
    )  # fmt: skip


def _with_shares(table: pyarrow.Table, columns: Sequence[ImportedColumn]) -> tuple[ImportedColumn, ...]:
    """The columns, those outcomes that are yes or no (0 or 1 in every row) counted as shares."""
    yes_or_no = pyarrow.array([0.0, 1.0])
    found = []
    for number, one in enumerate(columns):
        if one.role == "outcome" and one.unit == "number":
            both = pyarrow.compute.is_in(table.column(f"c{number}"), yes_or_no)
            one = replace(one, unit="share") if pyarrow.compute.all(both).as_py() else one
        found.append(one)
    return tuple(found)


def _is_number(database: duckdb.DuckDBPyConnection, head: str, decimal: str) -> bool:
    """Whether every cell of an attribute that is not empty is a number."""
    cell = _quoted(head)
    asked = f"SELECT count(*) FILTER (trim({cell}::VARCHAR) <> '' AND {_number(cell, decimal)} IS NULL) FROM given"  # noqa: S608
    return bool(database.sql(asked).fetchall()[0][0] == 0)


def _reading(columns: Sequence[ImportedColumn], mapping: Mapping, per_unit: int) -> str:
    """SQL of the rows with their number, typed cells, and why a row is not taken ('' when it is)."""
    unit = f"trim({_quoted(mapping.unit)}::VARCHAR)" if mapping.unit else "place::VARCHAR"
    cells, faults = [], ["WHEN arm IS NULL OR arm = '' THEN 'no_arm'"]
    for number, one in enumerate(columns):
        cell = _quoted(one.name)
        value = _number(cell, mapping.decimal) if one.number else f"trim(coalesce({cell}::VARCHAR, ''))"
        cells.append(f"{value} * {per_unit} AS c{number}" if one.unit == "money" else f"{value} AS c{number}")
        if one.role == "outcome":
            faults.append(f"WHEN c{number} IS NULL OR isnan(c{number}) OR isinf(c{number}) THEN 'no_number_{number}'")
    if mapping.unit:
        faults += ["WHEN unit IS NULL OR unit = '' THEN 'no_unit'", "WHEN times > 1 THEN 'unit_twice'"]
    times = "row_number() OVER (PARTITION BY unit ORDER BY place)" if mapping.unit else "1"
    return (
        f"WITH numbered AS (SELECT *, row_number() OVER () AS place FROM given),"  # noqa: S608 - heads are quoted
        f" typed AS (SELECT place, {unit} AS unit, trim({_quoted(mapping.arm)}::VARCHAR) AS arm, {', '.join(cells)}"
        f" FROM numbered), counted AS (SELECT *, {times} AS times FROM typed)"
        f" SELECT * EXCLUDE (times), CASE {' '.join(faults)} ELSE '' END AS fault FROM counted"
    )


def _refused(
    database: duckdb.DuckDBPyConnection, columns: Sequence[ImportedColumn], mapping: Mapping
) -> tuple[RefusedRows, ...]:
    said = {
        "no_arm": "the arm is empty", "no_unit": "the unit is empty", "unit_twice": "the unit came before",
    } | {f"no_number_{place}": f"“{one.name}” is no number" for place, one in enumerate(columns)}  # fmt: skip
    rows = database.sql(
        f"SELECT fault, count(*), list_slice(list(place ORDER BY place), 1, {_SHOWN}) FROM read"  # noqa: S608
        " WHERE fault <> '' GROUP BY fault ORDER BY fault"
    ).fetchall()
    return tuple(RefusedRows(code, said[code], count, tuple(first)) for code, count, first in rows)


def _number(cell: str, decimal: str) -> str:
    """SQL of a cell as a number; true and yes are 1."""
    text = f"lower(trim({cell}::VARCHAR))"
    bare = f"replace(replace({text}, '.', ''), ',', '.')" if decimal == "," else f"replace({text}, ',', '')"
    yes = f"WHEN {text} IN ('true', 'yes') THEN 1.0 WHEN {text} IN ('false', 'no') THEN 0.0"
    return f"(CASE {yes} ELSE TRY_CAST({bare} AS DOUBLE) END)"


def _quoted(head: str) -> str:
    return '"' + head.replace('"', '""') + '"'


def _name(number: int) -> str:
    return f"experiment_{number}"
