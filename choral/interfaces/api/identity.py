"""Identity over HTTP: its rules, what is set aside, and merging, holding apart and undoing by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Path, Router

from choral.customers.identity.values import KindRule, MergePreview, Quarantine, RulePreview, ValueRule
from choral.customers.values import Decided, Joined
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Cursor, Done, Limit

router = Router(tags=["Identity"])
Id = Annotated[str, Path(max_length=40)]
KindName = Annotated[str, Path(max_length=20, description="user, card, token, email, phone, anonymous ...")]
REASON = Field(min_length=1, max_length=500, description="Why, for whoever looks at it later.")


class MergeIn(Strict):
    """Two customers that shall be one."""

    one: str = Field(max_length=30, description="The id of a customer.")
    other: str = Field(max_length=30, description="The id of another one.")
    reason: str = REASON
    confirmed: bool = Field(False, description="Needed when both are identified: they are never joined silently.")


class ApartIn(Strict):
    """Two identifiers that are never to be one person."""

    one: str = Field(max_length=400, description="An identifier as “text” shows it.")
    other: str = Field(max_length=400, description="Another one.")
    reason: str = REASON


class KindIn(Strict):
    """Settings of a kind of identifiers; what is left out stays as it is."""

    priority: int | None = Field(None, description="The place in which it joins, 1 first.")
    unique: bool | None = Field(None, description="A person has one of it, so it holds persons apart.")
    most: int | None = Field(None, description="How many of it one person may hold.")
    shared_above: int | None = Field(None, description="Seen with more others than this, it is set aside.")
    trusted: bool | None = Field(None, description="It counts as proved wherever it is seen.")
    proof_to_join: bool | None = Field(None, description="It joins two known persons only where it was proved.")
    links: bool | None = Field(None, description="Whether it links at all.")

    def changes(self) -> dict[str, object]:
        return {name: value for name, value in self.dict().items() if value is not None}


class ValueIn(Strict):
    """A rule for one value."""

    rule: str = Field(pattern="^(block|allow|tablet)$", description="block, allow (up to `most`) or tablet.")
    subject: str = Field(min_length=1, max_length=400, description="An identifier (kind:value); for tablet a source.")
    most: int = Field(0, description="With how many others it may be seen, for allow.")
    reason: str = REASON


@dataclass(frozen=True)
class Rules:
    """The rules in force: of kinds, in the order in which they join, and of single values."""

    kinds: tuple[KindRule, ...]
    values: tuple[ValueRule, ...]


@dataclass(frozen=True)
class DecidedPage:
    """Corrections, newest first."""

    rows: tuple[Decided, ...]
    next: str | None


@dataclass(frozen=True)
class JoinedPage:
    """When persons who were known before became this one, newest first."""

    rows: tuple[Joined, ...]
    next: str | None


@reads(router, "/identity/rules", "customers.view", Rules)
def identity_rules(request: HttpRequest) -> Rules:
    """The rules by which identifiers are one person."""
    identity = shop().customers.identity
    return Rules(identity.kinds(), identity.value_rules(who(request).personal))


@writes(router, "PATCH", "/identity/rules/{kind}", "identity.rules", KindRule)
def change_identity_rule(request: HttpRequest, kind: KindName, change: KindIn) -> KindRule:
    """Change settings of a kind; everybody is settled anew from the evidence kept."""
    return shop().customers.identity.set_kind(who(request).actor, kind, change.changes())


@writes(router, "POST", "/identity/rules/{kind}/previews", "identity.rules", RulePreview)
def preview_identity_rule(request: HttpRequest, kind: KindName, change: KindIn) -> RulePreview:
    """How many customers other settings of a kind would change; nothing is written."""
    return shop().customers.identity.preview_kind(kind, change.changes())


@writes(router, "DELETE", "/identity/rules/{kind}", "identity.rules", KindRule)
def reset_identity_rule(request: HttpRequest, kind: KindName) -> KindRule:
    """Give a kind its default settings back."""
    return shop().customers.identity.reset_kind(who(request).actor, kind)


@writes(router, "POST", "/identity/values", "identity.rules", ValueRule)
def rule_identity_value(request: HttpRequest, value: ValueIn) -> ValueRule:
    """Block an identifier, allow it to be shared by many, or declare a source a tablet of the store."""
    identity, actor = shop().customers.identity, who(request).actor
    if value.rule == "block":
        return identity.block(actor, value.subject, value.reason)
    if value.rule == "allow":
        return identity.allow(actor, value.subject, value.most, value.reason)
    return identity.declare_tablet(actor, value.subject, value.reason)


@writes(router, "DELETE", "/identity/values/{rule_id}", "identity.rules", Done)
def release_identity_value(request: HttpRequest, rule_id: Id) -> Done:
    """Take back the rule of a value."""
    shop().customers.identity.withdraw_rule(who(request).actor, rule_id)
    return Done(rule_id, "withdrawn")


@reads(router, "/identity/quarantine", "customers.view", Quarantine)
def identity_quarantine(request: HttpRequest, after: Cursor = None, limit: Limit = 50) -> Quarantine:
    """Identifiers that link nobody: they suddenly linked many, or somebody blocked them."""
    return shop().customers.identity.quarantine(who(request).personal, after, limit)


@reads(router, "/identity/merges/{one}/{other}", "customers.view", MergePreview)
def preview_merge(
    request: HttpRequest, one: Annotated[str, Path(max_length=30)], other: Annotated[str, Path(max_length=30)]
) -> MergePreview:
    """What merging two customers would do: who they are, what speaks against it, what becomes of them."""
    return shop().customers.identity.preview_merge(one, other, who(request).personal)


@writes(router, "POST", "/identity/merges", "identity.manage", Decided)
def merge_customers(request: HttpRequest, merge: MergeIn) -> Decided:
    """Make two customers one. It is applied within a second, and can be undone."""
    return shop().customers.identity.merge(
        who(request).actor, merge.one, merge.other, merge.reason, confirmed=merge.confirmed
    )


@writes(router, "POST", "/identity/aparts", "identity.manage", Decided)
def keep_apart(request: HttpRequest, apart: ApartIn) -> Decided:
    """Never let two identifiers be one person; undoes that they are."""
    return shop().customers.identity.keep_apart(who(request).actor, apart.one, apart.other, apart.reason)


@reads(router, "/identity/corrections", "customers.view", DecidedPage)
def list_corrections(
    request: HttpRequest, holding: bool = False, after: Cursor = None, limit: Limit = 50
) -> DecidedPage:
    """What people decided about who is one person, withdrawn decisions too unless `holding`."""
    found = shop().customers.identity.corrections(who(request).personal, after, limit + 1, holding)
    return DecidedPage(found[:limit], found[limit - 1].id if len(found) > limit else None)


@writes(router, "DELETE", "/identity/corrections/{correction_id}", "identity.manage", Decided)
def undo_correction(request: HttpRequest, correction_id: Id) -> Decided:
    """Take a decision back: everything computed since is as if it had not been made."""
    return shop().customers.identity.withdraw(who(request).actor, correction_id)


@reads(router, "/customers/{customer_id}/corrections", "customers.view", DecidedPage)
def customer_corrections(request: HttpRequest, customer_id: str) -> DecidedPage:
    """What people decided about a customer's identifiers."""
    return DecidedPage(shop().customers.identity.corrections_of(customer_id, who(request).personal), None)


@reads(router, "/customers/{customer_id}/merges", "customers.view", JoinedPage)
def customer_merges(request: HttpRequest, customer_id: str) -> JoinedPage:
    """When persons who were known before became this customer by what was seen, and by which event."""
    return JoinedPage(shop().customers.identity.joined(customer_id, who(request).personal), None)
