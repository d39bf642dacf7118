"""Suggestions that two customers may be one, what people decided about them, and the comparisons that found them."""

from __future__ import annotations

from django.db import models


class Suggestion(models.Model):
    """Two customers, by the identifiers that stand for them (`one` < `other`), who may be one person.

    `state`: open, later (looked at and put off), accepted, refused, gone (no longer found). `levels`: JSON of pairs
    (comparison, level), never values. `correction`: what came of the decision in identity's book.
    """

    one = models.CharField(max_length=300)
    other = models.CharField(max_length=300, db_index=True)
    probability = models.FloatField()
    levels = models.TextField()
    state = models.CharField(max_length=10)
    found_at = models.BigIntegerField()
    decided_at = models.BigIntegerField(null=True)
    by = models.CharField(max_length=120, default="")
    correction = models.CharField(max_length=36, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="links_pair_once")]
        indexes = [models.Index(fields=["state", "-probability", "id"], name="links_by_state")]


class Costs(models.Model):
    """What a wrong merge costs against a missed one; one row."""

    id = models.IntegerField(primary_key=True)
    wrong = models.IntegerField()
    missed = models.IntegerField()


class Run(models.Model):
    """A comparison of all records, asked for by somebody. `state`: asked, running, done, failed."""

    state = models.CharField(max_length=10, db_index=True)
    by = models.CharField(max_length=120)
    asked_at = models.BigIntegerField()
    started_at = models.BigIntegerField(null=True)
    ended_at = models.BigIntegerField(null=True)
    people = models.IntegerField(default=0)
    found = models.IntegerField(default=0)
    problem = models.CharField(max_length=500, default="")
