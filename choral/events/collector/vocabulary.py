"""What the collector needs of the vocabulary, by name."""

from choral.events.schema import PERSONAL_FIELDS, PERSONAL_TRAITS, Verdict, canonical, judge

__all__ = ["PERSONAL_FIELDS", "PERSONAL_TRAITS", "Verdict", "canonical", "judge"]
