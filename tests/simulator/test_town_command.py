"""The command against a real collector on loopback: bodies, keys, retries, refusals, speed."""

import base64
import gzip
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from simulator.command import main
from simulator.wire import sender as sender_module

SMALL = ["--people", "60", "--days", "3", "--seed", "3"]


class Collector(ThreadingHTTPServer):
    """Answers with the statuses in `answers` first, then 200; keeps every request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[int] = []
        self.requests: list[tuple[int, dict[str, str], bytes]] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def taken(self) -> list[dict[str, Any]]:
        """The envelopes that were answered with 200."""
        bodies = [(headers, body) for status, headers, body in self.requests if status == 200]
        return [json.loads(gzip.decompress(b) if h.get("content-encoding") == "gzip" else b) for h, b in bodies]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            status = self.server.answers.pop(0) if self.server.answers else 200
            headers = {name.lower(): value for name, value in self.headers.items()} | {"path": self.path}
            self.server.requests.append((status, headers, body))
        if status == 0:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def dry(folder: Path) -> list[str]:
    file = folder / "dry.jsonl"
    assert main([*SMALL, "--dry-run", str(file)]) == 0
    return sorted(file.read_text("utf-8").splitlines())


def test_the_collector_gets_exactly_the_events_of_a_dry_run(collector: Collector, tmp_path: Path) -> None:
    assert main([*SMALL, "--into", collector.url, "--key", "K1"]) == 0
    got = [event for envelope in collector.taken() for event in envelope["batch"]]
    assert sorted(json.dumps(one, sort_keys=True) for one in got) == sorted(
        json.dumps(json.loads(line), sort_keys=True) for line in dry(tmp_path)
    )
    for _, headers, _ in collector.requests:
        assert headers["path"] == "/v1/batch"
        assert headers["content-type"] == "application/json"
        assert base64.b64decode(headers["authorization"].split()[1]) == b"K1:"
    assert all(one["writeKey"] == "K1" and one["sentAt"].endswith("Z") for one in collector.taken())


def test_each_source_uses_its_own_key_and_gzip_is_declared(collector: Collector) -> None:
    keys = ["--key", "K0", "--key", "till=KT", "--key", "app=KA", "--gzip"]
    assert main([*SMALL, "--into", collector.url, *keys]) == 0
    seen: dict[str, set[str]] = {}
    for envelope in collector.taken():
        libraries = {event["context"]["library"]["name"] for event in envelope["batch"]}
        seen.setdefault(envelope["writeKey"], set()).update(libraries)
    assert seen == {"K0": {"analytics.js", "town-server"}, "KT": {"town-till"}, "KA": {"analytics-android"}}


def test_a_wrong_clock_shows_in_sent_at_as_in_timestamps(collector: Collector, tmp_path: Path) -> None:
    truth = ["--truth", str(tmp_path / "t"), "--fault", "skew=0.5"]
    assert main([*SMALL, "--into", collector.url, "--key", "K1", *truth]) == 0
    lines = (tmp_path / "t" / "events.jsonl").read_text("utf-8").splitlines()
    ahead = {one["message_id"]: one.get("skew_ms", 0) for one in map(json.loads, lines)}
    clocks = [{ahead[event["messageId"]] for event in envelope["batch"]} for envelope in collector.taken()]
    assert all(len(one) == 1 for one in clocks)
    assert len(set().union(*clocks)) > 2


def test_retries_send_the_same_bytes_and_count_themselves(
    collector: Collector, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sender_module, "_pause", lambda tried, after: 0.01)
    collector.answers = [429, 503, 0, 500]
    assert main([*SMALL, "--into", collector.url, "--key", "K1", "--connections", "1", "--json"]) == 0
    first = [body for _, _, body in collector.requests[:5]]
    assert len(set(first)) == 1
    assert [headers.get("x-retry-count") for _, headers, _ in collector.requests[:5]] == [None, "1", "2", "3", "4"]
    figures = json.loads(capsys.readouterr().out)
    assert figures["retries"] == 4
    assert figures["complete"] is True
    assert figures["events"] == sum(len(envelope["batch"]) for envelope in collector.taken())


def test_a_wrong_key_says_so_and_where_to_get_one(collector: Collector, capsys: pytest.CaptureFixture[str]) -> None:
    collector.answers = [401] * 50
    assert main([*SMALL, "--into", collector.url, "--key", "WRONG"]) == 1
    said = capsys.readouterr().err
    assert "write key" in said
    assert "--key" in said


def test_nobody_listening_is_told_honestly(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sender_module, "_pause", lambda tried, after: 0.0)
    assert main([*SMALL, "--into", "http://127.0.0.1:9", "--key", "K"]) == 1
    assert "Is the server running there?" in capsys.readouterr().err


def test_a_missing_key_ends_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([*SMALL, "--into", "http://127.0.0.1:8000", "--key", "till=K"])
    assert "No write key for web, app, server" in capsys.readouterr().err


def test_a_speed_is_kept(tmp_path: Path) -> None:
    """Three days (and the late phones' four more at most) at two days a second take at least 1.4 seconds."""
    begin = time.monotonic()
    assert main([*SMALL, "--dry-run", str(tmp_path / "d.jsonl"), "--speed", "172800", "--no-faults"]) == 0
    assert time.monotonic() - begin > 1.4


def test_stopping_early_keeps_a_truth_of_what_was_lived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator.progress import Progress

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "show", interrupt)
    assert main([*SMALL, "--dry-run", str(tmp_path / "d.jsonl"), "--truth", str(tmp_path / "t")]) == 130
    assert json.loads((tmp_path / "t" / "summary.jsonl").read_text())["days_lived"] == 1
