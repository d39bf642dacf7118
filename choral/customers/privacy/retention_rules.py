"""How long each category is kept, as data: a default with its reason and where that comes from. Pure.

A rule that would erase customers is only a proposal until somebody has looked at what it would do and switched it on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """`days` is the default; `active`: whether it is applied without anybody having decided so."""

    category: str
    title: str
    days: int | None
    reason: str
    source: str
    active: bool = True


RULES = (
    Rule("refused_events", "Refused events", 90, "Long enough to correct a sender and run them again.",
         "GDPR art. 5(1)(e)"),
    Rule("refused_rows", "Refused rows of imports", 90, "Long enough to correct a file and send it again.",
         "GDPR art. 5(1)(e)"),
    Rule("waiting_files", "Files that were uploaded and never imported", 30, "Nobody has come back for them.",
         "GDPR art. 5(1)(e)"),
    Rule("visits", "What was looked at and searched for in visits", 25 * 30,
         "Measuring an audience needs no longer; that there was a visit stays.",
         "CNIL, audience measurement: data for 25 months at most", active=False),
    Rule("requests", "Answered requests of customers", 5 * 365, "To prove that they were answered.",
         "CNIL, guide for developers, sheet 13; limitation of five years (FR)"),
    Rule("audit", "Audit log", 6 * 365, "To account for what was done.", "GDPR art. 5(2)", active=False),
    Rule("inactive_customers", "Customers who have done nothing themselves", 3 * 365,
         "Three years after the last contact that came from the person; a message sent or opened is none.",
         "CNIL, retention of prospects (FR); Garante 24 February 2005 asks 24 months for marketing (IT)", active=False),
)  # fmt: skip
BY_CATEGORY = {one.category: one for one in RULES}
# What happens to somebody without their doing: it does not make them active.
NOT_THEIR_DOING = (
    "Email Sent", "Email Delivered", "Email Opened", "Email Bounced", "Message Sent", "Message Delivered",
    "Message Opened", "Message Bounced", "Mail Piece Sent", "Push Sent", "Push Delivered", "SMS Sent", "SMS Delivered",
    "Advertisement Shown", "Customer Rectified", "Processing Restricted", "Restriction Lifted",
)  # fmt: skip
