"""What the pages of privacy promise beyond what every page keeps."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from typing import Any

import pytest

from choral import Shop
from choral.books.audit import AuditFilter, audit_lines


def text_of(answer: Any) -> str:
    """What a page says, without its tags, and the spaces of templates."""
    text = unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))
    return " ".join(text.split())


@pytest.fixture
def customer(console: Shop) -> str:
    return console.customers.list(sort="orders", limit=1).rows[0].id


def test_a_customer_gets_everything_as_one_file_from_the_page(customer: str, sign_in: Any) -> None:
    answer = sign_in("privacy").post(f"/customers/{customer}/privacy/export")
    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    assert "read-me.fr.html" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert sign_in("marketer").post(f"/customers/{customer}/privacy/export").status_code == 403


def test_an_erasure_asked_for_by_mistake_is_taken_back(customer: str, sign_in: Any, console: Shop) -> None:
    client = sign_in("privacy")
    page = text_of(client.post(f"/customers/{customer}/privacy/erase", follow=True))
    assert "it begins at" in page
    made = console.customers.privacy.waiting_erasures(customer)[0]
    assert "An erasure was asked for" in text_of(client.get(f"/customers/{customer}"))
    page = text_of(client.post(f"/privacy/erasures/{made.id}/cancel", follow=True))
    assert "it begins at" not in page
    assert console.customers.get(customer).id == customer


def test_what_a_customer_said_no_to_is_on_their_page_and_can_be_undone(customer: str, sign_in: Any) -> None:
    client = sign_in("privacy")
    client.post(f"/customers/{customer}/privacy/restrict/marketing")
    assert "Marketing" in text_of(client.get(f"/customers/{customer}"))
    page = text_of(client.post(f"/customers/{customer}/privacy/lift/marketing", follow=True))
    assert "Say no: Marketing" in page


def test_masked_values_are_shown_once_for_a_reason_that_is_kept(customer: str, sign_in: Any, console: Shop) -> None:
    whole = {one.value for one in console.customers.get(customer, personal=True).records if one.field == "last_name"}
    client = sign_in("marketer")
    assert not [one for one in whole if one in text_of(client.get(f"/customers/{customer}"))]
    page = text_of(client.post(f"/customers/{customer}/unmask", {"reason": "she asked"}))
    assert all(one in page for one in whole)
    assert not [one for one in whole if one in text_of(client.get(f"/customers/{customer}"))]
    assert audit_lines(AuditFilter(action="customer.unmasked"))[0].after == {"reason": "she asked"}
    before = len(audit_lines(AuditFilter(action="customer.unmasked")))
    client.post(f"/customers/{customer}/unmask", {"reason": ""})
    assert len(audit_lines(AuditFilter(action="customer.unmasked"))) == before


def test_an_agent_notes_a_request_and_the_privacy_officer_answers_it(
    customer: str, sign_in: Any, console: Shop
) -> None:
    sign_in("agent").post("/privacy", {"kind": "access", "who": customer})
    made = console.customers.privacy.requests("open")[-1]
    client = sign_in("privacy")
    assert "Access" in text_of(client.get("/privacy"))
    client.post(f"/privacy/requests/{made.id}/close")
    assert console.customers.privacy.request(made.id).state == "answered"
    assert "Nobody is found" in text_of(client.post("/privacy", {"kind": "access", "who": "nobody"}))


def test_a_rule_of_retention_is_rehearsed_changed_and_switched(sign_in: Any, console: Shop) -> None:
    client = sign_in("privacy")
    assert "proposed" in text_of(client.get("/privacy/retention"))
    client.post("/privacy/retention", {"category": "refused_rows", "days": "10", "reason": "short"})
    rules = {one.category: one for one in console.customers.privacy.retention()}
    assert rules["refused_rows"].days == 10
    client.post("/privacy/retention/refused_rows/switch")
    assert not {one.category: one for one in console.customers.privacy.retention()}["refused_rows"].active
