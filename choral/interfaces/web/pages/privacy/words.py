"""The words and colours of privacy that several of its pages use."""

from __future__ import annotations

from typing import Literal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

Text = str | Promise
RIGHTS: dict[str, Text] = {
    "access": gettext_lazy("Access"),
    "rectification": gettext_lazy("Rectification"),
    "erasure": gettext_lazy("Erasure"),
    "restriction": gettext_lazy("Restriction"),
    "portability": gettext_lazy("Portability"),
    "objection": gettext_lazy("Objection"),
}
KINDS: dict[str, tuple[Text, Text]] = {
    "processing": (
        gettext_lazy("All use"),
        gettext_lazy("Kept, and used for nothing: no audience, message or profile."),
    ),
    "profiling": (gettext_lazy("Profiling"), gettext_lazy("No predictions, recommendations or segments.")),
    "marketing": (gettext_lazy("Marketing"), gettext_lazy("No advertising on any channel.")),
}
Tone = Literal["", "plain", "good", "warn", "bad", "info"]
STATES: dict[str, tuple[Text, Tone]] = {
    "open": (pgettext_lazy("request", "open"), "warn"),
    "answered": (pgettext_lazy("request", "answered"), "good"),
    "refused": (pgettext_lazy("request", "refused"), "plain"),
    "waiting": (pgettext_lazy("erasure", "waiting"), "warn"),
    "running": (pgettext_lazy("erasure", "running"), "info"),
    "done": (pgettext_lazy("erasure", "done"), "good"),
    "cancelled": (pgettext_lazy("erasure", "cancelled"), "plain"),
}
REASONS: dict[str, Text] = {
    "asked": gettext_lazy("the customer asked"),
    "inactive": gettext_lazy("inactive for longer than the rule says"),
    "restored": gettext_lazy("came back with a backup"),
    "barred": gettext_lazy("asked never to come back"),
    "other": gettext_lazy("another reason"),
}
STEPS: dict[str, Text] = {
    "remembered": gettext_lazy("identifiers noted as keyed hashes, for backups"),
    "log": gettext_lazy("events of the log rewritten"),
    "people": gettext_lazy("rows of books and views"),
    "refused": gettext_lazy("refused events emptied"),
    "lake": gettext_lazy("rows of the lake rewritten"),
    "figures": gettext_lazy("files of figures made anew"),
    "bytes": gettext_lazy("leftover bytes of the databases"),
}
PLACES: dict[str, Text] = {
    "log": gettext_lazy("Events in the log"),
    "refused": gettext_lazy("Refused events"),
    "records": gettext_lazy("Personal values"),
    "identity": gettext_lazy("Identifiers and evidence"),
    "profiles": gettext_lazy("Traits and figures"),
    "privacy": gettext_lazy("Requests and restrictions"),
    "connectors": gettext_lazy("Rows of imported files"),
    "console": gettext_lazy("Saved lists"),
    "consent": gettext_lazy("Consents"),
    "access": gettext_lazy("Tokens and their readings"),
    "audiences": gettext_lazy("Audiences"),
    "identity_book": gettext_lazy("Decisions of staff"),
    "links": gettext_lazy("Suggestions of one person"),
    "audit": gettext_lazy("Lines of the audit log"),
    "backups": gettext_lazy("Backups told"),
}
CATEGORIES: dict[str, Text] = {
    "refused_events": gettext_lazy("Refused events"),
    "refused_rows": gettext_lazy("Refused rows of imports"),
    "waiting_files": gettext_lazy("Files that were uploaded and never imported"),
    "visits": gettext_lazy("What was looked at and searched for in visits"),
    "requests": gettext_lazy("Answered requests of customers"),
    "audit": gettext_lazy("Audit log"),
    "inactive_customers": gettext_lazy("Customers who have done nothing themselves"),
}
REASONS_OF_RULES: dict[str, Text] = {
    "refused_events": gettext_lazy("Long enough to correct a sender and run them again."),
    "refused_rows": gettext_lazy("Long enough to correct a file and send it again."),
    "waiting_files": gettext_lazy("Nobody has come back for them."),
    "visits": gettext_lazy("Measuring an audience needs no longer; that there was a visit stays."),
    "requests": gettext_lazy("To prove that they were answered."),
    "audit": gettext_lazy("To account for what was done."),
    "inactive_customers": gettext_lazy(
        "Three years after the last contact that came from the person; a message sent or opened is none."
    ),
}
LEVELS: dict[str, Text] = {
    "public": pgettext_lazy("class of a field", "public"),
    "internal": pgettext_lazy("class of a field", "internal"),
    "personal": pgettext_lazy("class of a field", "personal"),
    "sensitive": pgettext_lazy("class of a field", "sensitive"),
}


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """The pages of privacy."""
    listed = (
        ("privacy", _("Requests")), ("privacy_erasures", _("Erasures")), ("privacy_retention", _("Retention")),
        ("privacy_classes", _("Classes of fields")), ("privacy_register", _("Register")),
    )  # fmt: skip
    return [(text, reverse(name), name == here) for name, text in listed]
