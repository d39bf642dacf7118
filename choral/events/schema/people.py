"""Who somebody is, what they agreed to, and what they earned: customers, consent, groups, loyalty."""

from __future__ import annotations

from choral.events.schema.kinds import Anything, Number, Properties, Text


class CustomerIdentified(Properties):
    """Somebody said who they are. Properties are free traits; what is personal goes to the customers' books."""

    EVENT, SEGMENT = "Customer Identified", "identify"


class IdentifiersLinked(Properties):
    """Two identifiers belong to one person."""

    EVENT, SEGMENT = "Identifiers Linked", "alias"


class GroupJoined(Properties):
    """Somebody belongs to a household, a company or a club."""

    EVENT, SEGMENT, GA4 = "Group Joined", "group", "join_group"
    group_id: Text = None


class CustomerRectified(Properties):
    """A customer's data were put right at their request or by staff."""

    EVENT = "Customer Rectified"
    field: Text = None


class CustomerErased(Properties):
    """A customer was erased everywhere. The event names nobody."""

    EVENT = "Customer Erased"
    erasure_id: Text = None


class ProcessingRestricted(Properties):
    """A customer's data may be kept but not used: for everything (`processing`), for profiles, for marketing."""

    EVENT = "Processing Restricted"
    kind: Text = None


class RestrictionLifted(Properties):
    """A customer's data may be used again."""

    EVENT = "Restriction Lifted"
    kind: Text = None


class IdentifierVerified(Properties):
    """Somebody proved that the identifiers of this event are theirs: a link followed, a code typed, a PIN, a login."""

    EVENT = "Identifier Verified"
    method: Text = None


class _Correction(Properties):
    correction: Text = None
    one: Text = None
    other: Text = None


class CustomersMerged(_Correction):
    """Staff decided that two identifiers are one person."""

    EVENT = "Customers Merged"


class MergeUndone(_Correction):
    """Staff took back that two identifiers are one person."""

    EVENT = "Merge Undone"


class IdentifiersKeptApart(_Correction):
    """Staff decided that two identifiers are never one person."""

    EVENT = "Identifiers Kept Apart"


class IdentifiersLetTogether(_Correction):
    """Staff took back that two identifiers are never one person."""

    EVENT = "Identifiers Let Together"


class IdentityRulesChanged(Properties):
    """The rules by which identifiers are one person are other ones; all of them, as they hold from now on."""

    EVENT = "Identity Rules Changed"
    rules: Anything = None


class _Audience(Properties):
    audience: Text = None
    version: Number = None
    because: Text = None


class AudienceEntered(_Audience):
    """A customer came to be in an audience: by what they did, by time, or because the audience was made or changed."""

    EVENT = "Audience Entered"


class AudienceLeft(_Audience):
    """A customer is no longer in an audience."""

    EVENT = "Audience Left"


class SignedUp(Properties):
    """An account was made."""

    EVENT, GA4 = "Signed Up", "sign_up"
    method: Text = None


class SignedIn(Properties):
    """Somebody signed in to their account."""

    EVENT, GA4 = "Signed In", "login"
    method: Text = None


class SignedOut(Properties):
    """Somebody signed out."""

    EVENT = "Signed Out"


class _Consent(Properties):
    purpose: Text = None
    channel: Text = None
    wording: Text = None
    place: Text = None
    state: Text = None
    basis: Text = None
    heard_from: Text = None


class ConsentGiven(_Consent):
    """A customer agreed to a purpose in a channel."""

    EVENT = "Consent Given"


class ConsentWithdrawn(_Consent):
    """A customer no longer agrees."""

    EVENT = "Consent Withdrawn"


class ConsentRequested(_Consent):
    """A customer asked for something and has yet to confirm it by a link (double opt-in)."""

    EVENT = "Consent Requested"


class ConsentPaused(_Consent):
    """A customer wants a rest from messages until a day; a day that is past ends the rest."""

    EVENT = "Consent Paused"
    until: Number = None


class _Points(Properties):
    points: Number = None
    balance: Number = None
    reason: Text = None
    order_id: Text = None


class PointsEarned(_Points):
    """Loyalty points were credited."""

    EVENT, GA4 = "Points Earned", "earn_virtual_currency"


class PointsSpent(_Points):
    """Loyalty points were used."""

    EVENT, GA4 = "Points Spent", "spend_virtual_currency"


class LeadGenerated(Properties):
    """Somebody asked to be called, advised or made an offer."""

    EVENT, GA4 = "Lead Generated", "generate_lead"
    lead_id: Text = None
    source: Text = None
    value: Number = None
    currency: str | None = None


class SurveyAnswered(Properties):
    """A customer answered a survey."""

    EVENT = "Survey Answered"
    survey_id: Text = None
    question_id: Text = None
    score: Number = None
    order_id: Text = None
