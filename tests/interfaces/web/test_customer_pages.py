"""The time line in pieces, names masked by role, and people found by whatever is typed."""

from __future__ import annotations

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


def test_the_search_field_finds_people_by_what_is_typed(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    for text in ("Exemple 12", "person12@example.com", "elodie", "12-2"):
        assert "/customers/" in client.get("/search", {"q": text}, HTTP_HX_REQUEST="true").content.decode(), text
