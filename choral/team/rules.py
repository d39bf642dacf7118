"""Who may do what: roles as data, one function that decides; pages, API and command line all ask it."""

from __future__ import annotations

from choral.core.errors import NotAllowed

PERMISSIONS = frozenset(
    {
        "customers.view",  # pseudonymous profile, time line
        "customers.personal",  # names, addresses, e-mail
        "customers.edit",
        "audiences.manage",  # make, change and put away; who may see customers may see them
        "customers.unmask",  # see masked values once, for a reason that is kept
        "privacy.request",  # note that a customer uses a right
        "privacy.manage",  # export, erase, restrict, retention, classes
        "identity.manage",  # merge customers, hold identifiers apart, undo
        "identity.rules",  # by which identifiers are one person, what is blocked
        "access.view",  # tokens, what they open, where they were read
        "access.manage",  # issue, block, lend, grant
        "access.check",  # ask whether a token opens a place: readers at doors
        "consent.view",  # purposes, ledger, rules of countries, opposition lists
        "consent.record",  # write down what a customer says
        "consent.manage",  # purposes, texts, lists, links
        "analytics.view",
        "boards.manage",  # make and change boards of one's own, and notes on days
        "sql.run",  # ask the pseudonymous tables in SQL
        "findings.manage",  # put findings away and bring them back
        "experiments.manage",  # plan, start and stop experiments, draw lots, import results
        "studies.manage",  # questions about areas: keep, change, put away
        "traits.manage",  # definitions of computed traits
        "recommendations.manage",  # what may be recommended, and on what basis
        "events.view",  # live view, refused events
        "sources.manage",  # write keys
        "plan.manage",  # which events and properties are expected
        "forwarding.manage",  # which other tools get the events, and how much of them
        "imports.manage",
        "keys.manage",  # API keys
        "team.manage",
        "audit.view",
        "settings.manage",
    }
)
_SEES_CONSENT = frozenset({"consent.view"})
_NOTES_CONSENT = frozenset({"consent.view", "consent.record"})
_KEEPS_CONSENT = frozenset({"consent.view", "consent.record", "consent.manage"})
_UNMASKS = frozenset({"customers.unmask"})
_HEARS_RIGHTS = _UNMASKS | {"privacy.request"}
_KEEPS_RIGHTS = _HEARS_RIGHTS | {"privacy.manage"}
ROLES: dict[str, frozenset[str]] = {
    "owner": PERMISSIONS,
    "marketer": _SEES_CONSENT
    | _UNMASKS
    | frozenset(
        {
            "customers.view",
            "audiences.manage",
            "analytics.view",
            "experiments.manage",
            "boards.manage",
            "events.view",
            "imports.manage",
            "findings.manage",
            "recommendations.manage",
            "studies.manage",
            "traits.manage",
        }
    ),
    "associate": _NOTES_CONSENT
    | frozenset({"customers.view", "customers.personal", "access.view", "access.manage", "access.check"}),
    "agent": _NOTES_CONSENT
    | _HEARS_RIGHTS
    | frozenset({"identity.manage"})
    | frozenset({"customers.view", "customers.personal", "customers.edit", "access.view", "access.manage"}),
    "analyst": _SEES_CONSENT
    | frozenset({"customers.view", "audiences.manage", "analytics.view", "events.view"})
    | frozenset({"findings.manage", "experiments.manage", "studies.manage", "plan.manage", "boards.manage", "sql.run"}),
    "privacy": _KEEPS_CONSENT
    | _KEEPS_RIGHTS
    | frozenset({"identity.manage", "identity.rules"})
    | frozenset({"customers.view", "customers.personal", "customers.edit", "access.view", "audit.view", "events.view"}),
    "reader": frozenset({"access.check"}),  # a key in a device at a door: if it is stolen, it can ask and no more
}


def may(role: str, permission: str) -> bool:
    """Whether a role holds a permission; unknown roles and permissions hold nothing."""
    return permission in ROLES.get(role, frozenset())


def check(role: str, permission: str) -> None:
    """Raise `NotAllowed` unless the role holds the permission."""
    if not may(role, permission):
        raise NotAllowed(
            "not_allowed",
            "You may not do this.",
            f"It needs the permission “{permission}”, which the role “{role}” does not have.",
            "Ask the owner of the shop for another role.",
            status=403,
        )
