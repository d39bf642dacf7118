"""What people decided about who is who: a book, because the view can be thrown away and decisions cannot."""

from __future__ import annotations

from django.db import models


class Correction(models.Model):
    """Two identifiers that somebody made one person (`join`) or holds apart (`apart`), and why.

    A correction is withdrawn, never deleted; the same pair has one that holds at most.
    """

    id = models.TextField(primary_key=True)
    kind = models.TextField()
    one = models.TextField()
    other = models.TextField()
    reason = models.TextField()
    by = models.TextField()
    at = models.BigIntegerField()
    withdrawn_by = models.TextField(null=True)
    withdrawn_at = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "one", "other"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="identity_correction_holds_once",
            )
        ]
        indexes = [
            models.Index(fields=["one"], name="identity_correction_of_one"),
            models.Index(fields=["other"], name="identity_correction_of_other"),
        ]


class KindRule(models.Model):
    """The settings of one kind of identifier that differ from their defaults, as a JSON object."""

    kind = models.TextField(primary_key=True)
    settings = models.TextField()
    by = models.TextField()
    at = models.BigIntegerField()


class ValueRule(models.Model):
    """One value with a rule of its own: an identifier that is blocked or allowed to be seen with `most` others, or a
    source (`source:till-3`) that is a tablet many people use. `shown` is the value as it was entered."""

    id = models.TextField(primary_key=True)
    subject = models.TextField()
    rule = models.TextField()
    most = models.BigIntegerField(default=0)
    shown = models.TextField(default="")
    reason = models.TextField()
    by = models.TextField()
    at = models.BigIntegerField()
    withdrawn_by = models.TextField(null=True)
    withdrawn_at = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=models.Q(withdrawn_at__isnull=True), name="identity_value_holds_once"
            )
        ]


class Edition(models.Model):
    """One row: how often the rules were changed. Who changes them takes this row first, so that each fact is whole."""

    id = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField()
