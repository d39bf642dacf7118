"""Who may come in: members, roles, one-time links, and that somebody can always decide."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from choral import Shop
from choral.books import SYSTEM, Actor, act
from choral.core.clock import HOUR
from choral.core.errors import ChoralError, Conflict, InvalidInput, NotAllowed, NotFound
from choral.team import (
    ROLES,
    add_member,
    change_role,
    create_member,
    create_sign_in_link,
    deactivate_member,
    forget_links,
    hash_password,
    member,
    member_by_email,
    members,
    peek_link,
    reactivate_member,
    set_password,
    set_preferences,
    set_store,
    sign_in_with_link,
)


def audit_lines() -> list[tuple[str, str, str]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT actor, action, subject FROM books_audit ORDER BY id")
        return list(cursor.fetchall())


@pytest.fixture
def owner(shop: Shop) -> int:
    return act(create_member, SYSTEM, "Ada@Shop.example", "Ada", "owner")


def test_a_member_is_found_by_email_in_any_case(owner: int) -> None:
    found = member_by_email(" ADA@shop.EXAMPLE ")
    assert (found.id, found.email, found.role, found.active) == (owner, "ada@shop.example", "owner", True)
    assert members() == [found]


def test_the_same_address_cannot_join_twice(owner: int) -> None:
    with pytest.raises(Conflict, match="member already"):
        act(create_member, SYSTEM, "ada@SHOP.example", "Ada again", "analyst")


@pytest.mark.parametrize(
    ("email", "name", "role", "language", "code"),
    [
        ("no-at-sign", "A", "owner", "en", "bad_email"),
        ("a@b c", "A", "owner", "en", "bad_email"),
        ("a@b", " ", "owner", "en", "no_name"),
        ("a@b", "A", "king", "en", "no_such_role"),
        ("a@b", "A", "owner", "xx", "no_such_language"),
    ],
)
def test_a_member_that_makes_no_sense_is_refused(
    shop: Shop, email: str, name: str, role: str, language: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        act(create_member, SYSTEM, email, name, role, language=language)
    assert refused.value.code == code
    assert members() == []


def test_a_new_member_signs_in_by_link_once_and_only_once(shop: Shop) -> None:
    _, token = act(add_member, SYSTEM, "bea@shop.example", "Bea", "marketer")
    looked = peek_link(token)
    assert looked is not None and looked.email == "bea@shop.example"
    assert sign_in_with_link(token, "10.0.0.1") == looked
    assert peek_link(token) is None
    with pytest.raises(NotAllowed, match="works once"):
        sign_in_with_link(token)


def test_of_many_who_follow_one_link_at_once_a_single_one_comes_in(owner: int) -> None:
    token = act(create_sign_in_link, SYSTEM, owner)

    def follow(_: int) -> bool:
        try:
            return sign_in_with_link(token).id == owner
        except NotAllowed:
            return False

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(follow, range(16))) == 1


def test_a_link_ends_with_its_time_with_its_member_and_is_nothing_when_made_up(owner: int) -> None:
    late = act(create_sign_in_link, SYSTEM, owner, lifetime=-1)
    other, gone = act(add_member, SYSTEM, "cy@shop.example", "Cy", "agent")
    act(deactivate_member, SYSTEM, other)
    for token in (late, gone, "in_made-up", ""):
        with pytest.raises(NotAllowed):
            sign_in_with_link(token)
    with pytest.raises(NotFound):
        act(create_sign_in_link, SYSTEM, other)


def test_the_token_of_a_link_is_kept_nowhere(shop: Shop, owner: int) -> None:
    token = act(create_sign_in_link, SYSTEM, owner)
    shop.close()
    kept = b"".join(file.read_bytes() for file in shop.home.path.glob("books.db*"))
    assert token.encode() not in kept


def test_old_links_are_forgotten(owner: int) -> None:
    act(create_sign_in_link, SYSTEM, owner, lifetime=-1)
    fresh = act(create_sign_in_link, SYSTEM, owner)
    assert act(forget_links, SYSTEM, member(owner).created_at + HOUR) == 1
    assert peek_link(fresh) is not None


@pytest.mark.parametrize(
    "step",
    [lambda owner: act(change_role, SYSTEM, owner, "agent"), lambda owner: act(deactivate_member, SYSTEM, owner)],
)
def test_at_least_one_owner_always_remains(owner: int, step: Callable[[int], None]) -> None:
    with pytest.raises(Conflict) as refused:
        step(owner)
    assert refused.value.code == "last_owner"
    act(create_member, SYSTEM, "bea@shop.example", "Bea", "owner")
    step(owner)
    assert [one.email for one in members() if one.role == "owner" and one.active] == ["bea@shop.example"]


def test_two_owners_who_leave_at_once_do_not_both_leave(owner: int) -> None:
    second = act(create_member, SYSTEM, "bea@shop.example", "Bea", "owner")

    def leave(who: int) -> bool:
        try:
            act(deactivate_member, SYSTEM, who)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(leave, [owner, second])) == [False, True]


def test_a_member_comes_back_as_they_were(owner: int) -> None:
    agent = act(create_member, SYSTEM, "cy@shop.example", "Cy", "agent", store="12")
    before = member(agent)
    act(deactivate_member, SYSTEM, agent)
    assert not member(agent).active
    act(reactivate_member, SYSTEM, agent)
    assert member(agent) == before


def test_members_choose_language_theme_and_name(owner: int) -> None:
    act(set_preferences, SYSTEM, owner, name="Ada L.", language="it", theme="dark")
    act(set_store, SYSTEM, owner, "7")
    changed = member(owner)
    assert (changed.name, changed.language, changed.theme, changed.store) == ("Ada L.", "it", "dark", "7")
    for wrong in ({"language": "xx"}, {"theme": "pink"}, {"name": " "}):
        with pytest.raises(InvalidInput):
            act(set_preferences, SYSTEM, owner, **wrong)
    assert member(owner) == changed


def test_a_weak_password_is_refused_with_its_reason_and_a_good_one_signs_in(owner: int) -> None:
    from django.contrib.auth import authenticate

    for weak in ("short", "password1234"[:8], "1234567890"):
        with pytest.raises(InvalidInput, match="easy to guess"):
            hash_password(weak)
    act(set_password, SYSTEM, owner, hash_password("correct horse battery"))
    assert authenticate(username="ADA@shop.example", password="correct horse battery") is not None
    assert authenticate(username="ada@shop.example", password="wrong") is None
    act(create_member, SYSTEM, "bea@shop.example", "Bea", "owner")
    act(deactivate_member, SYSTEM, owner)
    assert authenticate(username="ada@shop.example", password="correct horse battery") is None


def test_nobody_can_sign_in_with_a_password_before_one_is_set(owner: int) -> None:
    from django.contrib.auth import authenticate

    assert authenticate(username="ada@shop.example", password="!") is None
    assert authenticate(username="ada@shop.example", password="") is None


def test_every_change_leaves_an_audit_line_without_secrets(owner: int) -> None:
    boss = Actor("member:1", "10.1.2.3")
    agent = act(create_member, boss, "cy@shop.example", "Cy", "agent")
    act(change_role, boss, agent, "privacy")
    act(change_role, boss, agent, "privacy")  # nothing changes, nothing is said
    act(set_password, boss, agent, hash_password("correct horse battery"))
    act(deactivate_member, boss, agent)
    assert audit_lines()[1:] == [
        ("member:1", action, f"member:{agent}")
        for action in ("member.created", "member.role_changed", "member.password_set", "member.deactivated")
    ]
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(before AS text), CAST(after AS text) FROM books_audit")
        assert "scrypt" not in str(cursor.fetchall())


def test_whoever_is_not_there_is_not_found(shop: Shop) -> None:
    calls: list[Callable[[], object]] = [
        lambda: member(99),
        lambda: member_by_email("x@y"),
        lambda: act(change_role, SYSTEM, 99, "agent"),
        lambda: act(deactivate_member, SYSTEM, 99),
        lambda: act(create_sign_in_link, SYSTEM, 99),
    ]
    for call in calls:
        with pytest.raises(NotFound) as missing:
            call()
        assert isinstance(missing.value, ChoralError) and missing.value.code == "no_such_member"


def test_every_role_can_be_given(shop: Shop) -> None:
    for role in ROLES:
        act(create_member, SYSTEM, f"{role}@shop.example", role, role)
    assert {one.role for one in members()} == set(ROLES)
