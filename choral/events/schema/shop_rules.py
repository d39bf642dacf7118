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
