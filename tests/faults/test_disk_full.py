"""The disk is full: senders are told 503, never a false 200; pages stay up; it goes on when there is space again."""

from __future__ import annotations

import json
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from choral.events.store import Source
from choral.home import Home
from tests.faults.clients import KEY
from tests.served import Server, opened, served, stored_events

ROOM = 3 * 1024 * 1024
Space = tuple[Home, Callable[[Server], None], Callable[[Server], None]]  # the home, make it tight, make room


def _batch(number: int) -> tuple[list[str], dict[str, Any]]:
    ids = [f"m-{number}-{index}" for index in range(20)]
    noise = [os.urandom(2_000).hex() for _ in ids]  # does not compress well, so the space is soon used up
    return ids, {
        "batch": [{"type": "track", "event": "Tea Poured", "userId": "u1", "messageId": one, "properties": {"n": text}}
                  for one, text in zip(ids, noise, strict=True)]
    }  # fmt: skip


def _home(folder: Path) -> Home:
    home = Home.make(folder / "home", name="Full shop")
    with opened(home) as (log, _):
        log.add_source(Source("faults", "Faults", "web", KEY, 1))
    return home


def _limit(server: Server, size: int) -> None:
    """The largest file each process of the server may write; a way to a full disk that needs no rights."""
    assert server.process
    for one in _group(server.process.pid):
        resource.prlimit(one, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _group(group: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getpgid(int(entry.name)) == group:
                    found.append(int(entry.name))
            except ProcessLookupError:
                continue
    return found


def _mounted(folder: Path) -> bool:
    if os.geteuid() != 0:
        return False
    return subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", folder]).returncode == 0


@pytest.fixture(params=["a limit on files", "a full file system"])
def space(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Space]:
    """Both ways to run out of space; where no file system may be mounted, the limit on files stands for both."""
    if request.param == "a full file system" and _mounted(tmp_path):
        grow = ["mount", "-o", "remount,size=200M", str(tmp_path)]
        yield _home(tmp_path), lambda server: None, lambda server: subprocess.run(grow, check=True) and None
        subprocess.run(["umount", "--lazy", tmp_path], check=True)
    else:
        yield _home(tmp_path), lambda server: _limit(server, ROOM), lambda server: _limit(server, 1 << 40)


def test_a_full_disk_is_answered_503_and_taking_events_goes_on_when_there_is_space(space: Space) -> None:
    home, tighten, make_room = space
    with served(home, "edge") as server:
        tighten(server)
        acknowledged: set[str] = set()
        answers: list[int] = []
        for number in range(200):
            ids, body = _batch(number)
            status, said = server.post("/v1/batch", body, KEY)
            answers.append(status)
            if status == 200:
                acknowledged.update(ids)
            else:
                assert (status, said["code"]) == (503, "storage_unavailable")
                assert "space" in said["fix"]
            if answers[-3:] == [503] * 3:
                break
        assert answers.count(200) > 5
        assert answers[-3:] == [503] * 3
        _, headers, _ = server.ask("POST", "/v1/batch", json.dumps(body).encode(), {"X-Write-Key": KEY})
        assert int(headers["retry-after"]) > 0
        assert server.ask("GET", "/healthz")[0] == 200
        assert server.ask("GET", f"/v1/projects/{KEY}/settings")[0] == 200
        make_room(server)
        ids, body = _batch(1_000)
        assert server.post("/v1/batch", body, KEY)[0] == 200
        acknowledged.update(ids)
    with opened(home) as (log, _):
        stored = [event.id for _, event in stored_events(log)]
    assert acknowledged <= set(stored)
    assert len(stored) == len(set(stored))
