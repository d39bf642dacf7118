"""Where the log is kept: one contract, an embedded and a big engine as siblings of the same shape."""

from choral.events.store.contract import Batch, EventLog, Rejected, RejectedRow, Source, Stored, open_log

__all__ = ["Batch", "EventLog", "Rejected", "RejectedRow", "Source", "Stored", "open_log"]
