"""The log of what happened on any channel: collector, store, relay, lake and vocabulary. No Django here."""
