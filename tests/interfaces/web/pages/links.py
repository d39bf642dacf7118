"""The pages of customers who may be one person."""

from __future__ import annotations

from choral import Shop
from choral.books import SYSTEM, act
from choral.customers.consumer import consume
from choral.customers.links.actions import note_found
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("links", "/links", "customers.edit"),
    Page("links-decided", "/links/list?state=open", "customers.edit"),
]
_HOME = {"postal_code": "99110", "city": "Pontreval"}
_LISTS = {
    "paper-1": {"first_name": "Éloïse", "last_name": "de la Tour", "street": "12 bis, rue des Lilas",
                "birthday": "1980-03-02", "email": "eloise.tour80@courrier.example"} | _HOME,
    "paper-2": {"first_name": "ELOISE", "last_name": "TOUR", "street": "12BIS R. DES LILAS",
                "birthday": "1980"} | _HOME,
    "paper-3": {"first_name": "Gianni", "last_name": "Rossi", "street": "Via dei Tigli 7", "city": "Montelago"},
    "paper-4": {"name": "Rossi Giovanni", "street": "V. Tigli, 7", "city": "Montelago", "phone": "06 39 98 33 32"},
}  # fmt: skip
_FOUND = [
    ("user:paper-1", "user:paper-2", 0.987, [("first", "same"), ("last", "same"), ("birth", "year"),
                                              ("street", "same"), ("town", "postcode"), ("email", "missing")]),
    ("user:paper-3", "user:paper-4", 0.914, [("first", "short"), ("last", "same"), ("street", "same"),
                                              ("town", "town")]),
]  # fmt: skip


def fill(shop: Shop) -> None:
    """Four lines of old lists, and two pairs found among them."""
    source = shop.events.create_source("Paper lists", "form", "paper")
    rows = [
        {"id": user, "name": "Customer Identified", "ids": [f"user:{user}"], "traits": traits}
        for user, traits in _LISTS.items()
    ]
    shop.events.accept(source, rows)
    while consume(shop.home, shop.log):
        pass
    act(note_found, SYSTEM, shop.customers.links.ask(SYSTEM).id, len(_LISTS), _FOUND)
