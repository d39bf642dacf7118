"""The book of consents: purposes, the texts people were shown, the ledger, its proofs, links, opposition lists."""

from __future__ import annotations

from django.db import models


class Purpose(models.Model):
    """What the shop wants to use data or an address for; `kind` message, processing or essential."""

    key = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=12)
    basis = models.CharField(max_length=24)
    names = models.JSONField()  # by language: en, fr, it
    place = models.IntegerField(default=0)
    retired_at = models.BigIntegerField(null=True)


class Wording(models.Model):
    """One version of the text that people are asked to agree to; never changed (a trigger refuses it)."""

    purpose = models.CharField(max_length=40)
    version = models.IntegerField()
    texts = models.JSONField()  # by language
    made_at = models.BigIntegerField()
    made_by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="consent_wording_once")]


class Entry(models.Model):
    """One statement about one identifier as seen. Rows are only added; a trigger lets none be changed, and none be
    deleted but those of an identifier that is being erased."""

    id = models.BigAutoField(primary_key=True)
    key = models.TextField(unique=True)  # what was said once is written once
    identifier = models.TextField()
    purpose = models.TextField()  # "*": every purpose that can be refused
    channel = models.TextField()  # "*": every channel
    state = models.TextField()
    until = models.BigIntegerField(null=True)  # the end of a pause
    wording = models.IntegerField(null=True)
    basis = models.TextField()
    place = models.TextField()  # where it was said: preference_centre, console, api, sms, import ...
    origin = models.TextField()  # the source of the log it was heard from, "" when it was said to the book itself
    actor = models.TextField()
    at = models.BigIntegerField()  # when it was said
    recorded = models.BigIntegerField()  # when it was written

    class Meta:
        indexes = [
            models.Index(fields=["identifier", "purpose", "channel"], name="consent_of_identifier"),
            models.Index(fields=["purpose", "channel", "identifier"], name="consent_of_purpose"),
            models.Index(fields=["origin"], name="consent_of_origin"),
        ]


class Proof(models.Model):
    """What proves an entry: form, request, network address, who noted it. Personal, so apart from the ledger."""

    entry = models.BigIntegerField(primary_key=True)
    identifier = models.TextField()
    said = models.TextField()  # JSON

    class Meta:
        indexes = [models.Index(fields=["identifier"], name="consent_proof_of")]


class Void(models.Model):
    """A source of the log that was withdrawn: what it said people agreed to counts no more."""

    origin = models.TextField(primary_key=True)
    at = models.BigIntegerField()


class Erasing(models.Model):
    """The identifiers whose entries may be deleted, only while the erasure's transaction lasts."""

    identifier = models.TextField(primary_key=True)


class Link(models.Model):
    """The handle that stands for an identifier in links; a new one makes the old links dead."""

    identifier = models.TextField(primary_key=True)
    handle = models.CharField(max_length=32, unique=True)
    made_at = models.BigIntegerField()


class Register(models.Model):
    """An opposition list as it was last loaded: which day it is of, how many numbers it has."""

    key = models.CharField(max_length=40, primary_key=True)
    listed_on = models.DateField()
    loaded_at = models.BigIntegerField()
    loaded_by = models.CharField(max_length=120)
    numbers = models.IntegerField()


class Registered(models.Model):
    """A telephone number on an opposition list, as its keyed hash; `since` when a list first had it."""

    register = models.CharField(max_length=40)
    identifier = models.TextField()
    since = models.BigIntegerField()
    load = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "identifier"], name="consent_registered_once")]
        indexes = [models.Index(fields=["identifier"], name="consent_registered_of")]
