"""The retailer's own people and their programs: members, roles, sign-in links, keys.

The door: others use what is listed here. Writes go through `act(create_member, actor, ...)`.
"""

from choral.team.actions import (
    INVITATION_LIFETIME,
    LINK_LIFETIME,
    change_role,
    create_key,
    create_member,
    create_sign_in_link,
    deactivate_member,
    forget_links,
    reactivate_member,
    revoke_key,
    set_password,
    set_preferences,
    set_store,
    use_sign_in_link,
)
from choral.team.entry import add_member, sign_in_path, sign_in_with_link
from choral.team.passwords import hash_password
from choral.team.queries import actor_names, authenticate_key, keys, member, member_by_email, members, peek_link
from choral.team.rules import PERMISSIONS, ROLES, check, may
from choral.team.values import Key, KeyHolder, NewKey, TeamMember

__all__ = [
    "INVITATION_LIFETIME", "LINK_LIFETIME", "PERMISSIONS", "ROLES", "Key", "KeyHolder", "NewKey", "TeamMember",
    "actor_names", "add_member", "authenticate_key", "change_role", "check", "create_key", "create_member",
    "create_sign_in_link", "deactivate_member", "forget_links", "hash_password", "keys", "may", "member",
    "member_by_email", "members", "peek_link", "reactivate_member", "revoke_key", "set_password", "set_preferences",
    "set_store", "sign_in_path", "sign_in_with_link", "use_sign_in_link",
]  # fmt: skip
