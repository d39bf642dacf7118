"""However an SDK wraps its JSON, it is read; what cannot be read is answered with a code and shown to the owner."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import time
import zlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest

from choral.core.errors import Unavailable
from choral.events.collector import body
from choral.events.collector.request import Request
from choral.events.store import Batch
from tests.events.collector.conftest import KEY, Asker

BATCH = {"batch": [{"type": "track", "event": "Tea Poured", "userId": "u1", "messageId": "m1"}]}
JSON = json.dumps(BATCH).encode()
BASIC = {"authorization": "Basic " + base64.b64encode(f"{KEY}:".encode()).decode()}

WRAPPINGS: dict[str, tuple[bytes, dict[str, str]]] = {
    "plain": (JSON, {"content-type": "application/json"}),
    "text": (JSON, {"content-type": "text/plain;charset=UTF-8"}),
    "no type": (JSON, {}),
    "gzip declared": (gzip.compress(JSON), {"content-encoding": "gzip"}),
    "gzip undeclared": (gzip.compress(JSON), {"content-type": "text/plain"}),
    "gzip under a form's type": (
        gzip.compress(JSON), {"content-encoding": "gzip", "content-type": "application/x-www-form-urlencoded"}),
    "gzip declared but plain": (JSON, {"content-encoding": "gzip"}),
    "two gzip members": (gzip.compress(JSON[:20]) + gzip.compress(JSON[20:]), {"content-encoding": "gzip"}),
    "deflate": (zlib.compress(JSON), {"content-encoding": "deflate"}),
    "form with base64": (b"data=" + quote(base64.b64encode(JSON)).encode(), {}),
    "form with base64, plus signs lost": (b"data=" + base64.b64encode(JSON), {}),
    "form with JSON": (b"data=" + quote(JSON).encode(), {"content-type": "application/x-www-form-urlencoded"}),
    "byte order mark": (b"\xef\xbb\xbf" + JSON, {}),
    "spread over lines": (json.dumps(BATCH, indent=2).replace("\n", "\r\n").encode(), {}),
}  # fmt: skip


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_every_wrapping_of_the_fields_sdks_is_read(wrapping: str, asker: Asker) -> None:
    content, headers = WRAPPINGS[wrapping]
    answer = asker.post("/v1/batch", content, headers)
    assert (answer.status, answer.json["accepted"]) == (200, 1)
    assert [event.name for event in asker.stored()] == ["Tea Poured"]


KEYS: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "Basic": ("", BASIC, {}),
    "Bearer": ("", {"authorization": f"Bearer {KEY}"}, {}),
    "header": ("", {"x-write-key": KEY}, {}),
    "header with a secret": ("", {"x-write-key": f"{KEY}:secret"}, {}),
    "query": (f"?writeKey={KEY}", {}, {}),
    "envelope": ("", {}, {"writeKey": KEY}),
}


@pytest.mark.parametrize("place", KEYS)
def test_the_write_key_is_found_wherever_an_sdk_puts_it(place: str, asker: Asker) -> None:
    query, headers, fields = KEYS[place]
    assert asker.post(f"/v1/batch{query}", BATCH | fields, headers, key=None).json["accepted"] == 1


def test_the_write_key_is_found_on_an_event(asker: Asker) -> None:
    event = BATCH["batch"][0] | {"writeKey": KEY}
    assert asker.post("/v1/t", event, {"content-type": "text/plain"}, key=None).json["accepted"] == 1
    assert asker.post("/v1/batch", {"batch": [event | {"messageId": "m2"}]}, key=None).json["accepted"] == 1


REFUSED: dict[str, tuple[bytes, dict[str, str], int, str]] = {
    "nothing": (b"", {}, 400, "malformed_json"),
    "half a batch": (JSON[:-5], {}, 400, "malformed_json"),
    "not UTF-8": (b'{"batch":[{"type":"track","event":"\xff\xfe"}]}', {}, 400, "malformed_json"),
    "another document": (b"[1, 2]", {}, 400, "not_an_object"),
    "no list": (b'{"batch": {"type": "track"}}', {}, 400, "not_an_object"),
    "half a gzip": (gzip.compress(JSON)[:-9], {}, 400, "malformed_gzip"),
    "no gzip": (b"\x1f\x8b" + b"x" * 40, {}, 400, "malformed_gzip"),
    "a form without base64": (b"data=%%%", {}, 400, "malformed_json"),
    "an unknown encoding": (b"\x28\xb5\x2f\xfd", {"content-encoding": "zstd"}, 400, "unknown_encoding"),
    "nesting without end": (b'{"batch":[' + b"[" * 50_000, {}, 400, "malformed_json"),
    "10,001 events": (b'{"batch":[' + b",".join([b"{}"] * 10_001) + b"]}", {}, 413, "too_many_events"),
    "a bomb": (gzip.compress(bytes(33 << 20)), {}, 413, "body_too_large_unpacked"),
    "a bomb of bombs": (gzip.compress(bytes(2 << 20)) * 20, {}, 413, "body_too_large_unpacked"),
    "9 MiB": (b" " * (9 << 20), {}, 413, "body_too_large"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_has_a_code_and_stands_in_the_owners_list(case: str, asker: Asker) -> None:
    content, headers, status, code = REFUSED[case]
    answer = asker.post("/v1/batch", content, headers)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.json["message"]
    assert answer.json["fix"]
    assert asker.stored() == []
    asker.settle()
    assert [row.code for row in asker.refused()] == [code]


def test_a_batch_of_ten_thousand_events_is_taken_whole(asker: Asker) -> None:
    events = [{"type": "track", "event": "Tea Poured", "userId": "u1", "messageId": f"m{n}"} for n in range(10_000)]
    assert asker.batch(*events).json == {"success": True, "accepted": 10_000, "rejected": [], "duplicates": 0}


def test_four_megabytes_of_json_in_five_kilobytes_of_gzip_are_honest_traffic(asker: Asker) -> None:
    events = [
        {"type": "track", "event": "Note", "userId": "u", "messageId": f"m{n}", "properties": {"text": "a" * 200_000}}
        for n in range(20)
    ]
    packed = gzip.compress(json.dumps({"batch": events}).encode())
    assert len(packed) < 10_000
    assert asker.post("/v1/batch", packed).json["accepted"] == 20


def test_no_more_of_a_large_body_is_read_than_its_sender_needs_to_hear_the_answer(asker: Asker) -> None:
    headers = {"content-length": str(1 << 40)}
    assert asker.post("/v1/batch", bytes(40 << 20), headers).status == 413


@pytest.mark.parametrize("key", [None, "", "wk_wrong", "wk_tes", "wk_test ", "'; DROP TABLE sources; --"])
def test_a_wrong_key_is_answered_401_and_shown_without_what_was_sent(key: str | None, asker: Asker) -> None:
    answer = asker.post("/v1/batch", {"batch": [{"type": "track", "event": "Secret Thing"}]}, key=key)
    assert answer.status == 401
    assert answer.json["code"] in ("unknown_key", "missing_key")
    asker.settle()
    (row,) = asker.refused()
    assert row.code == answer.json["code"]
    assert b"Secret Thing" not in row.event
    assert not key or key.encode() not in row.event or len(key) <= 6


def test_a_disabled_source_is_refused_and_may_be_enabled_again(asker: Asker) -> None:
    asker.events.set_source("web-shop", enabled=False)
    asker.clock.advance(1_000_001)
    assert asker.batch(*BATCH["batch"]).status == 401
    asker.events.set_source("web-shop", enabled=True)
    asker.clock.advance(1_000_001)
    assert asker.batch(*BATCH["batch"]).status == 200


def test_a_flood_of_wrong_keys_does_not_fill_the_disk_but_is_counted(asker: Asker) -> None:
    for _ in range(200):
        asker.post("/v1/batch", BATCH, key="wk_wrong")
    asker.settle()
    assert len(asker.refused()) == 60
    assert asker.collector.refused.counts["unknown_key"] == 200


def test_a_browser_may_ask_from_any_page_with_any_header(asker: Asker) -> None:
    asked = {
        "origin": "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,anonymousid,sentat,content-type",
    }
    for path in ("/v1/t", "/v1/track", "/v1/batch", "/sourceConfig/", "/beacon/v1/batch"):
        answer = asker.ask("OPTIONS", path, headers=asked)
        assert answer.status == 204
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert answer.headers["access-control-allow-headers"] == asked["access-control-request-headers"]
        assert "POST" in answer.headers["access-control-allow-methods"]
        assert int(answer.headers["access-control-max-age"]) >= 7_200
    for key in (KEY, "wk_wrong"):  # errors too must be readable by the page's SDK
        answer = asker.post("/v1/batch", BATCH, {"origin": "https://shop.example"}, key=key)
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert answer.headers["access-control-expose-headers"] == "Retry-After"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH"])
def test_another_method_is_refused_by_name(method: str, asker: Asker) -> None:
    answer = asker.ask(method, "/v1/batch", JSON, {"x-write-key": KEY})
    assert (answer.status, answer.json["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["allow"]


def test_during_a_restart_an_sdk_is_told_to_wait_a_second(asker: Asker) -> None:
    asker.collector.closing = True
    answer = asker.batch(*BATCH["batch"])
    assert (answer.status, answer.headers["retry-after"]) == (429, "1")
    assert asker.stored() == []


def test_overload_is_answered_429_with_a_time_to_wait_and_ends_by_itself(asker: Asker) -> None:
    nothing = Batch(asker.source.id, asker.clock.now(), 0, b"")
    with asker.log._writing:  # the disk hangs
        while True:
            try:
                asker.writer.submit(nothing, lambda outcome: None)
            except Unavailable:
                break
        answer = asker.batch(*BATCH["batch"])
        assert (answer.status, answer.json["code"], answer.headers["retry-after"]) == (429, "overloaded", "1")
    while asker.batch().status == 429 or asker.writer._queue.qsize():
        time.sleep(0.01)
    assert asker.batch(*BATCH["batch"]).json["accepted"] == 1
    assert len(asker.stored()) == 1


class Dripping:
    """A sender that keeps a connection with a byte now and then."""

    async def __call__(self) -> bytes:
        return b"".join([part async for part in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("length", ["10", None])
def test_a_sender_who_drips_its_bytes_is_not_waited_for(
    asker: Asker, monkeypatch: pytest.MonkeyPatch, length: str | None
) -> None:
    monkeypatch.setattr(body, "PATIENCE_SECONDS", 0.1)
    headers = {"host": "collector.example"} | ({"content-length": length} if length else {})
    request = Request("POST", "/v1/batch", f"writeKey={KEY}", headers, "http", "")
    status, _, content = asyncio.run(asker.collector.answer(request, Dripping()))
    assert status == 408
    assert b"body_stalled" in content
    assert asker.collector.refused.counts["body_stalled"] == 1
