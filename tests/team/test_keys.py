"""Keys of programs: seen once, known by their digest, ended at once."""

from __future__ import annotations

import pytest

from choral import Shop
from choral.books import SYSTEM, act
from choral.core.errors import InvalidInput, NotAllowed, NotFound
from choral.team import (
    PERMISSIONS,
    ROLES,
    actor_names,
    authenticate_key,
    check,
    create_key,
    create_member,
    keys,
    may,
    revoke_key,
)


def test_a_key_says_who_calls_and_with_which_role(shop: Shop) -> None:
    made = act(create_key, SYSTEM, "Web shop", "analyst")
    holder = authenticate_key(made.secret)
    assert holder is not None
    assert (holder.id, holder.name, holder.role, holder.actor("::1").name) == (
        made.id, "Web shop", "analyst", f"key:{made.id}",
    )  # fmt: skip
    listed = keys()[0]
    assert made.secret.startswith(listed.prefix) and len(listed.prefix) < 12
    assert listed.last_used_at is not None


def test_a_secret_is_kept_nowhere(shop: Shop) -> None:
    made = act(create_key, SYSTEM, "Web shop", "analyst")
    shop.close()
    kept = b"".join(file.read_bytes() for file in shop.home.path.glob("books.db*"))
    assert made.secret.encode() not in kept


def test_a_revoked_key_opens_nothing_from_that_moment(shop: Shop) -> None:
    made = act(create_key, SYSTEM, "Web shop", "analyst")
    act(revoke_key, SYSTEM, made.id)
    act(revoke_key, SYSTEM, made.id)
    assert authenticate_key(made.secret) is None
    assert keys()[0].revoked_at is not None
    with pytest.raises(NotFound):
        act(revoke_key, SYSTEM, 99)


@pytest.mark.parametrize("secret", ["", "sk_nothing", "sk_" + "a" * 10_000, "é\0"])
def test_a_made_up_secret_opens_nothing(shop: Shop, secret: str) -> None:
    act(create_key, SYSTEM, "Web shop", "analyst")
    assert authenticate_key(secret) is None


@pytest.mark.parametrize(("name", "role", "code"), [(" ", "owner", "no_name"), ("x", "king", "no_such_role")])
def test_a_key_that_makes_no_sense_is_refused(shop: Shop, name: str, role: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        act(create_key, SYSTEM, name, role)
    assert refused.value.code == code and keys() == []


def test_audit_lines_can_name_who_it_was(shop: Shop) -> None:
    who = act(create_member, SYSTEM, "ada@shop.example", "Ada", "owner")
    made = act(create_key, SYSTEM, "Till 3", "agent")
    assert actor_names([f"member:{who}", f"key:{made.id}", "system"]) == {
        f"member:{who}": "Ada",
        f"key:{made.id}": "Till 3",
    }


def test_a_role_holds_what_it_says_and_an_unknown_one_holds_nothing() -> None:
    assert all(may("owner", permission) for permission in PERMISSIONS)
    assert all(granted <= PERMISSIONS for granted in ROLES.values())
    assert not may("king", "customers.view") and not may("owner", "fly")
    with pytest.raises(NotAllowed):
        check("associate", "analytics.view")
