"""The room's book: requests of people, erasures with what is done of them, restrictions, rules that were changed."""

from __future__ import annotations

from django.db import models


class Request(models.Model):
    """Somebody used a right; answered within a month. The person is named by their customer id, never by a value."""

    id = models.CharField(max_length=32, primary_key=True)
    kind = models.CharField(max_length=16)
    customer = models.CharField(max_length=20, db_index=True)
    state = models.CharField(max_length=10, db_index=True)
    opened_by = models.CharField(max_length=120)
    opened_at = models.BigIntegerField()
    due_at = models.BigIntegerField()
    closed_by = models.CharField(max_length=120, default="")
    closed_at = models.BigIntegerField(null=True)


class Erasure(models.Model):
    """One person's erasure. `identifiers` and `found` hold what is to be erased and are emptied at its end.

    `hashes` (keyed) stay: a backup from before is cleaned by them. `steps` says what each step has done.
    """

    id = models.CharField(max_length=32, primary_key=True)
    state = models.CharField(max_length=10, db_index=True)
    reason = models.CharField(max_length=20)
    never_again = models.BooleanField()
    asked_by = models.CharField(max_length=120)
    asked_at = models.BigIntegerField()
    due_at = models.BigIntegerField(db_index=True)
    started_at = models.BigIntegerField(null=True)
    finished_at = models.BigIntegerField(null=True)
    customer = models.CharField(max_length=20, default="")
    identifiers = models.TextField()
    found = models.TextField(default="")
    steps = models.TextField(default="{}")
    hashes = models.TextField(default="[]")


class ErasedPosition(models.Model):
    """An event of the log that an erasure is about to rewrite; the lake's row has to follow."""

    erasure = models.CharField(max_length=32)
    position = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["erasure", "position"], name="privacy_position_once")]


class Barred(models.Model):
    """The keyed hash of an identifier that must never come in again."""

    hash = models.CharField(max_length=32, primary_key=True)
    since = models.BigIntegerField()


class Restriction(models.Model):
    """An identifier whose person said no to something: a row while it is in force."""

    identifier = models.TextField()
    kind = models.CharField(max_length=12)
    since = models.BigIntegerField()
    by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identifier", "kind"], name="privacy_restriction_once")]


class RetentionRule(models.Model):
    """How long a category is kept where it is not the default."""

    category = models.CharField(max_length=30, primary_key=True)
    days = models.IntegerField(null=True)  # null: for ever
    reason = models.CharField(max_length=400)
    by = models.CharField(max_length=120)
    at = models.BigIntegerField()


class RetentionRun(models.Model):
    """What a run of the rules has done."""

    id = models.BigAutoField(primary_key=True)
    at = models.BigIntegerField(db_index=True)
    category = models.CharField(max_length=30)
    before = models.BigIntegerField()
    count = models.BigIntegerField()


class FieldClass(models.Model):
    """The class of a field where it is not the default."""

    field = models.CharField(max_length=120, primary_key=True)
    level = models.CharField(max_length=10)
    by = models.CharField(max_length=120)
    at = models.BigIntegerField()
