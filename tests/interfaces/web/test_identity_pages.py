"""Staff see who is one person and why, merge and undo, set rules and decide about what is set aside."""

from __future__ import annotations

from typing import Any

from choral import Shop
from tests.interfaces.web.pages.identity import examples, settle


def test_a_merge_is_looked_at_confirmed_and_undone_from_the_customers_page(console: Shop, sign_in: Any) -> None:
    twin, stranger = examples(console)["twin"], examples(console)["stranger"]
    client = sign_in("agent")
    page = client.get(f"/customers/{twin}/merge?with={stranger}").content.decode()
    assert "What speaks against it" in page and "twin-3" in page
    body = {"other": stranger, "reason": "Asked them"}
    refused = client.post(f"/customers/{twin}/merge", body)
    assert refused.status_code == 422 and "never joined without it" in refused.content.decode()
    assert client.post(f"/customers/{twin}/merge", body | {"confirmed": "on"}).status_code == 302
    settle(console)
    one = client.get(f"/customers/{stranger}", follow=True).content.decode()
    assert "Asked them" in one and "Made one" in one
    made = console.customers.identity.corrections()[0]
    assert client.post(f"/identity/corrections/{made.id}/undo", {"to": "customer"}).status_code == 302
    settle(console)
    assert len(set(console.customers.resolve(["user:twin-1", "user:twin-3"]).values())) == 2


def test_the_reasons_tell_what_ties_people_what_was_set_aside_and_who_decided(console: Shop, sign_in: Any) -> None:
    page = sign_in("agent").get(f"/customers/{examples(console)['twin']}/why").content.decode()
    for words in ("Signed both forms", "What ties them", "What was set aside", "typed", "Not the same person",
                  "seen with several people who cannot be one", "stood beside"):  # fmt: skip
        assert words in page, words
    assert "Not the same person" not in sign_in("marketer").get(
        f"/customers/{examples(console)['twin']}/why"
    ).content.decode()  # fmt: skip


def test_an_identifier_is_taken_from_a_person_with_a_reason(console: Shop, sign_in: Any) -> None:
    client = sign_in("agent")
    pair = {"one": "user:twin-1", "other": "anonymous:counter"}
    assert client.post("/identity/apart", pair | {"reason": ""}).status_code == 422
    assert client.post("/identity/apart", pair | {"reason": "The counter's tablet"}).status_code == 302
    settle(console)
    assert "The counter&#x27;s tablet" in client.get("/identity/corrections").content.decode()
    gone = client.post("/identity/apart", {"one": "user:nobody", "other": "user:twin-1", "reason": "x"})
    assert gone.status_code == 422 and "no such identifier" in gone.content.decode()


def test_a_rule_is_tried_before_it_is_changed_and_given_back(console: Shop, sign_in: Any) -> None:
    client = sign_in("privacy")
    values = {"most": 10, "shared_above": 50, "priority": 6, "trusted": ""}
    tried = client.post("/identity/kinds/email", values | {"try": "1"})
    assert "customers would have other identifiers" in tried.content.decode()
    assert not any(kind.changed for kind in console.customers.identity.kinds())
    assert client.post("/identity/kinds/email", values).status_code == 302
    assert [kind.name for kind in console.customers.identity.kinds() if kind.changed] == ["email"]
    assert client.post("/identity/kinds/email/reset").status_code == 302
    assert client.get("/identity/kinds/nothing").status_code == 404


def test_what_is_set_aside_is_blocked_released_and_allowed(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    assert "kiosk" in client.get("/identity/quarantine").content.decode()
    assert client.post("/identity/block/device:kiosk").status_code == 302
    rule = console.customers.identity.value_rules()[0]
    assert (rule.rule, rule.subject) == ("block", "device:kiosk")
    assert client.post(f"/identity/values/{rule.id}/release").status_code == 302
    assert client.post(f"/identity/values/{rule.id}/renew").status_code == 302
    allowed = {"rule": "allow", "subject": "device:kiosk", "most": 90, "reason": "A family computer"}
    assert client.post("/identity/value", allowed).status_code == 302
    settle(console)
    assert "Nothing is set aside" in client.get("/identity/quarantine").content.decode()
    assert client.post("/identity/value", allowed | {"most": ""}).status_code == 422
    assert client.post("/identity/value", allowed | {"subject": "nonsense"}).status_code == 422
