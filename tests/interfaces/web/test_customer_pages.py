"""What the pages of a customer promise: found, seen whole, masked by role, explained, corrected."""

from __future__ import annotations

import csv
import io
from typing import Any

from choral import Shop


def someone(console: Shop, card: int = 1) -> str:
    return console.customers.resolve([f"card:{card}"])[f"card:{card}"]


def test_the_time_line_says_what_happened_on_every_channel(console: Shop, sign_in: Any) -> None:
    text = sign_in("owner").get(f"/customers/{someone(console)}").content.decode()
    assert "Bought" in text and "in store 1" in text and "€" in text
    post = sign_in("owner").get(f"/customers/{someone(console)}?channel=direct_mail").content.decode()
    assert "Was sent a letter" in post and "Bought</a>" not in post


def test_older_moments_come_without_those_already_shown(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    first = client.get(f"/customers/{someone(console)}")
    older = client.get(first.context["older"], HTTP_HX_REQUEST="true")
    shown = [one.at for _day, moments in first.context["days"] for one in moments]
    later = [one.at for _day, moments in older.context["days"] for one in moments]
    assert later and max(later) <= min(shown)


def test_names_are_masked_for_roles_that_may_not_see_them(console: Shop, sign_in: Any) -> None:
    path = f"/customers/{someone(console)}"
    assert "Élodie" in sign_in("agent").get(path).content.decode()
    hidden = sign_in("analyst").get(path).content.decode()
    assert "Élodie" not in hidden and "person1@example.com" not in hidden


def test_why_it_is_one_person_shows_the_evidence(console: Shop, sign_in: Any) -> None:
    text = sign_in("owner").get(f"/customers/{someone(console)}/why").content.decode()
    assert "Loyalty card" in text and "Evidence" in text and "E-mail" in text


def test_a_correction_is_kept_and_told_without_its_value(console: Shop, sign_in: Any) -> None:
    customer = someone(console)
    identifier = console.customers.get(customer).identifiers[0].text
    data = {"identifier": identifier, "field": "first_name", "value": "Ana Corrigée"}
    assert sign_in("analyst").post(f"/customers/{customer}/correct", data).status_code == 403
    sign_in("agent").post(f"/customers/{customer}/correct", data)
    assert "Ana Corrigée" in sign_in("agent").get(f"/customers/{customer}").content.decode()
    audit = sign_in("owner").get("/audit").content.decode()
    assert "customer.rectified" in audit and "Corrigée" not in audit
    other = someone(console, 2)
    assert sign_in("agent").post(f"/customers/{other}/correct", data).status_code == 404


def test_the_list_is_sorted_filtered_and_exported_as_the_address_says(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    page = client.get("/customers?sort=-revenue&orders=20")
    rows = page.context["table"].rows
    assert rows and page.context["table"].total == len(rows)
    file = b"".join(client.get("/customers?sort=-revenue&orders=20&export=csv").streaming_content)
    listed = list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"))))
    assert len(listed) == len(rows) and all(int(one["Orders"]) >= 20 for one in listed)


def test_an_unknown_customer_is_a_page_that_says_so(console: Shop, sign_in: Any) -> None:
    for wrong in ("1", "abc", "9" * 40):
        assert sign_in("owner").get(f"/customers/{wrong}").status_code == 404


def test_the_search_field_finds_people_by_what_is_typed(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    for text in ("Exemple 12", "person12@example.com", "elodie", "12-2"):
        assert "/customers/" in client.get("/search", {"q": text}, HTTP_HX_REQUEST="true").content.decode(), text
