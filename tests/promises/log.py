"""What every log keeps, whichever engine holds it: subclass `LogPromises` and give it a `log_url`."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from choral.core.errors import Conflict, NotFound
from choral.core.event import Event, decode_lines, encode_lines
from choral.events.store import Batch, EventLog, Rejected, Source, open_log
from choral.events.writer import LogWriter


def batch(name: str, count: int = 1, personal: bytes | None = None, rejected: tuple[Rejected, ...] = ()) -> Batch:
    events = [Event(f"{name}-{number}", "Page Viewed", 1_000_000) for number in range(count)]
    return Batch("web", 1_700_000_000_000_000, count, encode_lines(events), personal, rejected)


def append_many(url: str, name: str, times: int) -> None:
    """What one of many processes does."""
    log = open_log(url)
    for number in range(times):
        log.append([batch(f"{name}-{number}", 1 + number % 3), batch(f"{name}-{number}-b", 2)])
    log.close()


# A process that appends for ever and says what was acknowledged; it is killed without warning.
APPENDER = """
import sys
from choral.events.store import open_log
from tests.promises.log import batch
log = open_log(sys.argv[1])
number = 0
while True:
    first = log.append([batch(f"{sys.argv[2]}-{number}", 3)])[0]
    sys.stdout.write(f"{first}\\n")
    sys.stdout.flush()
    number += 1
"""


class LogPromises:
    """The suite; `log_url` names an empty log."""

    @pytest.fixture
    def log_url(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def log(self, log_url: str) -> Iterator[EventLog]:
        opened = open_log(log_url)
        yield opened
        opened.close()

    def test_what_is_appended_is_read_back_byte_for_byte(self, log: EventLog) -> None:
        one, two = batch("a", 2, b'{"0": {}}'), batch("é\u2028", 3)
        assert log.append([one, two]) == [1, 3]
        first, second = log.read(0)
        assert (first.first, first.count, first.last, first.payload, first.personal) == (
            1, 2, 2, one.payload, b'{"0": {}}',
        )  # fmt: skip
        assert (second.first, second.last, second.source, second.received_at) == (3, 5, "web", two.received_at)
        assert second.payload == two.payload and second.personal is None
        assert log.head() == 5

    def test_an_empty_log_says_so(self, log: EventLog) -> None:
        assert (log.head(), log.read(0), log.oldest_waiting(0), log.append([])) == (0, [], None, [])

    def test_what_one_opener_appends_another_sees(self, log: EventLog, log_url: str) -> None:
        other = open_log(log_url)
        log.append([batch("a")])
        assert other.append([batch("b")]) == [2]
        assert [one.first for one in log.read(0)] == [1, 2]
        other.close()

    def test_a_large_batch_and_binary_content_survive(self, log: EventLog) -> None:
        payload = bytes(range(256)) * 20_000
        log.append([Batch("web", 1, 7, payload, payload[:999])])
        assert (log.read(0)[0].payload, log.read(0)[0].personal) == (payload, payload[:999])

    def test_a_follower_resumes_inside_a_batch_and_misses_nothing(self, log: EventLog) -> None:
        log.append([batch("a", 4), batch("b", 1), batch("c", 2)])
        assert [one.first for one in log.read(2)] == [1, 5, 6]
        assert [one.first for one in log.read(4)] == [5, 6]
        assert [one.first for one in log.read(6)] == [6]
        assert log.read(7) == []

    def test_reading_stops_with_the_batch_that_reaches_the_limit(self, log: EventLog) -> None:
        log.append([batch(f"a{number}", 10) for number in range(200)])
        assert [one.first for one in log.read(0, 25)] == [1, 11, 21]
        followed, position = 0, 0
        while found := log.read(position, 333):
            assert found[0].first == position + 1
            position = found[-1].last
            followed += sum(one.count for one in found)
        assert followed == position == log.head() == 2_000

    def test_lag_is_the_age_of_the_first_event_not_yet_read(self, log: EventLog) -> None:
        log.append([Batch("web", 100, 3, batch("a", 3).payload), Batch("web", 200, 2, batch("b", 2).payload)])
        assert [log.oldest_waiting(after) for after in range(6)] == [100, 100, 100, 200, 200, None]

    def test_threads_get_positions_without_gaps(self, log: EventLog) -> None:
        firsts: list[list[int]] = [[] for _ in range(8)]

        def run(which: int) -> None:
            for number in range(25):
                firsts[which] += log.append([batch(f"{which}-{number}", 1 + number % 3)])

        threads = [threading.Thread(target=run, args=(which,)) for which in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(own == sorted(own) for own in firsts)
        assert_whole(log, 8 * sum(1 + number % 3 for number in range(25)))

    def test_processes_get_positions_without_gaps_and_a_follower_sees_each_in_order(
        self, log: EventLog, log_url: str
    ) -> None:
        context = multiprocessing.get_context("spawn")
        writers = [context.Process(target=append_many, args=(log_url, str(which), 40)) for which in range(4)]
        for writer in writers:
            writer.start()
        expected = 4 * sum(1 + number % 3 + 2 for number in range(40))
        position, deadline = 0, time.monotonic() + 60
        while position < expected and time.monotonic() < deadline:
            for one in log.read(position, 20):
                assert one.first == position + 1, "a follower met a position before an earlier one was there"
                position = one.last
        for writer in writers:
            writer.join()
            assert writer.exitcode == 0
        assert_whole(log, expected)

    def test_a_writer_killed_in_the_middle_loses_nothing_it_acknowledged(self, log: EventLog, log_url: str) -> None:
        acknowledged: dict[int, str] = {}
        for name in ("x", "y", "z"):
            process = subprocess.Popen(
                [sys.executable, "-c", APPENDER, log_url, name], stdout=subprocess.PIPE, text=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )  # fmt: skip
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(50)]
            process.send_signal(signal.SIGKILL)
            lines += process.stdout.read().splitlines(keepends=True)
            process.wait()
            whole = [line for line in lines if line.endswith("\n")]
            acknowledged |= {int(line): f"{name}-{number}" for number, line in enumerate(whole)}
        stored = {one.first: decode_lines(one.payload)[0].id for one in log.read(0, 1 << 40)}
        assert all(stored.get(first) == f"{name}-0" for first, name in acknowledged.items())
        assert log.append([batch("after")]) == [log.head()]
        assert_whole(log, log.head())

    def test_an_append_that_fails_leaves_no_trace_and_no_gap(self, log: EventLog) -> None:
        log.append([batch("a")])
        broken = Batch("web", "not a number", 1, b"{}")  # type: ignore[arg-type]
        refused = Rejected("wrong_type", "why", b"{}")
        with pytest.raises(Exception):  # noqa: B017 - whatever the engine says
            log.append([batch("b", 2, rejected=(refused,)), broken])
        assert (log.head(), log.rejected()) == (1, [])
        assert log.append([batch("c")]) == [2]

    def test_one_broken_batch_fails_alone_among_those_that_share_its_commit(self, log: EventLog) -> None:
        writer = LogWriter(log)
        outcomes: dict[int, int | BaseException] = {}
        every = [batch(str(number)) for number in range(20)]
        every[7] = Batch("web", "not a number", 1, b"{}")  # type: ignore[arg-type]
        for number, one in enumerate(every):
            writer.submit(one, lambda outcome, number=number: outcomes.update({number: outcome}))  # type: ignore[misc]
        writer.close()
        assert isinstance(outcomes.pop(7), Exception)
        assert sorted(outcomes.values()) == list(range(1, 20))  # type: ignore[type-var]
        assert_whole(log, 19)

    def test_refused_events_are_kept_whole_with_their_reason(self, log: EventLog) -> None:
        odd = Rejected("wrong_type", "“price” is\0 odd \ud800", b"\xff\x00{", "m-1")
        assert log.append([batch("a", 2, rejected=(odd,)), Batch("till", 5, 0, b"", None, (odd, odd))]) == [1, 0]
        rows = log.rejected()
        assert [row.source for row in rows] == ["till", "till", "web"]
        assert (rows[2].code, rows[2].event, rows[2].message_id, rows[2].state) == (
            "wrong_type", b"\xff\x00{", "m-1", "open",
        )  # fmt: skip
        assert rows[2].message.startswith("“price” is")
        assert log.head() == 2

    def test_refused_events_are_paged_counted_and_settled(self, log: EventLog) -> None:
        log.append([
            Batch("web", 1, 0, b"", None, tuple(Rejected("b", "", b"") for _ in range(3))),
            Batch("till", 2, 0, b"", None, (Rejected("a", "", b""),)),
        ])  # fmt: skip
        newest, second, *_ = log.rejected()
        assert log.rejected_counts() == {"a": 1, "b": 3} and list(log.rejected_counts()) == ["a", "b"]
        assert log.rejected(before=newest.id, limit=1) == [second]
        assert log.rejected(source="till") == [newest]
        log.settle_rejected(newest.id, "resolved")
        assert log.rejected_counts() == {"b": 3}
        assert [row.id for row in log.rejected(state="resolved")] == [newest.id]
        with pytest.raises(NotFound):
            log.settle_rejected(999_999, "discarded")

    def test_sources_are_added_renamed_and_disabled(self, log: EventLog) -> None:
        shop, till = Source("s", "Shop", "web", "wk_1", 20), Source("t", "Till", "store", "wk_2", 10)
        log.add_source(shop)
        log.add_source(till)
        assert log.sources() == [till, shop]
        log.set_source("s", name="Web shop")
        log.set_source("s", enabled=False)
        assert log.sources()[1] == Source("s", "Web shop", "web", "wk_1", 20, False)
        with pytest.raises(NotFound):
            log.set_source("nobody", name="x")

    @pytest.mark.parametrize("taken", [Source("s", "x", "web", "other", 1), Source("x", "x", "web", "wk_1", 1)])
    def test_an_id_or_key_that_is_taken_is_refused(self, log: EventLog, taken: Source) -> None:
        log.add_source(Source("s", "Shop", "web", "wk_1", 1))
        with pytest.raises(Conflict) as caught:
            log.add_source(taken)
        assert caught.value.code == "source_exists"
        assert len(log.sources()) == 1

    def test_personal_parts_are_forgotten_up_to_a_position(self, log: EventLog) -> None:
        log.append([batch("a", 2, b"{1}"), batch("b", 2), batch("c", 2, b"{2}")])
        assert log.clear_personal(1) == 0  # the first batch is not over yet
        assert log.clear_personal(5) == 1
        assert [one.personal for one in log.read(0)] == [None, None, b"{2}"]
        assert log.clear_personal(6) == 1
        assert log.clear_personal(6) == 0

    def test_one_batch_can_be_rewritten_and_nothing_else_moves(self, log: EventLog) -> None:
        log.append([batch("a", 2, b"{1}"), batch("b", 2)])
        new = batch("erased", 2)
        log.rewrite(1, new.payload, None)
        assert [(one.first, one.payload) for one in log.read(0)] == [(1, new.payload), (3, batch("b", 2).payload)]
        with pytest.raises(NotFound):
            log.rewrite(2, new.payload, None)

    def test_many_batches_are_rewritten_at_once_or_not_at_all(self, log: EventLog) -> None:
        log.append([batch("a", 2), batch("b", 2), batch("c", 1)])
        new = batch("erased", 2).payload
        with pytest.raises(NotFound):
            log.rewrite_all([(1, new, None), (4, new, None)])
        assert log.read(0)[0].payload == batch("a", 2).payload
        log.rewrite_all([(1, new, b"{1}"), (3, new, None)])
        assert [(one.payload, one.personal) for one in log.read(0)][:2] == [(new, b"{1}"), (new, None)]
        log.scrub()

    def test_refused_events_forget_what_they_said_and_go_when_they_are_old(self, log: EventLog) -> None:
        refused = tuple(Rejected("wrong_type", f"no {n}", b'{"n": 1}', f"m{n}") for n in range(3))
        log.append([Batch("web", 10, 0, b"", None, refused)])
        log.append([Batch("web", 20, 0, b"", None, refused[:1])])
        ids = [row.id for row in log.every_rejected()]
        assert [row.id for row in log.every_rejected(ids[0], 2)] == ids[1:3]
        assert log.empty_rejected(ids[:2]) == 2
        assert [(row.state, row.event, row.message, row.message_id) for row in log.every_rejected()][:3] == [
            ("erased", b"", "", ""), ("erased", b"", "", ""), ("open", b'{"n": 1}', "no 2", "m2"),
        ]  # fmt: skip
        assert log.rejected_counts() == {"wrong_type": 2}
        assert log.count_rejected(20) == 3
        assert log.drop_rejected(20) == 3
        assert [row.received_at for row in log.every_rejected()] == [20]


def assert_whole(log: EventLog, expected: int) -> None:
    """Positions 1 to `expected` are all there, each once."""
    stored = log.read(0, 1 << 40)
    assert stored[0].first == 1 and log.head() == stored[-1].last == expected
    assert all(after.first == before.last + 1 for before, after in pairwise(stored))
    ids = [event.id for one in stored for event in decode_lines(one.payload)]
    assert len(ids) == len(set(ids)) == expected
