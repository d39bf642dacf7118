"""What leaves the house goes to public addresses only, to the very one that was checked, and never waits for ever."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from choral import outbound
from choral.core.errors import ChoralError, InvalidInput, Unavailable

PUBLIC = "93.184.216.34"


def to(*addresses: str) -> outbound.Resolve:
    return lambda host, port: list(addresses)


INSIDE = [
    "127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "fe80::1%eth0",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        outbound.target("https://hook.example/x", resolve=to(address), allowed=())
    assert refused.value.code == "private_address"


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(InvalidInput):
        outbound.target("https://hook.example", resolve=to(PUBLIC, "10.0.0.1"), allowed=())


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "[::1]", "[::ffff:7f00:1]"]
)
def test_no_spelling_of_this_machine_gets_through(host: str) -> None:
    with pytest.raises((InvalidInput, Unavailable)):
        outbound.target(f"https://{host}/", allowed=())


@pytest.mark.parametrize(
    "url",
    ["http://shop.example/x", "ftp://shop.example", "https://", "https://user:pass@shop.example", "shop.example",
     "https://shop.example:99999", "https://a b.example", "javascript:alert(1)", "file:///etc/passwd", ""],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_with_a_reason(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        outbound.target(url, resolve=to(PUBLIC), allowed=())
    assert refused.value.code == "bad_address"
    assert refused.value.why


def test_a_public_address_is_taken_and_kept() -> None:
    found = outbound.target("https://hook.example:8443/a/b?c=d", resolve=to(PUBLIC), allowed=())
    assert found == outbound.Target("https", "hook.example", 8443, "/a/b?c=d", PUBLIC)


def test_a_machines_own_data_stay_out_of_reach_even_of_an_allowed_host() -> None:
    for address in ("169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254"):
        with pytest.raises(InvalidInput):
            outbound.target("http://intranet.shop/", resolve=to(address), allowed={"intranet.shop"})
    assert (
        outbound.target("http://intranet.shop/", resolve=to("10.0.0.7"), allowed={"intranet.shop"}).address
        == "10.0.0.7"
    )
    with pytest.raises(InvalidInput):
        outbound.target("http://intranet.shop:81/", resolve=to("10.0.0.7"), allowed={"intranet.shop:80"})


@contextmanager
def answering(say: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that says whatever it likes; the port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                one, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=_say, args=(one, say), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.close()


def _say(one: socket.socket, say: Callable[[socket.socket], None]) -> None:
    with one:
        try:
            one.recv(65_536)
            say(one)
        except OSError:
            return


def _post(port: int, **more: float) -> outbound.Answer:
    return outbound.post(f"http://127.0.0.1:{port}/hook", b"{}", {}, allowed={f"127.0.0.1:{port}"}, **more)


def test_the_name_is_asked_for_once_so_that_it_cannot_change_its_mind() -> None:
    """The first answer is allowed, every later one leads to a machine's own data: it is never asked for."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    with answering(lambda one: one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) as port:
        host = f"rebind.example:{port}"
        answer = outbound.post(f"http://{host}/", b"{}", {}, resolve=rebinding, allowed={host})
    assert (answer.status, answer.body, asked) == (200, b"ok", ["rebind.example"])


def test_a_redirection_is_an_answer_and_is_not_followed() -> None:
    with answering(lambda one: one.sendall(
        b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    )) as port:  # fmt: skip
        answer = _post(port)
    assert (answer.status, answer.headers["location"]) == (302, "http://169.254.169.254/")


def test_a_long_answer_is_cut_and_a_slow_one_is_given_up() -> None:
    def flood(one: socket.socket) -> None:
        one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        for _ in range(200):
            one.sendall(b"x" * 65_536)

    def drip(one: socket.socket) -> None:
        one.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            one.sendall(b"x")
            time.sleep(0.05)

    with answering(flood) as port:
        assert len(_post(port).body) == outbound.LARGEST_ANSWER
    begun = time.monotonic()
    with answering(drip) as port, pytest.raises(Unavailable):
        _post(port, seconds=0.5)
    with answering(lambda one: time.sleep(3)) as port, pytest.raises(Unavailable):
        _post(port, seconds=0.5)
    assert time.monotonic() - begun < 3


def test_nobody_at_home_is_said_as_something_that_may_pass() -> None:
    with pytest.raises(ChoralError) as failed:
        _post(1)
    assert failed.value.code == "no_answer"
    with pytest.raises(Unavailable):
        outbound.target("https://no-such-host.invalid/", allowed=())
