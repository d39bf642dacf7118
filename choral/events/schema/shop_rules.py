"""What the shop decided about itself: rules that people set in the console, told so that their history is known."""

from __future__ import annotations

from choral.events.schema.kinds import Properties, Text


class _Rule(Properties):
    rule: Text = None
    about: Text = None
    setting: Text = None


class _Trait(Properties):
    trait: Text = None
    definition: Text = None


class _Study(Properties):
    study: Text = None
    asked: Text = None


class ComputedTraitDefined(_Trait):
    """Somebody said what a computed trait of customers is."""

    EVENT = "Computed Trait Defined"


class ComputedTraitRemoved(_Trait):
    """A computed trait is no longer shown."""

    EVENT = "Computed Trait Removed"


class RecommendationRuleSet(_Rule):
    """Somebody said what may be recommended."""

    EVENT = "Recommendation Rule Set"


class RecommendationRuleRemoved(_Rule):
    """A rule of recommendation was taken back."""

    EVENT = "Recommendation Rule Removed"


class AreaStudyKept(_Study):
    """Somebody asked what a change in some stores or regions brought, or changed the question."""

    EVENT = "Area Study Kept"


class AreaStudyRemoved(_Study):
    """Such a question was put away."""

    EVENT = "Area Study Removed"
