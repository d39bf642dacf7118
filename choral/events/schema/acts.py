"""Which events are something the customer did, and which are no meeting at all."""

from __future__ import annotations

SENT = ("Email Sent", "SMS Sent", "Push Sent", "Mail Piece Sent")
# What tells something about a customer without anybody meeting: names, lots drawn, corrections, imports.
NOT_MEETINGS = (
    "Customer Identified", "Identifiers Linked", "Group Joined", "Customer Rectified", "Experiment Viewed",
    "Experiment Changed", "Dataset Imported", "Source Withdrawn",
)  # fmt: skip
# What is done to a customer, happens by itself or is said about them is no act of theirs. An opened mail is not one
# either: mail programs open mails by themselves.
NOT_ACTS = (
    *SENT, *NOT_MEETINGS, "Email Delivered", "Email Bounced", "Email Opened", "SMS Delivered", "SMS Failed",
    "Push Delivered", "Push Failed", "Mail Piece Returned", "Ad Impression", "Promotion Viewed", "Call Ended",
    "Chat Ended", "Store Left", "Consent Requested", "Coupon Issued", "Parcel Shipped", "Parcel Delivered",
    "Delivery Failed", "Pickup Ready", "Points Earned", "Order Updated", "Order Refunded",
)  # fmt: skip
_NO = frozenset(NOT_ACTS)


def is_act(name: str) -> bool:
    """Whether an event is something the customer did."""
    return name not in _NO
