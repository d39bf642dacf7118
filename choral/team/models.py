"""The retailer's own people and their keys: who may sign in, with which role, and which programs may call."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import BaseUserManager
from django.db import models

from choral.team.rules import ROLES


class Members(BaseUserManager["Member"]):
    """What Django's sign-in asks for."""

    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(email__iexact=username)


class Member(AbstractBaseUser):
    """Somebody who works with Choral; signs in with e-mail and password."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=[(role, role) for role in ROLES])
    language = models.CharField(max_length=5, default="en")
    theme = models.CharField(max_length=6, default="system")  # system, light, dark
    store = models.CharField(max_length=40, default="", blank=True)  # an associate sees the own store only
    is_active = models.BooleanField(default=True)
    created_at = models.BigIntegerField(default=0)

    objects: ClassVar[Members] = Members()
    USERNAME_FIELD = "email"

    @property
    def is_staff(self) -> bool:
        return False


class ApiKey(models.Model):
    """A program's key: the secret itself is shown once and only its digest kept."""

    name = models.CharField(max_length=120)
    digest = models.BinaryField(unique=True)
    prefix = models.CharField(max_length=12)
    role = models.CharField(max_length=20)
    created_at = models.BigIntegerField()
    last_used_at = models.BigIntegerField(null=True)
    revoked_at = models.BigIntegerField(null=True)


class SignInLink(models.Model):
    """A link that signs a member in once; only the digest of its token is kept."""

    digest = models.BinaryField(unique=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    created_at = models.BigIntegerField()
    expires_at = models.BigIntegerField(db_index=True)
    used_at = models.BigIntegerField(null=True)
