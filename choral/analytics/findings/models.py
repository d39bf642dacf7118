"""Which findings were put away, and what was said when."""

from __future__ import annotations

from django.db import models


class Away(models.Model):
    """A finding somebody put away: as it was then, so that it comes back when it gets worse."""

    key = models.CharField(max_length=120, primary_key=True)
    until = models.CharField(max_length=10)
    money = models.BigIntegerField(null=True)
    size = models.FloatField()
    by = models.CharField(max_length=120)
    at = models.BigIntegerField()


class Said(models.Model):
    """A finding as it was told for the first time, for the days that end with `until`."""

    key = models.CharField(max_length=120)
    until = models.CharField(max_length=10)
    said_at = models.BigIntegerField(db_index=True)
    money = models.BigIntegerField(null=True)
    text = models.CharField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "until"], name="finding_said_once")]
