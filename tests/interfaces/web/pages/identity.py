"""The pages of identity: two shoppers made one by staff, two by what was seen, a blocked value, one set aside."""

from __future__ import annotations

from choral import Shop
from choral.books import Actor
from choral.books.outbox import BooksOutbox
from choral.customers.consumer import consume
from choral.events.relay import relay
from tests.interfaces.web.pages.page import Page

WHO = Actor("member:1")
PAGES = [
    Page("identity", "/identity", "customers.view"),
    Page("identity-kind", "/identity/kinds/email", "identity.rules"),
    Page("identity-quarantine", "/identity/quarantine", "customers.view"),
    Page("identity-value", "/identity/value?subject=phone:0123&rule=allow", "identity.rules"),
    Page("identity-corrections", "/identity/corrections", "customers.view"),
    Page("identity-apart", "/identity/apart?one=user:twin-1&other=user:twin-2", "identity.manage"),
    Page("customer-merge-find", "/customers/{twin}/merge?q=card", "identity.manage"),
    Page("customer-merge", "/customers/{twin}/merge?with={stranger}", "identity.manage"),
    Page("customer-why-joined", "/customers/{twin}/why", "customers.view"),
    Page("customer-joined", "/customers/{twin}", "customers.view"),
]
_START = 1_763_000_000_000_000


def fill(shop: Shop) -> None:
    source = shop.events.create_source("App of the shop", "app", source_id="app-identity")
    said = [
        ["user:twin-1"], ["user:twin-2"], ["user:twin-3"], ["token:band-7", "email:twin@example.com"],
        ["user:twin-1", "email:twin@example.com"], ["user:twin-1", "anonymous:counter"],
        ["user:twin-3", "anonymous:counter"],
    ]  # fmt: skip
    events = [
        {"name": "Page Viewed", "id": f"identity-{n}", "at": _START + n, "ids": ids} for n, ids in enumerate(said)
    ]
    crowd = [
        {"name": "Page Viewed", "id": f"crowd-{n}", "at": _START + n, "ids": ["device:kiosk", f"anonymous:crowd-{n}"]}
        for n in range(1, 53)
    ]
    shop.events.accept(source, [*events, *crowd])
    settle(shop)
    identity, found = shop.customers.identity, shop.customers.resolve(["user:twin-1", "user:twin-2"])
    identity.merge(WHO, found["user:twin-1"], found["user:twin-2"], "Signed both forms", confirmed=True)
    undone = identity.keep_apart(WHO, "user:twin-1", "user:twin-3", "Sisters")
    identity.withdraw(WHO, undone.id)
    identity.block(WHO, "email:contact@shop.example", "The shop's own")
    shop.events.create_source("Counter tablet", "store", source_id="counter-tablet")
    identity.declare_tablet(WHO, "Counter tablet", "Many use it")
    settle(shop)


def settle(shop: Shop) -> None:
    relay(BooksOutbox(), shop.log)
    while consume(shop.home, shop.log):
        pass


def examples(shop: Shop) -> dict[str, str]:
    found = shop.customers.resolve(["user:twin-1", "user:twin-3"])
    return {"twin": found["user:twin-1"], "stranger": found["user:twin-3"]} if len(found) == 2 else {}
