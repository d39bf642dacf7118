"""What analytics may count on: every event of the log is in the lake once, whatever happened to the writer."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lake_log import append, append_as, event, flush, fresh_log, order, read

from choral.events.lake import place, writer


def test_every_event_stands_in_the_lake_as_the_log_has_it(tmp_path: Path) -> None:
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    append(log, event(1, properties={"path": "/"}), event(2, "Mail Piece Sent", ids=(), channel="mail"))
    assert flush(lake, log) == 2
    columns = 'position, epoch_us("at"), epoch_us(received), source, id, name, channel, subject, ids, properties, month'
    assert read(lake, "events", columns) == [
        (1, 1_700_000_000_000_001, 1_700_000_000_000_000, "till", "m1", "Page Viewed", "web", "card:1", ["card:1"],
         '{"path":"/"}', "2023-11"),
        (2, 1_700_000_000_000_002, 1_700_000_000_000_000, "till", "m2", "Mail Piece Sent", "mail", "", [],
         "{}", "2023-11"),
    ]  # fmt: skip


def test_a_second_flush_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    append(log, event(1), event(2))
    flush(lake, log)
    append(log, event(3))
    assert flush(lake, log) == 3
    assert flush(lake, log) == 3
    assert read(lake, "events", "position") == [(1,), (2,), (3,)]


def test_only_what_the_consumer_has_seen_is_written(tmp_path: Path) -> None:
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    append(log, *[event(number) for number in range(1, 6)])
    assert writer.flush(lake, log, 3, lambda after, upto: ()) == 3
    assert read(lake, "events", "max(position)", "1") == [(3,)]
    flush(lake, log)
    assert read(lake, "events", "count(*), max(position)", "1") == [(5, 5)]


def test_repetitions_are_left_out_and_the_position_still_moves(tmp_path: Path) -> None:
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    append(log, order(1, [{"product_id": "a", "total": 1}]), order(2, [{"product_id": "b", "total": 2}]))
    assert flush(lake, log, excluded=(1, 2)) == 2
    assert read(lake, "events") == []
    assert read(lake, "order_lines") == []
    append(log, event(3))
    assert flush(lake, log) == 3
    assert read(lake, "events", "position") == [(3,)]


def test_a_crash_between_lines_and_events_neither_loses_nor_doubles(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    append(log, order(1, [{"product_id": "a", "total": 1}]))
    flush(lake, log)
    append(log, order(2, [{"product_id": "b", "total": 2}]), order(3, [{"product_id": "c", "total": 3}]))
    real = writer._append

    def dying(where: str, name: str, rows: object, last: int) -> None:
        if name == "events":
            raise KeyboardInterrupt
        real(where, name, rows, last)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "_append", dying)
    try:
        flush(lake, log)
    except KeyboardInterrupt:
        monkeypatch.setattr(writer, "_append", real)
    append(log, order(4, [{"product_id": "d", "total": 4}]))
    flush(lake, log)
    assert read(lake, "order_lines", "position, product_id, total") == [
        (1, "a", 100), (2, "b", 200), (3, "c", 300), (4, "d", 400),
    ]  # fmt: skip
    assert read(lake, "events", "position") == [(1,), (2,), (3,), (4,)]


_LOOP = """
import sys
sys.path[:0] = {path!r}
from lake_log import flush, fresh_log
from pathlib import Path
log = fresh_log(Path({folder!r}))
print("ready", flush=True)
while flush({lake!r}, log, most=20) < log.head():
    pass
"""


def test_killed_with_minus_nine_again_and_again_the_lake_ends_up_with_each_event_once(tmp_path: Path) -> None:
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    total = 2_000
    for start in range(0, total, 20):
        append(log, *[order(number, [{"product_id": "p", "total": 1}] * 2) for number in range(start, start + 20)])
    program = _LOOP.format(path=[str(Path(__file__).parent), *sys.path], folder=str(tmp_path), lake=lake)
    kills = 0
    for attempt in range(8):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(0.03 + 0.04 * attempt)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                kills += 1
    assert kills >= 3, "the writer was too quick for this test to kill it"
    flush(lake, log, most=20)
    assert read(lake, "events", "count(*), count(DISTINCT position), max(position)", "1") == [(total, total, total)]
    assert read(lake, "order_lines", "count(*), count(DISTINCT (position, line))", "1") == [(2 * total, 2 * total)]


def test_many_small_files_become_few_without_changing_a_row(tmp_path: Path) -> None:
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    for number in range(12):
        append(log, order(number, [{"product_id": "p", "total": number}]))
        flush(lake, log)
    before = read(lake, "events"), read(lake, "order_lines")
    assert writer.status(lake).files == {"events": 12, "order_lines": 12}
    writer.tidy(lake, most=4)
    assert writer.status(lake).files == {"events": 1, "order_lines": 1}
    assert (read(lake, "events"), read(lake, "order_lines")) == before
    append(log, event(99))
    assert flush(lake, log) == 13


def test_months_are_kept_apart_so_that_a_period_reads_only_its_own_files(tmp_path: Path) -> None:
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    append(log, event(1, at=1_483_228_799_000_000), event(2, at=1_483_228_800_000_000))
    flush(lake, log)
    assert read(lake, "events", "position, month") == [(1, "2016-12"), (2, "2017-01")]
    assert writer.status(lake).files["events"] == 2


def test_an_empty_log_leaves_an_empty_lake_that_can_be_read(tmp_path: Path) -> None:
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    assert flush(lake, log) == 0
    assert read(lake, "events") == []
    assert read(lake, "order_lines") == []
    assert writer.status(lake) == writer.LakeStatus(0, {"events": 0, "order_lines": 0}, {"events": 0, "order_lines": 0})


def test_a_withdrawn_source_leaves_the_lake_and_never_comes_back(tmp_path: Path) -> None:
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    append(log, event(1), order(2, [{"product_id": "a", "total": 2}]))
    append_as(log, "import-7", event(3), order(4, [{"product_id": "b", "total": 4}]))
    flush(lake, log)
    append_as(log, "import-7", order(5, [{"product_id": "c", "total": 5}]))
    append(log, event(6))
    assert writer.withdrawals(lake) == 0
    assert writer.flush(lake, log, log.head(), lambda after, upto: (), withdrawn=["import-7"]) == 6
    assert read(lake, "events", "position, source") == [(1, "till"), (2, "till"), (6, "till")]
    assert read(lake, "order_lines", "position, product_id, source") == [(2, "a", "till")]
    assert writer.withdrawals(lake) == 1


def test_withdrawing_twice_is_as_good_as_once_and_costs_no_further_commit(tmp_path: Path) -> None:
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    assert writer.withdraw(lake, ["import-7"]) is False, "an empty lake has nothing to give back"
    append(log, event(1))
    flush(lake, log)
    assert writer.withdraw(lake, ["import-7"]) is True
    assert writer.withdraw(lake, ["import-7"]) is False
    assert read(lake, "events", "position") == [(1,)]


def test_a_crash_between_the_two_tables_is_made_good_by_the_next_flush(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    log, lake = fresh_log(tmp_path), str(tmp_path / "lake")
    append_as(log, "import-7", order(1, [{"product_id": "a", "total": 1}]))
    flush(lake, log)
    real = place.open_table

    def dying(where: str, name: str) -> object:
        if name == "events":
            raise KeyboardInterrupt
        return real(where, name)

    with monkeypatch.context() as patched:
        patched.setattr(place, "open_table", dying)
        with pytest.raises(KeyboardInterrupt):
            writer.withdraw(lake, ["import-7"])
    assert (read(lake, "order_lines"), writer.withdrawals(lake)) == ([], 0)
    writer.flush(lake, log, log.head(), lambda after, upto: (), withdrawn=["import-7"])
    assert (read(lake, "events"), writer.withdrawals(lake)) == ([], 1)
