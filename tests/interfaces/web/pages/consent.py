"""Consent: what a customer opens from a message, and the pages of who looks after it."""

from __future__ import annotations

from choral import Shop
from choral.books import SYSTEM
from choral.customers.consent.values import Statement
from tests.interfaces.web.pages.page import Page

MAIL = "email:#00000000000000000000000000c05e27"
PAGES = [
    Page("consent-preferences", "{preferences}", "public"),
    Page("consent-unsubscribe", "{unsubscribe}", "public"),
    Page("consent-confirm", "{confirm}", "public"),
    Page("consent", "/consent", "consent.view"),
    Page("consent-new", "/consent/new", "consent.manage"),
    Page("consent-purpose", "/consent/purposes/offers", "consent.view"),
    Page("consent-ledger", "/consent/ledger", "consent.view"),
    Page("consent-entry", "/consent/ledger/{entry}", "consent.view"),
    Page("consent-rules", "/consent/rules", "consent.view"),
    Page("consent-lists", "/consent/lists", "consent.view"),
    Page("customer-consents", "/customers/{customer}/consents", "consent.view"),
]


def fill(shop: Shop) -> None:
    """What a few people said."""
    consent = shop.customers.consent
    said = [("granted", "newsletter", "email"), ("granted", "offers", "email"), ("denied", "offers", "sms"),
            ("granted", "profiling", "*"), ("pending", "advertising", "*")]  # fmt: skip
    consent.record(SYSTEM, [Statement(MAIL, purpose, channel, state, "form", proof={"form": "checkout"})
                            for state, purpose, channel in said])  # fmt: skip
    people = [f"card:{number}" for number in range(1, 6)]
    for number, one in enumerate(people):
        state = "granted" if number % 3 else "withdrawn"
        consent.record(SYSTEM, [Statement(one, "offers", "email", state, "store", proof={"note": "at the counter"})])


def examples(shop: Shop) -> dict[str, str]:
    """Links as a message carries them."""
    consent = shop.customers.consent
    made = consent.links(SYSTEM, [MAIL], "newsletter", "email", "https://shop.example")[MAIL]
    asked = consent.request(SYSTEM, MAIL, "offers", "email", "form", {"form": "footer"})
    return {
        "entry": str(asked.entry),
        "preferences": made.preferences,
        "unsubscribe": made.unsubscribe,
        "confirm": asked.path,
    }
