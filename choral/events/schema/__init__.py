"""The vocabulary of events: names, typed and versioned schemas, verdicts, and the words of Segment and GA4.

The door: `canonical`, `judge`, `SCHEMAS`, the mappings both ways, and which names of properties are personal.
"""

from choral.events.schema.catalogue import CHAPTER_EVENTS, SCHEMAS
from choral.events.schema.ga4 import from_ga4, to_ga4
from choral.events.schema.kinds import Properties
from choral.events.schema.names import canonical
from choral.events.schema.personal import PERSONAL_FIELDS, PERSONAL_TRAITS
from choral.events.schema.segment import from_segment, to_segment
from choral.events.schema.verdicts import Verdict, judge

__all__ = [
    "CHAPTER_EVENTS",
    "PERSONAL_FIELDS",
    "PERSONAL_TRAITS",
    "SCHEMAS",
    "Properties",
    "Verdict",
    "canonical",
    "from_ga4",
    "from_segment",
    "judge",
    "to_ga4",
    "to_segment",
]
