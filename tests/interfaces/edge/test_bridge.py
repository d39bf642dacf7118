"""What the bridge from the asynchronous server to the pages promises, whatever a caller sends."""

from __future__ import annotations

import hashlib
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.served import free_port


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    found = free_port()
    process = subprocess.Popen([sys.executable, str(Path(__file__).with_name("bridged.py")), str(found)])
    try:
        for _ in range(500):
            with suppress(OSError), closing(socket.create_connection(("127.0.0.1", found), 1)):
                break
            time.sleep(0.02)
        yield found
    finally:
        process.terminate()
        process.wait(10)


def ask(
    port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def raw(port: int, sent: bytes, seconds: float = 5) -> bytes:
    """What the server answers to these very bytes."""
    with closing(socket.create_connection(("127.0.0.1", port), seconds)) as connection:
        connection.sendall(sent)
        found = b""
        with suppress(TimeoutError):
            while piece := connection.recv(65_536):
                found += piece
        return found


def environ(port: int, *lines: str) -> dict[str, str]:
    head = "\r\n".join(["GET /environ HTTP/1.1", "Host: shop.example", "Connection: close", *lines, "", ""])
    answer = raw(port, head.encode())
    assert b" 200 " in answer.split(b"\r\n")[0], answer
    found: dict[str, str] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return found


def test_a_header_with_an_underscore_cannot_pass_for_one_with_a_hyphen(port: int) -> None:
    found = environ(port, "X_Forwarded_For: 10.0.0.1", "X-Real: a", "Proxy: http://evil.example")
    assert "HTTP_X_FORWARDED_FOR" not in found
    assert "HTTP_PROXY" not in found
    assert found["HTTP_X_REAL"] == "a"


def test_a_header_sent_twice_is_one_value_with_both(port: int) -> None:
    found = environ(port, "X-Twice: a", "X-Twice: b", "Cookie: a=1", "Cookie: b=2")
    assert (found["HTTP_X_TWICE"], found["HTTP_COOKIE"]) == ("a,b", "a=1; b=2")


def test_the_length_told_to_pages_is_the_length_that_came(port: int) -> None:
    status, _, content = ask(port, "POST", "/digest", iter([b"abc", b"def"]))  # type: ignore[arg-type] # chunked
    assert (status, content) == (200, f"6 {hashlib.sha256(b'abcdef').hexdigest()}".encode())


def test_two_lengths_or_a_length_beside_chunks_never_make_two_requests_of_one(port: int) -> None:
    smuggled = b"GET /environ HTTP/1.1\r\nHost: a\r\n\r\n"
    for head in (
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 4\r\nContent-Length: 60\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
    ):
        answer = raw(port, b"POST /digest HTTP/1.1\r\nHost: a\r\n" + head + b"\r\n0\r\n\r\n" + smuggled, seconds=1)
        # Either refused, or the chunks were read and what follows is, as HTTP says, a request of its own.
        first = answer.split(b"\r\n")[0]
        assert b" 400 " in first or (b" 200 " in first and b"Transfer-Encoding: chunked\r\n" in head), (head, answer)


def test_paths_reach_pages_decoded_once(port: int) -> None:
    for sent, decoded in (
        ("a%20b", b"a b"),
        ("%2561", b"%61"),
        ("caf%C3%A9", "café".encode()),
        ("a//../b", b"a//../b"),
    ):
        answer = raw(port, f"GET /path/{sent} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        assert answer.partition(b"\r\n\r\n")[2] == b"/path/" + decoded, answer


def test_a_path_that_is_not_text_is_no_fault_of_ours(port: int) -> None:
    answer = raw(port, b"GET /%FF%FE HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert b" 500 " not in answer.split(b"\r\n")[0]


def test_a_large_file_arrives_whole(port: int) -> None:
    content = bytes(range(256)) * 32_768  # 8 MiB: the most from somebody unknown
    status, _, answer = ask(port, "POST", "/digest", content)
    assert (status, answer) == (200, f"{len(content)} {hashlib.sha256(content).hexdigest()}".encode())


def test_too_large_a_body_from_somebody_unknown_is_refused_before_it_is_read(port: int) -> None:
    head = b"POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n\r\n"
    answer = raw(port, head, seconds=3)
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "upload_too_large"


def test_a_header_that_only_looks_like_a_key_opens_nothing(port: int) -> None:
    for header in (b"Authorization: Bearer sk_guess", b"Cookie: choral_session=x"):
        head = b"POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n" + header + b"\r\n\r\n"
        assert b" 413 " in raw(port, head, seconds=3).split(b"\r\n")[0]


def test_somebody_known_may_send_a_large_file(port: int) -> None:
    content = b"x" * (12 << 20)
    status, _, answer = ask(port, "POST", "/digest", content, {"Authorization": "Bearer sk_known"})
    assert (status, answer) == (200, f"{len(content)} {hashlib.sha256(content).hexdigest()}".encode())


def test_a_body_that_stops_coming_is_told_so_and_let_go(port: int) -> None:
    answer = raw(port, b"POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx", seconds=4)
    assert b" 408 " in answer.split(b"\r\n")[0]
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["code"] == "upload_stalled"


def test_too_large_a_body_without_a_length_is_refused_when_it_has_grown(port: int) -> None:
    pieces = (b"x" * (1 << 20) for _ in range(20))
    try:
        status, _, content = ask(port, "POST", "/digest", pieces)  # type: ignore[arg-type]
    except (BrokenPipeError, ConnectionResetError):
        return  # refused while it was still sending
    assert status == 413
    assert json.loads(content)["code"] == "upload_too_large"


def test_a_live_answer_comes_as_it_is_made(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        begun = time.monotonic()
        connection.request("GET", "/live")
        answer = connection.getresponse()
        first = answer.read(2)
        after = time.monotonic() - begun
        rest = answer.read()
    assert (first, rest) == (b"0\n", b"1\n2\n")
    assert after < time.monotonic() - begun - 0.3


def test_a_large_answer_has_its_length_and_all_its_bytes(port: int) -> None:
    status, headers, content = ask(port, "GET", "/large")
    assert (status, headers["content-length"], len(content)) == (200, str(20 << 20), 20 << 20)
    assert content[-1:] == bytes([19])


def test_an_answer_that_breaks_off_is_not_taken_for_whole(port: int) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
        ask(port, "GET", "/breaks-off")


def test_head_and_304_have_no_body_and_the_connection_goes_on(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("HEAD", "/large")
        head = connection.getresponse()
        assert (head.status, head.read(), head.getheader("content-length")) == (200, b"", str(20 << 20))
        connection.request("GET", "/same")
        same = connection.getresponse()
        assert (same.status, same.read(), same.getheader("etag")) == (304, b"", '"a"')
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"ok"


def test_headers_between_two_machines_are_not_passed_on(port: int) -> None:
    status, headers, content = ask(port, "GET", "/hop")
    assert (status, content) == (200, b"ok")
    assert headers.get("transfer-encoding") is None


def test_a_failing_page_is_a_500_that_tells_nothing(port: int) -> None:
    status, _, content = ask(port, "GET", "/broken")
    assert status == 500
    assert b"secret" not in content and b"Traceback" not in content


def test_a_slow_page_does_not_hold_up_the_others(port: int) -> None:
    with closing(socket.create_connection(("127.0.0.1", port), 5)) as slow:
        slow.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        begun = time.monotonic()
        assert ask(port, "GET", "/")[2] == b"ok"
        assert time.monotonic() - begun < 0.9


def test_bodies_that_never_end_do_not_keep_others_from_their_pages(port: int) -> None:
    held = [socket.create_connection(("127.0.0.1", port), 5) for _ in range(100)]
    try:
        for one in held:
            one.sendall(b"POST /digest HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nx")
        assert ask(port, "GET", "/")[2] == b"ok"
    finally:
        for one in held:
            one.close()
