"""Whatever arrives, the collector answers with a code and never with an error of its own."""

from __future__ import annotations

import gzip
import json
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.events.collector.conftest import KEY, Asker

PATHS = ["/v1/batch", "/v1/b", "/v1/track", "/v1/identify", "/v1/alias", "/v1/g", "/v1/import", "/beacon/v1/batch"]
QUICK = settings(
    max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["type", "event", "messageId", "userId", "anonymousId", "timestamp", "originalTimestamp", "sentAt",
          "properties", "traits", "context", "integrations", "channel", "name", "category", "previousId", "groupId",
          "writeKey"]  # fmt: skip
KINDS = some.sampled_from(["track", "identify", "page", "screen", "alias", "group"])
CALLS = some.dictionaries(some.sampled_from(FIELDS), VALUES, max_size=8).flatmap(
    lambda call: KINDS.map(lambda kind: {"type": kind, "event": "Tea Poured", "userId": "u1"} | call)
)


def _holds(answer: Any) -> None:
    assert answer.status in (200, 400, 401, 413), answer.body
    said = answer.json
    assert isinstance(said, dict)
    assert "accepted" in said or (said["code"] and said["message"])


@QUICK
@given(path=some.sampled_from(PATHS), content=some.binary(max_size=400), packed=some.booleans())
def test_any_bytes_get_an_answer_with_a_code(path: str, content: bytes, packed: bool, asker: Asker) -> None:
    _holds(asker.post(path, gzip.compress(content) if packed else content))


@QUICK
@given(
    headers=some.dictionaries(
        some.sampled_from(["authorization", "x-write-key", "content-encoding", "content-type", "x-retry-count",
                           "x-strict-mode", "origin", "content-length"]),
        some.text(some.characters(min_codepoint=32, max_codepoint=255), max_size=40),
    ),
    query=some.text(some.characters(min_codepoint=33, max_codepoint=126), max_size=60),
)  # fmt: skip
def test_any_headers_get_an_answer_with_a_code(headers: dict[str, str], query: str, asker: Asker) -> None:
    body = json.dumps({"batch": [{"type": "track", "event": "Tea Poured"}]}).encode()
    _holds(asker.ask("POST", f"/v1/batch?{query}", body, {"x-write-key": KEY} | headers))


@QUICK
@given(calls=some.lists(CALLS | VALUES, max_size=4))
def test_any_values_in_any_field_get_one_verdict_an_event(calls: list[Any], asker: Asker) -> None:
    answer = asker.batch(*calls)
    _holds(answer)
    said = answer.json
    if answer.status == 200:
        assert said["accepted"] + len(said["rejected"]) + said["duplicates"] == len(calls)


@pytest.fixture(autouse=True)
def nothing_unexpected(caplog: pytest.LogCaptureFixture) -> Any:
    yield
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
