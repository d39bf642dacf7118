"""A file over the API: uploaded, rehearsed, run, its refused rows, undone."""

from __future__ import annotations

import time
from typing import Any

from api_program import Program
from django.core.files.uploadedfile import SimpleUploadedFile

ORDERS = (
    b"order id;date;customer card;product;quantity;total\n"
    b"A-1;24.11.2026;8812;P-1;1;19,90\n"
    b"A-2;24.11.2026;8813;P-1;2;39,80\n"
    b"A-3;24.11.2026;8813;P-1;1;a lot\n"
)


def upload(owner: Program, content: bytes, once: str | None = None) -> Any:
    headers = {"Authorization": f"Bearer {owner.key}"} | ({"Idempotency-Key": once} if once else {})
    path = "/api/v1/imports?name=orders.csv&kind=orders"
    return owner.client.generic("POST", path, content, "text/csv", headers=headers)


def finished(owner: Program, import_id: str) -> dict[str, Any]:
    for _ in range(400):
        found: dict[str, Any] = owner.get(f"/api/v1/imports/{import_id}").json()
        if found["state"] not in ("uploaded", "running"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_a_file_goes_the_whole_way_and_back(owner: Program) -> None:
    draft = upload(owner, ORDERS)
    assert draft.status_code == 201, draft.content
    path = f"/api/v1/imports/{draft.json()['id']}"
    assert draft.json()["reading"]["decimal"] == ","
    assert draft.json()["problems"] == []
    rehearsed = owner.get(f"{path}/dry-run").json()
    assert (rehearsed["new"], rehearsed["refused_rows"]) == (2, 1)
    assert owner.get("/api/v1/status").json()["log"]["head"] == 0
    assert owner.send("POST", f"{path}/runs", {}, once="run").status_code == 202
    assert owner.send("POST", f"{path}/runs", {}, once="run").status_code == 202
    done = finished(owner, draft.json()["id"])
    assert (done["state"], done["new"], done["refused_rows"]) == ("done", 2, 1), done
    refused = b"".join(owner.get(f"{path}/refused-rows").streaming_content)
    assert b"a lot" in refused
    undone = owner.send("POST", f"{path}/reversals", {}, once="undo")
    assert undone.json()["state"] == "undone", undone.content
    assert owner.get("/api/v1/imports").json()["data"][0]["state"] == "undone"


def test_an_upload_repeated_with_its_key_is_one_import(owner: Program) -> None:
    first, again = upload(owner, ORDERS, "file-1"), upload(owner, ORDERS, "file-1")
    assert first.content == again.content
    assert upload(owner, ORDERS + b"A-4;24.11.2026;1;P-1;1;1,00\n", "file-1").json()["code"] == "idempotency_key_reused"
    assert len(owner.get("/api/v1/imports").json()["data"]) == 1


def test_a_file_may_come_as_a_form_too(owner: Program) -> None:
    answer = owner.client.post(
        "/api/v1/imports?kind=orders",
        {"file": SimpleUploadedFile("orders.csv", ORDERS)},
        headers={"Authorization": f"Bearer {owner.key}", "Idempotency-Key": "form-1"},
    )
    assert (answer.status_code, answer.json()["name"]) == (201, "orders.csv")


def test_what_is_no_table_and_no_file_is_told(owner: Program) -> None:
    for content in (b"", b"\0\1\2\3" * 100):
        answer = upload(owner, content)
        assert 400 <= answer.status_code < 500 and answer.json()["fix"], answer.content
    assert owner.send("POST", "/api/v1/imports", {}).json()["code"] == "no_file"
