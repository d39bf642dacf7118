"""Experiments, their arms and who drew which: a book, because a person must meet the same arm at every door."""

from __future__ import annotations

from django.db import models


class Experiment(models.Model):
    """One experiment. `spec` is what it measures and of whom, as JSON; `salt` makes its lots independent of others'."""

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    spec = models.TextField()
    salt = models.CharField(max_length=36)
    created_at = models.BigIntegerField()
    created_by = models.CharField(max_length=80)
    started_at = models.BigIntegerField(null=True)
    stopped_at = models.BigIntegerField(null=True)
    archived_at = models.BigIntegerField(null=True)


class Arm(models.Model):
    """One variation of an experiment, in its order."""

    experiment = models.BigIntegerField(db_index=True)
    place = models.IntegerField()
    key = models.CharField(max_length=80)
    name = models.CharField(max_length=160)
    weight = models.IntegerField()
    control = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["experiment", "key"], name="experiments_arm_once")]


class Assignment(models.Model):
    """The arm a person drew. `customer` is their number when it was drawn: after a merge the first one counts."""

    experiment = models.BigIntegerField()
    customer = models.BigIntegerField()
    identifier = models.CharField(max_length=300, db_index=True)
    arm = models.CharField(max_length=80)
    at = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["experiment", "customer"], name="experiments_assignment_once"),
        ]
