"""`choral run`: one process tree that serves, survives the death of its worker, and leaves nothing behind."""

from __future__ import annotations

import http.client
import os
import signal
import time
from contextlib import closing, suppress

from choral import pulse
from choral.home import Home
from tests.interfaces.cli.called import call, run, started
from tests.interfaces.worker.worked import wait_until
from tests.served import free_port


def answers(port: int, path: str = "/healthz") -> int:
    with (
        suppress(OSError, http.client.HTTPException),
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as c,
    ):
        c.request("GET", path)
        return c.getresponse().status
    return 0


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def worker_of(home: Home) -> int:
    found = pulse.read(home.path)
    return found.pid if found is not None and found.alive else 0


def test_a_shop_is_served_with_its_worker_and_nothing_is_left_when_it_stops(cafe: Home) -> None:
    port = free_port()
    with started("run", "--port", str(port)) as process:
        wait_until(lambda: answers(port) == 200 and worker_of(cafe) > 0)
        worker = worker_of(cafe)
        begun = time.monotonic()
        process.terminate()
        assert process.wait(15) == 0
        assert time.monotonic() - begun < 10
    assert not alive(worker) and answers(port) == 0


def test_a_worker_that_dies_is_started_again_while_the_server_goes_on(cafe: Home) -> None:
    port = free_port()
    with started("run", "--port", str(port)):
        wait_until(lambda: answers(port) == 200 and worker_of(cafe) > 0)
        first = worker_of(cafe)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: worker_of(cafe) not in (0, first))
        assert answers(port) == 200


def test_when_the_server_is_killed_its_worker_does_not_outlive_it(cafe: Home) -> None:
    port = free_port()
    with started("run", "--port", str(port)) as process:
        wait_until(lambda: answers(port) == 200 and worker_of(cafe) > 0)
        worker = worker_of(cafe)
        process.kill()
        process.wait(10)
        wait_until(lambda: not alive(worker) and answers(port) == 0, 10)


def test_parts_run_alone(cafe: Home) -> None:
    port = free_port()
    with started("run", "--only", "edge", "--port", str(port)), started("run", "--only", "worker"):
        wait_until(lambda: answers(port) == 200 and worker_of(cafe) > 0)
        assert answers(port, "/") == 404


def test_a_port_that_is_taken_is_named_with_one_that_is_free(cafe: Home) -> None:
    port = free_port()
    with started("run", "--only", "edge", "--port", str(port)):
        wait_until(lambda: answers(port) == 200)
        answer = run("run", "--port", str(port), "--json")
        assert (answer.code, answer.error["code"]) == (5, "port_taken")
        assert "--port " in answer.error["fix"]


def test_rebuilding_beside_a_worker_is_refused(cafe: Home) -> None:
    with started("run", "--only", "worker"):
        wait_until(lambda: worker_of(cafe) > 0)
        answer = call("rebuild", "--json")
        assert (answer.code, answer.error["code"]) == (5, "worker_running")
