"""What single operations do for whoever calls them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from api_program import Program

from choral.interfaces.api.limits import Limit


def test_money_has_its_currency_and_times_their_zone(owner: Program, a_sold_basket: dict[str, str]) -> None:
    customer = owner.get(f"/api/v1/customers/{a_sold_basket['customer_id']}").json()
    assert customer["revenue"] == {"amount": 1990, "currency": "EUR"}
    assert customer["last_order_at"].endswith("Z")
    entry = owner.get(f"/api/v1/customers/{a_sold_basket['customer_id']}/timeline", limit=1).json()
    assert entry["data" if "data" in entry else "entries"][0]["amount"] == {"amount": 1990, "currency": "EUR"}
    assert entry["next"]


def test_who_may_not_see_personal_values_gets_them_masked(
    program: Callable[[str], Program], owner: Program, a_sold_basket: dict[str, str]
) -> None:
    path = f"/api/v1/customers/{a_sold_basket['customer_id']}"
    assert b"ada@shop.eu" in owner.get(path).content
    analyst = program("analyst")
    for address in (path, f"{path}/explanation", f"{path}/timeline", "/api/v1/customers", "/api/v1/events"):
        content = analyst.get(address).content
        assert b"ada@" not in content and b'"Ada' not in content, address
    assert analyst.get("/api/v1/customers/search", q="ada").json()["data"] == []
    assert owner.get("/api/v1/customers/search", q="ada").json()["data"][0]["id"] == a_sold_basket["customer_id"]
    assert analyst.get("/api/v1/rejected-events").json()["data"][0]["event"] is None


def test_a_correction_is_seen_at_once_and_audited_without_its_value(
    owner: Program, a_sold_basket: dict[str, str]
) -> None:
    path = f"/api/v1/customers/{a_sold_basket['customer_id']}"
    identifier = owner.get(path).json()["identifiers"][0]["text"]
    correction = {"identifier": identifier, "field": "first_name", "value": "Augusta"}
    answer = owner.send("PATCH", f"{path}/records", correction, once="c1")
    assert answer.status_code == 200 and b"Augusta" in answer.content
    audit = owner.get("/api/v1/audit", action="customer.rectified")
    assert len(audit.json()["data"]) == 1 and b"Augusta" not in audit.content
    stranger = owner.send("PATCH", f"{path}/records", correction | {"identifier": "card:1"})
    assert (stranger.status_code, stranger.json()["code"]) == (422, "not_their_identifier")


def test_a_refused_event_is_corrected_run_again_and_leaves_the_list(
    owner: Program, a_sold_basket: dict[str, str]
) -> None:
    path = f"/api/v1/rejected-events/{a_sold_basket['rejected_id']}"
    still = owner.send("POST", f"{path}/runs", {})
    assert still.status_code == 422 and still.json()["code"] == "wrong_type"
    corrected = {"name": "Order Completed", "ids": ["card:1"], "amount": 5, "currency": "EUR"}
    assert owner.send("POST", f"{path}/runs", {"event": corrected}).json()["state"] == "resolved"
    assert owner.get("/api/v1/rejected-events").json()["data"] == []
    assert owner.send("DELETE", path).status_code == 404


def test_lists_go_on_where_the_page_before_ended(owner: Program) -> None:
    for number in range(5):
        owner.send("POST", "/api/v1/keys", {"name": f"Key {number}", "role": "analyst"})
    seen, after = [], None
    while True:
        page = owner.get("/api/v1/audit", limit=2, **({"after": after} if after else {})).json()
        seen += [line["id"] for line in page["data"]]
        after = page["next"]
        if after is None:
            break
    assert seen == sorted(seen, reverse=True) and len(seen) == len(set(seen)) >= 6


def test_what_has_not_changed_is_not_sent_again(owner: Program) -> None:
    first = owner.get("/api/v1/sources")
    again = owner.client.get(
        "/api/v1/sources", headers={"Authorization": f"Bearer {owner.key}", "If-None-Match": first["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "private, no-cache"


def test_answers_carry_their_protection_and_no_other_site_may_read_them(owner: Program) -> None:
    answer = owner.client.get(
        "/api/v1/sources", headers={"Authorization": f"Bearer {owner.key}", "Origin": "https://evil.example"}
    )
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer


def test_a_revoked_key_ends_at_once(owner: Program, program: Callable[[str], Program]) -> None:
    other = program("analyst")
    assert other.get("/api/v1/customers").status_code == 200
    revoked = next(one for one in owner.get("/api/v1/keys").json()["data"] if one["role"] == "analyst")
    assert owner.send("DELETE", f"/api/v1/keys/{revoked['id']}").json()["state"] == "revoked"
    assert other.get("/api/v1/customers").json()["code"] == "unknown_key"


def test_the_last_owner_cannot_be_lost(owner: Program) -> None:
    made = owner.send("POST", "/api/v1/members", {"email": "o@shop.eu", "name": "O", "role": "owner"}).json()
    path = f"/api/v1/members/{made['member']['id']}"
    for change in ({"role": "analyst"}, {"active": False}, {"store": "1", "role": "agent"}):
        answer = owner.send("PATCH", path, change, once=str(change))
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
    assert owner.get(path).json()["store"] == ""


def test_a_disabled_source_takes_nothing(owner: Program) -> None:
    source = owner.send("POST", "/api/v1/sources", {"name": "Web"}).json()["id"]
    owner.send("PATCH", f"/api/v1/sources/{source}", {"enabled": False})
    answer = owner.send("POST", "/api/v1/events", {"source": source, "events": [{"name": "A"}]})
    assert (answer.status_code, answer.json()["code"]) == (409, "source_disabled")


def test_who_is_too_quick_is_told_how_long_to_wait(owner: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("choral.interfaces.api.keys.CALLS", Limit(rate=0.5, burst=3))
    answers = [owner.get("/api/v1/sources") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "2"
    assert answers[-1].json()["code"] == "too_many_requests"


def test_an_allowance_comes_back_with_time_and_each_caller_has_its_own() -> None:
    limit = Limit(rate=2, burst=2)
    limit.take("a", 0.0)
    limit.take("a", 0.0)
    limit.take("b", 0.0)
    with pytest.raises(Exception, match="too quickly"):
        limit.take("a", 0.4)
    limit.take("a", 0.9)


def test_keys_cannot_be_guessed_by_the_thousand(program: Callable[[str], Program]) -> None:
    guesser = program("")
    statuses = []
    for number in range(40):
        guesser.key = f"sk_guess{number}"
        statuses.append(guesser.get("/api/v1/sources").status_code)
    assert statuses[0] == 401 and statuses[-1] == 429


def test_a_problem_names_the_field_and_what_to_do(owner: Program) -> None:
    answer = owner.send("POST", "/api/v1/keys", {"name": "", "rôle": "owner"})
    assert answer.status_code == 422
    fields = {one["field"]: one["where"] for one in answer.json()["details"]["fields"]}
    assert fields == {"name": "body", "role": "body", "rôle": "body"}


def test_too_large_a_body_is_refused_with_what_to_do(owner: Program) -> None:
    answer = owner.send("POST", "/api/v1/keys", b'{"name": "' + b"x" * (6 << 20) + b'"}')
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_the_list_of_operations_needs_nothing_from_outside(owner: Program) -> None:
    page = owner.client.get("/api/")
    assert b"/api/v1/customers/{customer_id}" in page.content
    for field in (b"events", b"identifier", b"the file"):  # of bodies
        assert b"<code>" + field + b"</code>" in page.content
    assert b"<script" not in page.content and b"http://" not in page.content and b"https://" not in page.content


def test_a_nul_character_is_refused_alike_whatever_the_database(owner: Program) -> None:
    for answer in (
        owner.send("POST", "/api/v1/sources", {"name": "Till\0", "channel": "store"}),
        owner.get("/api/v1/customers/1%002"),
        owner.get("/api/v1/customers", after="\0"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "nul_character"), answer.content
    said = owner.send("POST", "/api/v1/sources", {"name": "\\u0000 in words", "channel": "store"})
    assert said.status_code == 201
