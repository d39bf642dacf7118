"""The console's only tables: views of lists that members saved."""

from __future__ import annotations

from django.db import models


class SavedView(models.Model):
    """A list's filters, order and columns under a name; each member has their own."""

    member = models.BigIntegerField()
    page = models.CharField(max_length=40)  # the list's key
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000)
    created_at = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "page", "name"], name="saved_view_once")]
