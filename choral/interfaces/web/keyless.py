"""Keeps addresses that are keys (links to preferences, confirmations, sign-in) out of the server's log."""

from __future__ import annotations

import logging
import re

_KEYS = re.compile(r"/(p|u|c|sign-in/link)/[^/\s?\"']+")


class Keyless(logging.Filter):
    """Lets every record pass, without the key in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Called by the handler for each record."""
        text = record.getMessage()
        clean = _KEYS.sub(r"/\1/…", text)
        if clean != text:
            record.msg, record.args = clean, ()
        return True
