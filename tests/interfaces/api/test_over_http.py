"""The API on the real server: the examples of its guide, files, problems, many at once."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from choral import open_shop
from choral.books import SYSTEM, act
from choral.home import Home
from choral.team import create_key
from tests.served import Server, served

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "api.md"


@pytest.fixture(scope="module")
def running(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server of an empty shop and an owner's key."""
    folder = tmp_path_factory.mktemp("api") / "home"
    shutil.copytree(empty_home, folder)
    shop = open_shop(folder)
    key = act(create_key, SYSTEM, "test", "owner").secret
    shop.close()
    with served(Home.at(folder)) as server:
        yield server, key


def examples() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)


def test_the_examples_of_the_guide_do_what_it_says(running: tuple[Server, str], tmp_path: Path) -> None:
    server, key = running
    script = "set -e\n" + "\n".join(examples()).replace("curl -s ", "curl -sS --fail-with-body -w '\\n' ")
    environment = {"PATH": os.environ["PATH"], "URL": server.url, "KEY": key}
    ran = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    answers = [json.loads(line) for line in ran.stdout.splitlines() if line]
    assert len(answers) == script.count("curl ") - 1  # one answer became $SOURCE
    verdicts = next(one for one in answers if "accepted" in one)
    assert (verdicts["accepted"], [one["index"] for one in verdicts["rejected"]]) == (1, [1])
    assert answers[-1]["secret"].startswith("sk_")


def test_every_status_of_the_guide_is_answered_with_a_typed_problem(running: tuple[Server, str]) -> None:
    server, key = running
    asked = {
        401: ("GET", "/api/v1/status", b"", {}),
        404: ("GET", "/api/v1/nothing", b"", {}),
        405: ("PUT", "/api/v1/status", b"", {}),
        413: ("POST", "/api/v1/keys", b"x" * (6 << 20), {"Content-Type": "application/json"}),
        422: ("POST", "/api/v1/keys", b"{}", {"Content-Type": "application/json"}),
    }
    for status, (method, path, body, headers) in asked.items():
        authorised = headers if status == 401 else headers | {"Authorization": f"Bearer {key}"}
        found, answered, content = server.ask(method, path, body, authorised)
        assert found == status, content
        problem = json.loads(content)
        assert problem["code"] and problem["what"] and problem["request"] == answered["x-request-id"]


def test_a_retry_after_a_broken_connection_gets_the_first_answer(running: tuple[Server, str]) -> None:
    server, key = running
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": "broken-1"}
    body = json.dumps({"email": "once@shop.eu", "name": "Once", "role": "agent"}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("POST", "/api/v1/members", body, headers)
    connection.close()  # the answer is never read
    status, _, content = server.ask("POST", "/api/v1/members", body, headers)
    assert status == 201, content
    _, _, listed = server.ask("GET", "/api/v1/members", None, {"Authorization": f"Bearer {key}"})
    assert [one["email"] for one in json.loads(listed)["data"]].count("once@shop.eu") == 1


def test_a_large_file_is_taken_from_a_key_that_works_and_from_no_other(running: tuple[Server, str]) -> None:
    server, key = running
    content = b"card;first name\n" + b"".join(b"%d;Ada\n" % number for number in range(800_000))
    assert len(content) > 8 << 20
    headers = {"Content-Type": "text/csv", "Authorization": f"Bearer {key}"}
    status, _, answer = server.ask("POST", "/api/v1/imports?name=large.csv&kind=customers", content, headers)
    assert status == 201, answer
    lines = ("POST /api/v1/imports HTTP/1.1", "Host: localhost", "Authorization: Bearer sk_guess")
    head = "\r\n".join((*lines, f"Content-Length: {len(content)}", "", ""))
    with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(4_096).split(b"\r\n")[0]
