"""Each event of a batch has its own verdict: a bad one never costs its neighbours, and it is kept with its reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from choral.core.clock import DAY, HOUR, MINUTE, SECOND
from choral.core.errors import InvalidInput
from tests.events.collector.conftest import KEY, NOW, Asker

GOOD: dict[str, Any] = {"type": "track", "event": "Tea Poured", "userId": "u1"}


def _iso(microseconds: int) -> str:
    return datetime.fromtimestamp(microseconds / SECOND, UTC).isoformat()


BAD: dict[str, tuple[Any, str]] = {
    "a number for a name": ({"type": "track", "event": 7, "userId": "u1"}, "wrong_type"),
    "no object at all": ("track", "wrong_type"),
    "null": (None, "wrong_type"),
    "properties that are a list": (GOOD | {"properties": [1]}, "wrong_type"),
    "a context that is a number": (GOOD | {"context": 12345}, "wrong_type"),
    "an unknown type": (GOOD | {"type": "teleport"}, "unknown_type"),
    "no name": ({"type": "track", "userId": "u1"}, "no_name"),
    "a blank name": (GOOD | {"event": "   "}, "no_name"),
    "a very long name": (GOOD | {"event": "x" * 201}, "name_too_long"),
    "a very long id": (GOOD | {"messageId": "x" * 401}, "id_too_long"),
    "nobody identified": ({"type": "identify", "userId": "null", "traits": {}}, "no_identifier"),
    "an alias of nobody": ({"type": "alias", "userId": "", "previousId": None}, "no_identifier"),
    "too large": (GOOD | {"properties": {"text": "x" * 300_000}}, "event_too_large"),
    "a time that is none": (GOOD | {"timestamp": "yesterday"}, "time_unreadable"),
    "a time that is true": (GOOD | {"timestamp": True}, "time_unreadable"),
    "a time without measure": (GOOD | {"timestamp": 1e300}, "time_unreadable"),
    "two days ahead": (GOOD | {"timestamp": _iso(NOW + 2 * DAY)}, "time_in_future"),
    "the year 1900": (GOOD | {"timestamp": "1900-01-01T00:00:00Z"}, "time_before_1970"),
    "money of no country": (
        GOOD | {"event": "Order Completed", "properties": {"order_id": "1", "revenue": 5, "currency": "ZZZ"}},
        "unknown_currency",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_event_is_refused_alone_and_kept_as_it_was_sent(case: str, asker: Asker) -> None:
    event, code = BAD[case]
    answer = asker.batch(GOOD | {"messageId": "a"}, event, GOOD | {"messageId": "b"})
    assert answer.status == 200
    assert (answer.json["success"], answer.json["accepted"]) == (True, 2)
    (verdict,) = answer.json["rejected"]
    assert (verdict["index"], verdict["code"]) == (1, code)
    assert verdict["message"].count(".") >= 2  # what, why, what to do
    assert [one.id for one in asker.stored()] == ["a", "b"]
    (row,) = asker.refused()
    assert (row.source, row.code, row.state) == ("web-shop", code, "open")
    if len(json.dumps(event)) < 60_000:
        assert json.loads(row.event) == event


def test_in_strict_mode_the_sender_gets_the_error_and_the_good_events_are_stored(asker: Asker) -> None:
    headers = {"x-strict-mode": "1"}
    answer = asker.post("/v1/batch", {"batch": [GOOD, {"type": "track"}]}, headers)
    assert (answer.status, answer.json["code"], answer.json["accepted"]) == (400, "refused_in_strict_mode", 1)
    assert len(asker.stored()) == 1
    assert asker.post("/v1/batch", {"batch": [GOOD]}, headers).status == 200


def test_a_refused_event_corrected_by_the_owner_is_taken_in_at_its_own_time(asker: Asker) -> None:
    asker.batch({"type": "track", "userId": "u1", "messageId": "m1"})
    (row,) = asker.refused()
    asker.clock.advance(HOUR)
    with pytest.raises(InvalidInput):
        asker.events.rerun_rejected(row.id)
    asker.events.rerun_rejected(row.id, json.dumps(GOOD | {"messageId": "m1"}).encode())
    assert [(event.id, event.at) for event in asker.stored()] == [("m1", NOW)]
    assert asker.refused() == []


@pytest.mark.parametrize("value", ['"text": NaN', '"text": -Infinity', '"text": "\\ud83d"', '"a": {"b": ["\\udc00"]}'])
def test_what_some_encoders_write_though_it_is_no_json_does_not_cost_the_batch(value: str, asker: Asker) -> None:
    bad = json.dumps(GOOD | {"messageId": "bad"})[:-1] + f',"properties":{{{value}}}}}'
    body = f'{{"batch":[{json.dumps(GOOD | {"messageId": "a"})},{bad},{json.dumps(GOOD | {"messageId": "b"})}]}}'
    answer = asker.post("/v1/batch", body.encode())
    assert answer.status == 200
    assert {"a", "b"} <= {event.id for event in asker.stored()}
    for batch in asker.log.read(0):
        batch.payload.decode()
        for line in batch.payload.splitlines():
            json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} reached the log"))


def test_an_event_nested_a_hundred_thousand_deep_leaves_its_neighbours_alone(asker: Asker) -> None:
    deep = '{"a":' * 20_000 + "1" + "}" * 20_000
    bad = json.dumps(GOOD | {"messageId": "deep"})[:-1] + f',"properties":{deep}}}'
    body = f'{{"batch":[{json.dumps(GOOD | {"messageId": "a"})},{bad}]}}'
    answer = asker.post("/v1/batch", body.encode())
    assert answer.status in (200, 400)
    assert asker.ask("OPTIONS", "/v1/batch").status == 204


@pytest.mark.parametrize("nobody", [None, "", "null", "0", "undefined", "guest", "[object Object]", " ", 0])
def test_what_means_no_id_identifies_nobody(nobody: Any, asker: Asker) -> None:
    assert asker.batch(GOOD | {"userId": nobody, "anonymousId": "anon-1"}).json["accepted"] == 1
    assert asker.stored()[0].ids == ("anonymous:anon-1",)


@pytest.mark.parametrize(("given", "kept"), [(12345, "user:12345"), (12345.0, "user:12345"), (" u1 ", "user:u1")])
def test_an_id_is_the_same_person_as_number_and_as_text(given: Any, kept: str, asker: Asker) -> None:
    asker.batch(GOOD | {"userId": given})
    assert asker.stored()[0].ids == (kept,)


def test_html_in_a_name_is_kept_as_text(asker: Asker) -> None:
    name = "<script>alert(1)</script>"
    asker.batch(GOOD | {"event": name, "properties": {"title": name}})
    assert asker.stored()[0].name == name
    assert asker.properties() == {"title": name}


def test_personal_fields_leave_the_event_wherever_they_stand(asker: Asker) -> None:
    asker.batch(
        GOOD | {"properties": {"email": "ada@example.com", "lines": [{"shipping": {"firstName": "Ada"}}]},
                "context": {"ip": "203.0.113.9", "traits": {"phone": "+33612345678"}}}
    )  # fmt: skip
    payload = asker.log.read(0)[0].payload
    for secret in (b"ada@example.com", b"Ada", b"33612345678", b"203.0.113.9"):
        assert secret not in payload
    assert "email:#" in "".join(asker.stored()[0].ids)


def test_a_device_whose_clock_is_years_off_tells_when_it_happened(asker: Asker) -> None:
    wrong = NOW - 6 * 365 * DAY
    asker.post("/v1/batch", {"batch": [GOOD | {"timestamp": _iso(wrong - 5 * MINUTE)}], "sentAt": _iso(wrong)})
    (event,) = asker.stored()
    assert event.at == NOW - 5 * MINUTE
    assert event.claimed == wrong - 5 * MINUTE


@pytest.mark.parametrize("seconds", [-59, -1, 1, 59])
def test_a_difference_of_less_than_a_minute_is_the_network_and_not_the_clock(seconds: int, asker: Asker) -> None:
    happened = NOW - 90 * SECOND
    asker.post("/v1/batch", {"batch": [GOOD | {"timestamp": _iso(happened)}], "sentAt": _iso(NOW + seconds * SECOND)})
    assert (asker.stored()[0].at, asker.stored()[0].claimed) == (happened, None)


def test_a_retry_with_its_first_sent_at_does_not_move_the_event(asker: Asker) -> None:
    happened = NOW - HOUR
    body = {"batch": [GOOD | {"timestamp": _iso(happened)}], "sentAt": _iso(happened)}
    asker.post("/v1/batch", body, {"x-retry-count": "3"})
    assert asker.stored()[0].at == happened


@pytest.mark.parametrize("spelling", [1_600_000_000, 1_600_000_000_000, "2020-09-13T12:26:40Z",
                                      "2020-09-13T14:26:40+02:00", "2020-09-13T12:26:40"])  # fmt: skip
def test_a_time_is_read_in_the_spellings_sdks_use(spelling: Any, asker: Asker) -> None:
    asker.batch(GOOD | {"timestamp": spelling})
    assert asker.stored()[0].at == 1_600_000_000 * SECOND


def test_a_message_sent_again_is_counted_once_and_said_so(asker: Asker) -> None:
    asker.batch(GOOD | {"messageId": "m1"})
    answer = asker.batch(GOOD | {"messageId": "m1"}, GOOD | {"messageId": "m2"}, GOOD | {"messageId": "m2"})
    assert (answer.json["accepted"], answer.json["duplicates"]) == (1, 2)
    assert [event.id for event in asker.stored()] == ["m1", "m2"]


def test_ids_that_share_their_first_and_last_characters_are_different_messages(asker: Asker) -> None:
    ids = [f"ajs-next-1795312050000-{'a' * 40}{n}{'b' * 40}" for n in range(5)]
    assert asker.batch(*[GOOD | {"messageId": one} for one in ids]).json["accepted"] == 5


def test_the_same_id_from_two_sources_is_two_events(asker: Asker) -> None:
    other = asker.events.create_source("Till", "store")
    asker.clock.advance(2 * SECOND)
    for key in (KEY, other.write_key):
        assert asker.post("/v1/batch", {"batch": [GOOD | {"messageId": "m1"}]}, key=key).json["accepted"] == 1
