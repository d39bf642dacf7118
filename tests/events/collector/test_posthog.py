"""PostHog's SDKs, as recorded and in every odd form they send, mean what their callers meant."""

from __future__ import annotations

import base64
import gzip
import json
from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest

from choral.core.clock import SECOND
from choral.core.errors import ChoralError
from choral.core.event import Event
from choral.events.collector.lz64 import decompress
from choral.events.collector.times import read
from choral.events.store import Source
from tests.events.collector.conftest import KEY, Asker, recorded

RUNS = {"posthog-python": "phc_PYKEY", "posthog-browser": "phc_TESTKEY"}
SENT = {"posthog-python": 1_795_312_394_000_000, "posthog-browser": 1_795_313_400_000_000}  # µs, as recorded
DEVICE = "01a20104-7866-7cc0-b5c3-3bb161f7a56b"


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest, asker: Asker) -> str:
    name: str = request.param
    asker.log.add_source(Source(name, name, "web", RUNS[name], 1))
    asker.clock.advance(SECOND + 1)
    asker.clock.advance(SENT[name] - asker.clock.now())
    for one in recorded(name):
        answer = asker.ask(one.method, one.path, one.body, one.headers)
        assert answer.status == (204 if one.method == "OPTIONS" else 200), answer.body
        if one.method == "POST" and not one.path.startswith("/flags"):
            assert (answer.json["rejected"], answer.json["duplicates"]) == ([], 0)
    return name


def by_name(asker: Asker, name: str) -> Event:
    return next(event for event in asker.stored() if event.name == name)


def capture(**fields: Any) -> dict[str, Any]:
    return {"event": "Tea Poured", "distinct_id": "u1", "uuid": "m1", "properties": {}} | fields


def test_every_recorded_call_is_in_the_log_under_its_name(run: str, asker: Asker) -> None:
    names = Counter(event.name for event in asker.stored())
    common = {"Page Viewed", "Product Viewed", "Product Added", "Order Completed", "Customer Identified"}
    assert common | {"Identifiers Linked", "Group Joined", "Screen Viewed"} <= set(names)
    assert asker.refused() == []
    if run == "posthog-python":  # 11 calls, of which one also sets traits
        assert names.total() == 12
        assert by_name(asker, "Old Event").at == read("2020-01-01T00:00:00Z")


def test_the_order_has_its_money_in_cents_its_lines_and_its_customer(run: str, asker: Asker) -> None:
    order = by_name(asker, "Order Completed")
    assert (order.amount, order.currency, order.ids[0]) == (4500, "EUR", "user:cust-42")
    assert [line["product_id"] for line in json.loads(bytes(order.properties))["products"]] == ["P-1"]


def test_no_personal_value_reaches_the_log_and_none_is_lost(run: str, asker: Asker) -> None:
    payloads = b"".join(batch.payload for batch in asker.log.read(0))
    assert b"ada@example.com" not in payloads
    assert b"Ada" not in payloads
    traits = [part["traits"] for part in asker.personal()]
    assert any(one.get("email") == "ada@example.com" and one.get("first_name") == "Ada" for one in traits)


def test_the_browsers_anonymous_visit_is_joined_to_the_customer_only_by_identify(asker: Asker) -> None:
    run_browser(asker)
    assert by_name(asker, "Product Viewed").ids == (f"anonymous:{DEVICE}",)
    identified = next(event for event in asker.stored() if f"anonymous:{DEVICE}" in event.ids[1:])
    assert identified.name in ("Customer Identified", "Identifiers Linked")
    assert "user:cust-42" in identified.ids
    assert by_name(asker, "Order Completed").ids == ("user:cust-42",)


def run_browser(asker: Asker) -> None:
    asker.log.add_source(Source("b", "b", "web", RUNS["posthog-browser"], 1))
    asker.clock.advance(SECOND + 1)
    for one in recorded("posthog-browser"):
        asker.ask(one.method, one.path, one.body, one.headers)


def test_sending_it_all_again_stores_nothing_twice(run: str, asker: Asker) -> None:
    before = len(asker.stored())
    for one in recorded(run):
        asker.ask(one.method, one.path, one.body, one.headers)
    assert len(asker.stored()) == before


def test_ids_that_a_server_sdk_made_up_become_nobody(asker: Asker) -> None:
    made_up = "c1a36974-7ef4-4c47-9929-8fc6d25b8a00"
    server = {"$lib": "posthog-python", "$is_server": True}
    group = server | {"$group_type": "store", "$group_key": "store-12", "$group_set": {"name": "Lyon"}}
    asker.post("/batch/", {"api_key": KEY, "batch": [
        capture(distinct_id=made_up, properties=server | {"$process_person_profile": False}),
        capture(event="$groupidentify", uuid="m2", distinct_id=made_up, properties=group),
        capture(event="$groupidentify", uuid="m3", distinct_id="$store_store-12",
                properties=group | {"$lib": "posthog-node"}),
    ]}, key=None)  # fmt: skip
    assert [event.ids for event in asker.stored()] == [(), (), ()]
    assert json.loads(bytes(asker.stored()[1].properties))["group_id"] == "store-12"


@pytest.mark.parametrize(
    ("lib", "first", "second"),
    [("posthog-python", "a-1", "c-1"), ("posthog-node", "c-1", "a-1"), ("web", "c-1", "a-1")],
)
def test_an_alias_links_two_ids_whichever_way_round_the_sdk_names_them(
    lib: str, first: str, second: str, asker: Asker
) -> None:
    said = {"$lib": lib, "alias": second, "$is_identified": True if lib == "web" else None}
    asker.post("/e/", capture(api_key=KEY, event="$create_alias", distinct_id=first, properties=said), key=None)
    assert asker.stored()[0].ids == ("user:c-1", "anonymous:a-1")


def test_traits_set_beside_an_event_are_a_fact_of_their_own(asker: Asker) -> None:
    said = {"$set": {"plan": "gold", "email": "Ada@example.com"}, "$set_once": {"first_channel": "web", "gclid": None}}
    assert asker.post("/capture/", capture(api_key=KEY, properties=said), key=None).json["accepted"] == 2
    tea, traits = asker.stored()
    assert (tea.id, traits.id, traits.name) == ("m1", "m1.set", "Customer Identified")
    assert json.loads(bytes(traits.properties)) == {"plan": "gold"}
    assert json.loads(bytes(traits.context))["setOnce"] == {"first_channel": "web"}
    assert asker.personal()[0]["traits"]["email"] == "Ada@example.com"


def test_what_the_sdk_says_of_page_and_campaign_is_told_in_the_words_of_all_protocols(asker: Asker) -> None:
    said = {
        "$current_url": "https://shop.example/tea?utm_source=mail", "$pathname": "/tea", "$referrer": "$direct",
        "title": "Tea", "utm_source": "mail", "utm_campaign": "spring", "$lib": "web", "$lib_version": "1.449.2",
        "$session_id": "s1", "$browser": "Chrome", "$is_identified": False, "token": KEY, "gclid": None,
        "$elements": [{"$el_text": "Hello Ada"}],
    }  # fmt: skip
    asker.post("/e/", [capture(event="$pageview", properties=said)], key=None)
    event = asker.stored()[0]
    assert json.loads(bytes(event.properties)) == {"url": said["$current_url"], "path": "/tea", "title": "Tea"}
    context = json.loads(bytes(event.context))
    assert context["campaign"] == {"source": "mail", "name": "spring"}
    assert context["page"] == {"url": said["$current_url"], "path": "/tea"}
    assert context["library"] == {"name": "web", "version": "1.449.2"}
    assert context["posthog"] == {"browser": "Chrome"}
    assert event.ids == ("anonymous:u1",)


def test_every_wrapping_of_early_and_late_sdks_is_read(asker: Asker) -> None:
    def one(number: int) -> bytes:
        return json.dumps(capture(api_key=KEY, uuid=f"m{number}")).encode()

    base = base64.b64encode
    sent: list[tuple[str, str, bytes]] = [
        ("POST", "/e/", gzip.compress(one(1))),
        ("POST", "/e/?compression=gzip-js", gzip.compress(one(2))),
        ("POST", "/e/?compression=base64", b"data=" + quote(base(one(3))).encode()),
        ("POST", "/i/v0/e/?compression=base64", b"data=" + base(gzip.compress(one(4)))),
        ("GET", f"/e/?data={quote(base(one(5)))}", b""),
        ("POST", "/batch/", json.dumps({"api_key": KEY, "batch": [capture(uuid="m6")]}).encode()),
    ]
    for method, path, content in sent:
        assert asker.ask(method, path, content).status == 200, path
    assert [event.id for event in asker.stored()] == [f"m{number}" for number in range(1, 7)]


# What lz-string 1.5.0's compressToBase64 made of the text beside it.
LZ64 = [
    ('{"event":"Été à Łódź 🎉"}', "N4IgpgbmB2AuIC4QEnYEuAEADjhBQAM8AmgXoAaA8G4JH7IAvkA="),
    ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "IY18Z5A="),
]


def test_lz64_is_read_and_never_grows_beyond_its_measure(asker: Asker) -> None:
    for text, packed in LZ64:
        assert decompress(packed, 1_000) == text.encode()
    with pytest.raises(ChoralError, match="too large"):
        decompress(LZ64[1][1], 10)
    for broken in ("IY18", "????"):
        with pytest.raises(ChoralError):
            decompress(broken, 1_000)
    answer = asker.post("/e/?compression=lz64", b"data=" + quote(LZ64[0][1]).encode())
    assert answer.json["accepted"] == 1


def test_one_unreadable_event_costs_only_itself_and_can_be_run_again(asker: Asker) -> None:
    answer = asker.post("/batch/", {"api_key": KEY, "batch": [
        capture(timestamp="yesterday"), capture(uuid="m2"), 7, capture(uuid="m4", event=""),
    ]}, key=None)  # fmt: skip
    assert [one["code"] for one in answer.json["rejected"]] == ["time_unreadable", "wrong_type", "no_name"]
    kept = next(row for row in asker.refused() if row.code == "time_unreadable")
    asker.events.rerun_rejected(kept.id, json.dumps(capture(timestamp="2026-11-21T00:00:00Z")).encode())
    assert [event.id for event in asker.stored()] == ["m2", "m1"]


def test_flags_and_configuration_are_answered_empty_and_valid(asker: Asker) -> None:
    flags = asker.ask("POST", "/flags/?v=2", gzip.compress(b'{"token":"x"}'))
    assert (flags.status, flags.json["featureFlags"], flags.json["errorsWhileComputingFlags"]) == (200, {}, False)
    assert asker.ask("POST", "/decide/?v=3", b"{}").json["flags"] == {}
    assert asker.ask("GET", f"/array/{KEY}/config").json["token"] == KEY
    script = asker.ask("GET", f"/array/{KEY}/config.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert f'"{KEY}"'.encode() in script.body
    assert asker.ask("GET", "/array/phc_other/config").status == 401


def test_a_server_that_restarts_says_503_because_the_browser_sdk_drops_on_429(asker: Asker) -> None:
    asker.collector.closing = True
    assert asker.post("/e/", capture(api_key=KEY), key=None).status == 503
    assert asker.post("/v1/track", {"type": "track", "event": "Tea"}).status == 429
