"""Tokens, what they open, where, and what was read of them: a book, because two doors must agree on the last entry."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from choral.customers.access.rules import LIVE


class Place(models.Model):
    """Something a token can open: an area, a door, a room, a till, a perk. A place may lie within another."""

    code = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10)
    within = models.CharField(max_length=60, default="")
    store = models.CharField(max_length=60, default="")


class Token(models.Model):
    """A wristband, card, tag or code in somebody's hands. `holder` is an identifier (`card:8812`), "" for nobody known.

    `reusable`: it goes to another guest when it comes back, so its number says nothing of who somebody is.
    """

    id = models.CharField(max_length=36, primary_key=True)
    value = models.CharField(max_length=255)
    kind = models.CharField(max_length=10)
    holder = models.CharField(max_length=300, db_index=True)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=200, default="")
    reusable = models.BooleanField(default=False)
    issued_at = models.BigIntegerField(db_index=True)
    ends_at = models.BigIntegerField(null=True)
    replaced_by = models.CharField(max_length=36, default="")
    last_read_at = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["value"], condition=Q(state__in=LIVE), name="access_token_once"),
        ]


class Loan(models.Model):
    """A token in another person's hands for a while; it ends by itself at `ends_at`, or before at `ended_at`."""

    token_id = models.CharField(max_length=36, db_index=True)
    borrower = models.CharField(max_length=300, db_index=True)
    may_pay = models.BooleanField(default=False)
    starts_at = models.BigIntegerField()
    ends_at = models.BigIntegerField()
    ended_at = models.BigIntegerField(null=True)


class Grant(models.Model):
    """What a token opens: a place, from and until, on which days and hours, how many times.

    `days` are ISO weekdays as digits ("67": the weekend; "": every day); `opens` and `closes` minutes after midnight in
    the shop's time zone; `entries` None is no limit; `passback` False: who is in must come out before going in again.
    """

    token_id = models.CharField(max_length=36, db_index=True)
    place = models.CharField(max_length=60)
    starts_at = models.BigIntegerField(null=True)
    ends_at = models.BigIntegerField(null=True)
    days = models.CharField(max_length=7, default="")
    opens = models.IntegerField(null=True)
    closes = models.IntegerField(null=True)
    entries = models.IntegerField(null=True)
    used = models.IntegerField(default=0)
    passback = models.BooleanField(default=True)
    made_at = models.BigIntegerField()
    revoked_at = models.BigIntegerField(null=True)


class Presence(models.Model):
    """A token that went in and has not come out, where that matters."""

    token_id = models.CharField(max_length=36)
    place = models.CharField(max_length=60)
    since = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_id", "place"], name="access_inside_once")]


class Read(models.Model):
    """One reading and its answer; a reader that sends it again gets the same answer."""

    reader = models.CharField(max_length=80)
    read_id = models.CharField(max_length=80)
    value = models.CharField(max_length=255)
    token_id = models.CharField(max_length=36, default="", db_index=True)
    place = models.CharField(max_length=60)
    leaving = models.BooleanField(default=False)
    at = models.BigIntegerField()
    allowed = models.BooleanField(default=False)
    reason = models.CharField(max_length=20, default="")
    grant_id = models.BigIntegerField(null=True)
    person = models.CharField(max_length=300, default="", db_index=True)
    entries_left = models.IntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reader", "read_id"], name="access_read_once")]
        indexes = [models.Index(fields=["at"], name="access_read_at")]
