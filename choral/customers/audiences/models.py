"""The book of audiences: what each says, every version of it, and who is in it as the log was told."""

from __future__ import annotations

from django.db import models


class Audience(models.Model):
    """One audience as it is now. `fixed`: a list that was frozen, whose members never move."""

    key = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    definition = models.TextField()  # JSON of tree.Definition; of a fixed list the one it was frozen with
    version = models.IntegerField()
    fixed = models.BooleanField(default=False)
    archived_at = models.BigIntegerField(null=True)
    created_at = models.BigIntegerField()
    updated_at = models.BigIntegerField()
    updated_by = models.CharField(max_length=120)
    settled_version = models.IntegerField(default=0)  # the version the members below are of
    settled_at = models.BigIntegerField(default=0)  # the log position they are of


class Version(models.Model):
    """What an audience said at a time; rows are only ever added."""

    audience = models.ForeignKey(Audience, models.PROTECT)
    version = models.IntegerField()
    name = models.CharField(max_length=120)
    definition = models.TextField()
    at = models.BigIntegerField()
    by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audience", "version"], name="audiences_version_once")]


class Membership(models.Model):
    """Who is in, as was told: entering adds a row and leaving takes it away, each with its fact."""

    audience = models.ForeignKey(Audience, models.PROTECT)
    customer = models.BigIntegerField()
    entered_at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audience", "customer"], name="audiences_member_once")]
        indexes = [models.Index(fields=["customer"], name="audiences_of_customer")]


class Size(models.Model):
    """How many were in at the end of a day of the shop, for the trend."""

    audience = models.ForeignKey(Audience, models.PROTECT)
    day = models.DateField()
    members = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["audience", "day"], name="audiences_size_once")]
