"""Consent in the console: noted with a proof and taken back, purposes and texts, lists; each role what it may."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from choral import Shop
from choral.customers.consent.queries import EntryFilter


def one_of(shop: Shop) -> str:
    return shop.customers.resolve(["card:2"])["card:2"]


def stands(shop: Shop, purpose: str = "newsletter", channel: str = "post") -> str:
    found = shop.customers.consent.overview(one_of(shop)).standings
    return next(one.state for one in found if (one.purpose, one.channel) == (purpose, channel))


def noted(**changes: str) -> dict[str, str]:
    return {"identifier": "card:2", "purpose": "newsletter", "channel": "post", "state": "granted", "place": "store",
            "note": "signed at counter 3"} | changes  # fmt: skip


def test_what_a_customer_says_is_noted_with_its_proof_and_taken_back(console: Shop, sign_in: Any) -> None:
    address, agent = f"/customers/{one_of(console)}/consents", sign_in("agent")
    page = agent.post(f"{address}/note", noted(), follow=True).content.decode()
    assert "Noted. It holds from now on." in page and stands(console) == "granted"
    newest = console.customers.consent.entries(EntryFilter(), personal=True, limit=1).rows[0]
    assert newest.proof["note"] == "signed at counter 3" and newest.actor.startswith("member:")
    assert f"{address}/{newest.id}/undo" in page
    assert "Taken back" in agent.post(f"{address}/{newest.id}/undo", follow=True).content.decode()
    assert stands(console) == "refused"
    lines = console.customers.consent.entries(EntryFilter(channel="post"), personal=True).rows
    assert len(lines) == 2 and lines[0].proof == {"undoes": newest.id}, "the ledger keeps both"


def test_a_refusal_taken_back_says_again_what_held_before(console: Shop, sign_in: Any) -> None:
    address, owner = f"/customers/{one_of(console)}/consents", sign_in("owner")
    owner.post(f"{address}/note", noted())
    owner.post(f"{address}/note", noted(state="withdrawn"))
    assert stands(console) == "refused"
    newest = console.customers.consent.entries(EntryFilter(), limit=1).rows[0]
    owner.post(f"{address}/{newest.id}/undo")
    assert stands(console) == "granted"


def test_a_note_without_a_reason_or_a_yes_to_everything_is_not_written(console: Shop, sign_in: Any) -> None:
    address, owner = f"/customers/{one_of(console)}/consents", sign_in("owner")
    before = len(console.customers.consent.entries(EntryFilter(), limit=500).rows)
    for wrong in (noted(note=""), noted(purpose="*"), noted(identifier="card:1"), noted(state="maybe")):
        assert owner.post(f"{address}/note", wrong).status_code == 422
    assert len(console.customers.consent.entries(EntryFilter(), limit=500).rows) == before


def test_a_yes_that_another_card_or_address_forbids_is_said_to_be_no(console: Shop, sign_in: Any) -> None:
    address, owner = f"/customers/{one_of(console)}/consents", sign_in("owner")
    mail = next(one.text for one in console.customers.get(one_of(console)).identifiers if one.kind == "email")
    owner.post(f"{address}/note", noted(identifier=mail, state="denied"))
    assert "It is still no" in owner.post(f"{address}/note", noted(), follow=True).content.decode()


def test_proofs_are_shown_to_who_may_see_personal_values(console: Shop, sign_in: Any) -> None:
    line = next(one for one in console.customers.consent.entries(EntryFilter(place="store"), limit=500).rows)
    path = f"/consent/ledger/{line.id}"
    assert b"at the counter" in sign_in("privacy").get(path).content
    assert b"at the counter" not in sign_in("analyst").get(path).content
    exported = b"".join(sign_in("analyst").get("/consent/ledger?export=csv").streaming_content)
    assert b"at the counter" not in exported and exported.count(b"\n") > 5


def test_the_customers_page_says_how_consents_stand(console: Shop, sign_in: Any) -> None:
    page = sign_in("marketer").get(f"/customers/{one_of(console)}").content.decode()
    assert f"/customers/{one_of(console)}/consents" in page and "E-mail: " in page


def test_a_purpose_is_added_given_a_new_text_and_taken_out_of_use_with_a_way_back(console: Shop, sign_in: Any) -> None:
    owner = sign_in("owner")
    texts = {f"{part}_{code}": f"{part} {code}" for part in ("name", "text") for code in ("en", "fr", "it")}
    new = {"key": "magazine", "kind": "message", "basis": "consent", **texts}
    assert owner.post("/consent/new", new).status_code == 302
    assert owner.post("/consent/new", new).status_code == 422, "it is there already"
    assert owner.post("/consent/purposes/magazine/wording", texts | {"text_en": "Another"}).status_code == 302
    page = owner.get("/consent/purposes/magazine").content.decode()
    assert "Another" in page and "text en" in page and "Version 2" in page
    answer = owner.post("/consent/purposes/magazine/retire", follow=True).content.decode()
    assert "/consent/purposes/magazine/restore" in answer
    assert "magazine" not in {one.key for one in console.customers.consent.purposes()}
    owner.post("/consent/purposes/magazine/restore")
    assert "magazine" in {one.key for one in console.customers.consent.purposes()}
    assert owner.get("/consent/purposes/nothing").status_code == 404


def test_an_opposition_list_is_loaded_and_a_wrong_file_says_why(console: Shop, sign_in: Any) -> None:
    owner = sign_in("owner")
    good = {"key": "rpo", "listed_on": "2026-11-20", "file": SimpleUploadedFile("rpo.txt", b"3331234567\nx\n")}
    assert (
        "1 numbers are on the list now; 1 lines had none."
        in owner.post("/consent/lists/load", good, follow=True).content.decode()
    )
    bad = good | {"file": SimpleUploadedFile("rpo.txt", b"nobody\n")}
    answer = owner.post("/consent/lists/load", bad)
    assert answer.status_code == 422 and b"no telephone number" in answer.content
    assert owner.post("/consent/lists/load", {"key": "rpo", "listed_on": "2026-11-20"}).status_code == 422


def test_the_rules_of_countries_are_readable_with_their_laws(console: Shop, sign_in: Any) -> None:
    page = sign_in("marketer").get("/consent/rules").content.decode()
    for words in ("Loi n° 2025-594", "DPR 26/2022", "Mon–Fri 10:00–13:00", "exact wording not seen", "not signed"):
        assert words in page
