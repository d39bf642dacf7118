"""A program can do for a person's rights what the console can, with the same permissions."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from api_program import Program

from choral import Shop

BASE = "/api/v1/privacy"


def test_an_export_is_a_file_that_is_kept_nowhere(owner: Program, a_sold_basket: dict[str, str], shop: Shop) -> None:
    answer = owner.send("POST", f"{BASE}/exports", {"who": "ada@shop.eu"}, once="k1")
    assert answer["Content-Type"] == "application/zip"
    assert "data.json" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM books_idempotency WHERE key = 'k1'")
        assert cursor.fetchone()[0] == 0


def test_an_erasure_is_foreseen_asked_for_once_cancelled_and_done(
    owner: Program, a_sold_basket: dict[str, str], shop: Shop
) -> None:
    foreseen = owner.send("POST", f"{BASE}/erasures/preview", {"who": "ada@shop.eu"}).json()
    assert foreseen["places"]["log"] == 2
    asked = owner.send("POST", f"{BASE}/erasures", {"who": "ada@shop.eu", "minutes": 5}, once="k2")
    assert asked.status_code == 201
    again = owner.send("POST", f"{BASE}/erasures", {"who": "ada@shop.eu", "minutes": 5}, once="k2")
    assert again.json()["id"] == asked.json()["id"]
    where = f"{BASE}/erasures/{asked.json()['id']}"
    assert owner.send("DELETE", where).json()["state"] == "cancelled"
    assert owner.send("DELETE", where).status_code == 409
    made = owner.send("POST", f"{BASE}/erasures", {"who": "ada@shop.eu", "minutes": 0}).json()
    shop.customers.privacy.work(shop.make_figures_anew)
    done = owner.get(f"{BASE}/erasures/{made['id']}").json()
    assert (done["state"], done["identifiers"]) == ("done", [])
    assert owner.get(f"/api/v1/customers/{a_sold_basket['customer_id']}").status_code == 404


def test_restrictions_requests_retention_register_and_classes(owner: Program, a_sold_basket: dict[str, str]) -> None:
    said = owner.send("POST", f"{BASE}/restrictions", {"who": "8812", "kind": "profiling"}).json()
    assert said["profiling_at"] and not said["marketing_at"]
    seen = owner.get(f"/api/v1/customers/{a_sold_basket['customer_id']}/restrictions").json()
    assert seen["profiling_at"]
    lifted = owner.send("POST", f"{BASE}/restrictions/lift", {"who": "8812", "kind": "profiling"}).json()
    assert lifted["profiling_at"] is None
    made = owner.send("POST", f"{BASE}/requests", {"who": "8812", "kind": "access"}).json()
    assert owner.get(f"{BASE}/requests", state="open").json()["data"][0]["id"] == made["id"]
    assert owner.send("DELETE", f"{BASE}/requests/{made['id']}").json()["state"] == "answered"
    rules = owner.send("PUT", f"{BASE}/retention/refused_events", {"days": 30, "reason": "shorter"}).json()["data"]
    assert next(one for one in rules if one["category"] == "refused_events")["days"] == 30
    assert owner.get(f"{BASE}/retention", counted="true").json()["data"][0]["count"] == 0
    assert any(one["place"] == "records_record" for one in owner.get(f"{BASE}/register").json()["data"])
    assert owner.send("PUT", f"{BASE}/classes/hobby", {"level": "sensitive"}).json()["level"] == "sensitive"
    assert owner.send("PUT", f"{BASE}/classes/hobby", {"level": "secret"}).status_code == 400


def test_who_sees_masked_values_sees_them_whole_once_with_a_reason(
    program: Callable[[str], Program], a_sold_basket: dict[str, str]
) -> None:
    marketer, where = program("marketer"), f"/api/v1/customers/{a_sold_basket['customer_id']}"
    assert "Ada" not in marketer.get(where).content.decode()
    assert marketer.send("POST", f"{where}/unmask", {"reason": ""}).status_code in (400, 422)
    assert "Ada" in marketer.send("POST", f"{where}/unmask", {"reason": "asked by phone"}, once="k3").content.decode()
    assert program("analyst").send("POST", f"{where}/unmask", {"reason": "curious"}).status_code == 403


def test_only_who_may_erases_and_an_agent_may_note_a_request(
    program: Callable[[str], Program], a_sold_basket: dict[str, str]
) -> None:
    agent, marketer = program("agent"), program("marketer")
    assert agent.send("POST", f"{BASE}/erasures", {"who": "8812"}).status_code == 403
    assert agent.send("POST", f"{BASE}/requests", {"who": "8812", "kind": "erasure"}).status_code == 201
    assert marketer.send("POST", f"{BASE}/exports", {"who": "8812"}).status_code == 403
    assert program("privacy").send("POST", f"{BASE}/erasures", {"who": "8812"}).status_code == 201
