"""Where events are passed on to, how far each destination has got, and what it did not take."""

from __future__ import annotations

from django.db import models


class Destination(models.Model):
    """A tool that gets events. `position` is the last event of the log it has taken or that was not meant for it."""

    id = models.CharField(max_length=36, primary_key=True)
    name = models.CharField(max_length=120)
    url = models.CharField(max_length=500)
    write_key = models.CharField(max_length=200, default="")
    events = models.TextField(default="[]")  # JSON list of names; empty for all
    sources = models.TextField(default="[]")
    identifiers = models.CharField(max_length=12, default="pseudonymous")
    purpose = models.CharField(max_length=60, default="")
    state = models.CharField(max_length=8, default="on")
    generation = models.IntegerField(default=1)  # of the secret it checks signatures with
    position = models.BigIntegerField()
    size = models.IntegerField()  # how many events at once, smaller after a refusal
    attempts = models.IntegerField(default=0)  # of the batch in hand
    retry_at = models.BigIntegerField(default=0)
    problem = models.CharField(max_length=300, default="")
    delivered = models.BigIntegerField(default=0)
    delivered_at = models.BigIntegerField(null=True)
    created_at = models.BigIntegerField()


class Dead(models.Model):
    """Events that a destination did not take however often they were sent, by their positions in the log."""

    id = models.BigAutoField(primary_key=True)
    destination_id = models.CharField(max_length=36, db_index=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    events = models.IntegerField()
    attempts = models.IntegerField()
    problem = models.CharField(max_length=300)
    at = models.BigIntegerField()
    state = models.CharField(max_length=10, default="open")
