"""Slow, broken and hasty senders: each gets its answer, and none keeps the others waiting."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from choral.events.store import Source
from choral.home import Home
from tests.faults.clients import KEY
from tests.served import Server, opened, served, stored_events


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = Home.make(tmp_path_factory.mktemp("wire") / "home", name="Wire shop")
    with opened(home) as (log, _):
        log.add_source(Source("faults", "Faults", "web", KEY, 1))
    with served(home, "edge") as running:
        yield running


def _request(message_id: str) -> bytes:
    body = json.dumps({"batch": [{"type": "track", "event": "Tea", "userId": "u1", "messageId": message_id}]}).encode()
    return (
        f"POST /v1/batch HTTP/1.1\r\nHost: shop\r\nX-Write-Key: {KEY}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        + body
    )


def _connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def _read(connection: socket.socket, answers: int) -> bytes:
    got = b""
    while got.count(b"HTTP/1.1 ") < answers or got.count(b'"accepted"') < answers:
        part = connection.recv(65_536)
        if not part:
            break
        got += part
    return got


def _ids(server: Server) -> list[str]:
    with opened(server.home) as (log, _):
        return [event.id for _, event in stored_events(log)]


def test_requests_sent_without_waiting_for_answers_are_each_answered(server: Server) -> None:
    with closing(_connect(server)) as connection:
        connection.sendall(b"".join(_request(f"pipelined-{n}") for n in range(20)))
        assert _read(connection, 20).count(b"HTTP/1.1 200") == 20
    assert sum(one.startswith("pipelined-") for one in _ids(server)) == 20


def test_a_sender_who_dribbles_keeps_nobody_waiting_and_is_served(server: Server) -> None:
    whole = _request("slow")
    with closing(_connect(server)) as slow:
        slow.sendall(whole[:-20])
        begun = time.monotonic()
        for number in range(5):
            assert server.post("/v1/t", {"event": "Tea", "userId": "u1", "messageId": f"quick-{number}"}, KEY)[0] == 200
            slow.sendall(whole[-20 + number * 4 : len(whole) - 16 + number * 4])
        assert time.monotonic() - begun < 5
        assert b"200" in _read(slow, 1)
    assert "slow" in _ids(server)


def test_a_sender_who_hangs_up_in_the_middle_stores_nothing_and_harms_nobody(server: Server) -> None:
    for cut in (10, 60, 150):
        with closing(_connect(server)) as connection:
            connection.sendall(_request("cut")[:cut])
    time.sleep(0.2)
    assert server.post("/v1/t", {"event": "Tea", "userId": "u1", "messageId": "after the cut"}, KEY)[0] == 200
    ids = _ids(server)
    assert "cut" not in ids
    assert "after the cut" in ids


@pytest.mark.parametrize(
    "broken",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), b"GET\r\n\r\n", b"POST /v1/batch HTTP/9.9\r\n\r\n",
     b"POST /v1/batch HTTP/1.1\r\nHost: shop\r\nContent-Length: -5\r\n\r\n",
     b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"x" * 8_000) for n in range(200)) + b"\r\n"],
    ids=["TLS", "no HTTP", "HTTP of the future", "negative length", "1.6 MB of headers"],
)  # fmt: skip
def test_what_is_no_request_ends_its_own_connection_only(broken: bytes, server: Server) -> None:
    with closing(_connect(server)) as connection:
        try:
            connection.sendall(broken)
            connection.settimeout(3)
            assert b"HTTP/1.1 200" not in connection.recv(65_536)
        except OSError:
            pass
    assert server.ask("GET", "/healthz")[0] == 200


def test_a_body_in_chunks_without_a_length_is_read(server: Server) -> None:
    body = b'{"event":"Tea","userId":"u1","messageId":"chunked"}'
    head = f"POST /v1/track HTTP/1.1\r\nHost: shop\r\nX-Write-Key: {KEY}\r\nTransfer-Encoding: chunked\r\n\r\n"
    parts = b"".join(b"%x\r\n%s\r\n" % (len(body[at : at + 7]), body[at : at + 7]) for at in range(0, len(body), 7))
    with closing(_connect(server)) as connection:
        connection.sendall(head.encode() + parts + b"0\r\n\r\n")
        assert b"200" in _read(connection, 1)
    assert "chunked" in _ids(server)


def test_nine_megabytes_are_answered_413_over_the_wire(server: Server, tmp_path: Path) -> None:
    status, _, content = server.ask("POST", "/v1/batch", b" " * (9 << 20), {"X-Write-Key": KEY})
    assert (status, json.loads(content)["code"]) == (413, "body_too_large")
