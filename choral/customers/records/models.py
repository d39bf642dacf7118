"""The personal values of customers: a book, because no view or log may hold them."""

from __future__ import annotations

from django.db import models


class Record(models.Model):
    """One personal value a source said about one identifier (`card:8812`, `email:#..`), with when.

    Of each field every source's newest is kept, so that a source can be withdrawn; readers take the newest of all.
    """

    identifier = models.TextField()
    field = models.TextField()
    value = models.TextField()
    at = models.BigIntegerField()
    source = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["identifier", "field", "source"], name="records_once")]
        indexes = [models.Index(fields=["source"], name="records_of_source")]
