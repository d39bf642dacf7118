"""What an import may count on when it replaces, merges or undoes a dataset."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow
import pytest

from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.events.lake.datasets import DATASETS, Datasets


@pytest.fixture
def datasets(tmp_path: Path) -> Datasets:
    return Datasets(str(tmp_path / "lake"))


def reader(**columns: list[object]) -> pyarrow.RecordBatchReader:
    return pyarrow.table(columns).to_reader()


def rows(datasets: Datasets, name: str) -> list[tuple[object, ...]]:
    return duckdb.sql(f"SELECT * FROM {datasets.scan(name)} ORDER BY ALL").fetchall()


def test_a_dataset_never_imported_reads_as_empty_with_all_its_columns(datasets: Datasets) -> None:
    for name, dataset in DATASETS.items():
        found = duckdb.sql(f"SELECT * FROM {datasets.scan(name)}")
        assert found.columns == dataset.schema.names
        assert found.fetchall() == []
        assert datasets.version(name) is None


def test_a_replacing_import_leaves_only_its_own_rows_and_fills_missing_columns_with_nothing(datasets: Datasets) -> None:
    datasets.put("stores", reader(store_id=["1", "2"], name=["North", "South"]))
    put = datasets.put("stores", reader(store_id=["3"]))
    assert (put.rows, put.before) == (1, 0)
    assert rows(datasets, "stores") == [("3", None)]


def test_numbers_given_as_ids_become_text(datasets: Datasets) -> None:
    datasets.put("products", reader(product_id=[25671, 26081], department=["GROCERY", "PASTRY"]))
    assert [row[0] for row in rows(datasets, "products")] == ["25671", "26081"]


def test_a_merging_import_replaces_by_key_and_keeps_the_rest(datasets: Datasets) -> None:
    datasets.put("stores", reader(store_id=["1", "2"], name=["North", "South"]))
    put = datasets.put("stores", reader(store_id=["2", "3", "3"], name=["Harbour", "old", "new"]), mode="merge")
    assert put.rows == 3
    assert rows(datasets, "stores") == [("1", "North"), ("2", "Harbour"), ("3", "new")]


def test_an_import_is_undone_to_what_was_before(datasets: Datasets) -> None:
    first = datasets.put("stores", reader(store_id=["1"], name=["North"]))
    second = datasets.put("stores", reader(store_id=["2"], name=["South"]))
    datasets.restore("stores", second.before, expected=second.version)
    assert rows(datasets, "stores") == [("1", "North")]
    datasets.restore("stores", first.before)
    assert rows(datasets, "stores") == []


def test_undoing_is_refused_when_a_later_import_came(datasets: Datasets) -> None:
    first = datasets.put("stores", reader(store_id=["1"]))
    datasets.put("stores", reader(store_id=["2"]))
    with pytest.raises(Conflict) as refusal:
        datasets.restore("stores", first.before, expected=first.version)
    assert refusal.value.code == "dataset_changed"
    assert rows(datasets, "stores") == [("2", None)]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"store_id": ["1"], "colour": ["red"]}, "wrong_columns"),
        ({"name": ["North"]}, "wrong_columns"),
        ({"store_id": ["1", None]}, "empty_key"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    datasets: Datasets, columns: dict[str, list[object]], code: str
) -> None:
    datasets.put("stores", reader(store_id=["9"]))
    with pytest.raises(InvalidInput) as refusal:
        datasets.put("stores", reader(**columns))
    assert refusal.value.code == code
    assert rows(datasets, "stores") == [("9", None)]


@pytest.mark.parametrize("mode", ["replace", "merge"])
def test_a_mistake_in_the_middle_of_a_stream_is_told_as_such_and_changes_nothing(datasets: Datasets, mode: str) -> None:
    datasets.put("placements", reader(product_id=["1"], store_id=["1"], week=["7"]))
    schema = pyarrow.schema([(name, pyarrow.string()) for name in ("product_id", "store_id", "week")])
    good = pyarrow.record_batch([["2"], ["2"], ["8"]], schema=schema)
    bad = pyarrow.record_batch([["2"], ["2"], ["soon"]], schema=schema)
    stream = pyarrow.RecordBatchReader.from_batches(schema, iter([good, good, bad]))
    with pytest.raises(InvalidInput) as refusal:
        datasets.put("placements", stream, mode=mode)  # type: ignore[arg-type]
    assert refusal.value.code == "wrong_type"
    assert rows(datasets, "placements") == [("1", "1", 7, None, None)]


def test_an_unknown_dataset_is_named_with_the_known_ones(datasets: Datasets) -> None:
    with pytest.raises(NotFound, match="products"):
        datasets.put("clouds", reader(cloud_id=["1"]))


def test_the_cause_of_each_version_is_kept(datasets: Datasets, tmp_path: Path) -> None:
    from deltalake import DeltaTable

    datasets.put("stores", reader(store_id=["1"]), cause="import-7")
    assert DeltaTable(str(tmp_path / "lake" / "stores")).history(1)[0]["cause"] == "import-7"
