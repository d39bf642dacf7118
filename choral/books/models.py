"""Tables that every book leans on."""

from __future__ import annotations

from django.db import models


class Outbox(models.Model):
    """A fact told by a book in the same transaction, waiting for the relay to append it to the log."""

    id = models.BigAutoField(primary_key=True)
    event = models.BinaryField()  # one JSON line of choral.core.event.Event
    personal = models.BinaryField(null=True)


class Idempotency(models.Model):
    """What was answered to a write with an Idempotency-Key; kept at least seven days."""

    owner = models.CharField(max_length=80)  # whose key: keys of different callers never meet
    key = models.CharField(max_length=255)
    request = models.BinaryField()  # digest of method, path and body
    status = models.IntegerField()
    body = models.BinaryField()
    at = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="idempotency_once")]


class Audit(models.Model):
    """Who did what to what, before and after; rows are only ever added (a trigger refuses anything else)."""

    id = models.BigAutoField(primary_key=True)
    at = models.BigIntegerField(db_index=True)
    actor = models.CharField(max_length=120, db_index=True)
    action = models.CharField(max_length=80, db_index=True)
    subject = models.CharField(max_length=200, db_index=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    address = models.CharField(max_length=64, default="")
