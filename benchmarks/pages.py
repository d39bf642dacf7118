"""Which pages of a shop's console are measured, and how one signs in to ask for them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import quote

from choral import Shop
from choral.books import SYSTEM, act
from choral.core.errors import NotFound
from choral.team import create_member, create_sign_in_link, member_by_email, sign_in_path

_EMAIL = "owner@demo.example"
_STATIC = "/static/base.css"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Asked:
    """What is asked for in turn (paths), its aim in ms (None for a baseline), and whether as a piece for htmx."""

    what: str
    paths: Sequence[str]
    aim: int | None
    piece: bool = False


def pages_of(shop: Shop) -> Iterator[Asked]:
    """The baselines first, then every page of the shop that has figures, customers or rows."""
    yield Asked("baseline: /healthz", ["/healthz"], None)
    yield Asked("baseline: a static file", [_STATIC], None)
    yield Asked("overview", ["/"], 300)
    for split in ("", "channel", "store", "department"):
        yield Asked(f"sales{f' by {split}' if split else ''}", [f"/measure/sales?range=all&split={split}"], 300)
    yield Asked("orders", ["/orders"], 300)
    yield Asked("orders by amount", ["/orders?sort=-amount"], 300)
    yield Asked("campaigns", ["/measure/campaigns"], 300)
    most = max(shop.analytics.campaigns(), key=lambda one: one.reached)
    yield Asked("one campaign", [f"/measure/campaigns/{quote(most.id)}"], 300)
    yield Asked("journeys", ["/measure/journeys"], 300)
    yield Asked("customer value", ["/measure/value"], 300)
    yield Asked("slipping away", ["/measure/value/slipping"], 300)
    yield Asked("customers", ["/customers"], 300)
    yield Asked("customers by sales", ["/customers?sort=-revenue"], 300)
    yield from _customers(shop)
    yield Asked("live", ["/live"], 300)
    yield Asked("status", ["/status"], 300)


def busiest_page(shop: Shop) -> str:
    """The page of the customer with the most events."""
    return f"/customers/{shop.customers.list('events').rows[0].id}"


def _customers(shop: Shop) -> Iterator[Asked]:
    people = shop.customers.count()
    cards = [str(one) for one in random.Random(1).sample(range(1, people), min(40, people - 1))]
    found = shop.customers.resolve([f"card:{card}" for card in cards])
    known = [identifier.partition(":")[2] for identifier in found]
    yield Asked("customer with time line", [f"/customers/{one}" for one in found.values()], 300)
    yield Asked("customer with most events", [busiest_page(shop)], 300)
    kinds = {"page": ["sales", "camp"], "card": known, "beginning of a card": [card[:2] for card in known],
             "nothing": ["zzzz", "qq"]}  # fmt: skip
    if shop.customers.search("giulia", True):
        kinds |= {"beginning of a name": ["giu", "mart", "leo"], "first and last name": ["leo ferrari", "anna mar"],
                  "e-mail": [f"c{card}@example.com" for card in known],
                  "telephone": [f"06{int(card):08d}" for card in known]}  # fmt: skip
    for kind, words in kinds.items():
        yield Asked(f"search: {kind}", [f"/search?q={quote(one)}" for one in words], 150, piece=True)


def sign_in_link(shop: Shop) -> str:
    """The path of a link that signs an owner in, who is made when missing."""
    try:
        owner = member_by_email(_EMAIL).id
    except NotFound:
        owner = act(create_member, SYSTEM, _EMAIL, "Owner", "owner")
    return sign_in_path(act(create_sign_in_link, SYSTEM, owner))


def signed_in(port: int, link: str) -> dict[str, str]:
    """The cookies of a session, got as a person gets them: the link is opened and its button pressed."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", link)
        shown = connection.getresponse()
        token = _TOKEN.search(shown.read().decode())
        cookies = _cookies(shown)
        if token is None:
            raise SystemExit(f"The sign-in page answered {shown.status}.")
        connection.request(
            "POST", link, f"csrfmiddlewaretoken={token[1]}",
            {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie_line(cookies)},
        )  # fmt: skip
        entered = connection.getresponse()
        entered.read()
        return cookies | _cookies(entered)


def cookie_line(cookies: dict[str, str]) -> str:
    """The value of a Cookie header."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _cookies(answer: HTTPResponse) -> dict[str, str]:
    lines = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    return {name: value for name, _, value in (line.partition(";")[0].partition("=") for line in lines)}
