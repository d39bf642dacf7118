"""What the room keeps about a person, for export; and its erasure."""

from __future__ import annotations

from collections.abc import Sequence

from choral.books import Tx
from choral.customers.consent import actions, queries
from choral.customers.privacy.contract import Kept, Section

_ALL = 100_000


KEPT = (
    Kept("consent_entry", "what somebody agreed to or refused, by identifier", "to send only what is wanted",
         "the customer is erased; then a refusal by keyed hash"),
    Kept("consent_proof", "form, request, network address, note of the staff", "to prove a consent (GDPR art. 7(1))",
         "the customer is erased"),
    Kept("consent_link", "random handles of links to preferences", "to open the page without a password",
         "the customer is erased"),
    Kept("consent_registered", "keyed hashes of numbers on opposition lists", "not to call who opposed",
         "the next list"),
)  # fmt: skip


def told(identifiers: Sequence[str]) -> list[Section]:
    """Every statement of these identifiers with its proof and the text it rests on."""
    page = queries.entries(queries.EntryFilter(identifiers=tuple(identifiers)), personal=True, limit=_ALL)
    texts = {
        (key, one.version): one.texts for key in {entry.purpose for entry in page.rows} for one in queries.wordings(key)
    }
    rows = tuple(
        {
            "identifier": one.identifier, "purpose": one.purpose, "channel": one.channel, "state": one.state,
            "at": one.at, "until_at": one.until_at, "basis": one.basis,
            "where": one.place, "noted_by": one.actor, "text": dict(texts.get((one.purpose, one.wording or 0), {})),
            "proof": dict(one.proof),
        }
        for one in page.rows
    )  # fmt: skip
    return [Section("consent", "What you agreed to and what you refused", rows)] if rows else []


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Forget it; a refusal of everything stays under the keyed hash of each address."""
    return actions.erase(tx, identifiers)
