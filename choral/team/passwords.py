"""Passwords: judged and hashed before an action is called, because hashing takes longer than a transaction may."""

from __future__ import annotations

from typing import NewType

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from choral.core.errors import InvalidInput

HashedPassword = NewType("HashedPassword", str)
UNUSABLE = HashedPassword("!")  # a member who signs in by link only


def hash_password(password: str) -> HashedPassword:
    """The scrypt hash of a password that is good enough; `InvalidInput` with the reasons when it is not."""
    try:
        validate_password(password)
    except ValidationError as error:
        raise InvalidInput(
            "weak_password",
            "This password is too easy to guess.",
            " ".join(error.messages),
            "Choose at least ten characters that are not a common password.",
        ) from error
    return HashedPassword(make_password(password))
