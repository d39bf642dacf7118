"""Errors a person can act on: a stable code, what happened, why, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(eq=False)
class ChoralError(Exception):
    """The root of every error Choral raises on purpose.

    `code` is stable and documented; `what`, `why` and `fix` are plain sentences; `status` is the HTTP
    status an interface answers with; `details` holds plain values (never personal data).
    """

    code: str
    what: str
    why: str = ""
    fix: str = ""
    status: int = 400
    details: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.fix) if part)

    def as_dict(self) -> dict[str, object]:
        """The JSON object that every interface shows; `message` repeats all three sentences."""
        return {
            "code": self.code,
            "message": str(self),
            "what": self.what,
            "why": self.why,
            "fix": self.fix,
            "details": self.details,
        }


class InvalidInput(ChoralError):
    """The caller sent something that cannot be understood or accepted; sending it again will not help."""


class NotFound(ChoralError):
    """The thing asked for does not exist or is not the asker's to see."""


class NotAllowed(ChoralError):
    """The asker is known but may not do this."""


class Conflict(ChoralError):
    """What was asked contradicts what is already true."""


class Unavailable(ChoralError):
    """It would work later: the disk is full, the queue is long, another process holds the home."""


class Unsupported(ChoralError):
    """A channel, connector or engine cannot do what was asked, and says so instead of dropping it."""
