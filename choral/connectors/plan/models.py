"""What is expected of events, what came otherwise (a conclusion from the log), and how far the log was checked."""

from __future__ import annotations

from django.db import models


class Expected(models.Model):
    """An event of the plan, for one source or (empty) for all; `properties` is a JSON list."""

    id = models.CharField(max_length=36, primary_key=True)
    source = models.CharField(max_length=60, default="")
    event = models.CharField(max_length=200)
    version = models.IntegerField()
    description = models.TextField(default="")
    properties = models.TextField()
    changed_at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "event"], name="plan_expected_once")]


class Violation(models.Model):
    """One way in which events of a source differ from the plan; `samples` are positions of the newest, as JSON."""

    source = models.CharField(max_length=60)
    event = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    property = models.CharField(max_length=200, default="")
    count = models.BigIntegerField()
    first_at = models.BigIntegerField()
    last_at = models.BigIntegerField()
    samples = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "event", "kind", "property"], name="plan_violation_once")
        ]


class Seen(models.Model):
    """How many events of a name came from a source since checking began, and how many of them were as planned."""

    source = models.CharField(max_length=60)
    event = models.CharField(max_length=200)
    count = models.BigIntegerField()
    good = models.BigIntegerField()
    last_at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "event"], name="plan_seen_once")]


class Progress(models.Model):
    """One row: the last position of the log that was checked."""

    id = models.IntegerField(primary_key=True)
    position = models.BigIntegerField()
