"""What a run of the town is: its size, its dates, its seed, and the rates of the real world's faults."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime

from simulator.arrays import DAY


@dataclass(frozen=True)
class Faults:
    """Rates between 0 and 1; each says of what it is the share."""

    late: float = 0.04  # of app visits, made offline and delivered days later
    duplicate: float = 0.01  # of events, sent a second time with the same messageId
    disorder: float = 0.02  # of events, held up for minutes so that they arrive out of order
    skew: float = 0.02  # of devices, whose clock is wrong by minutes to days
    bots: float = 0.03  # of web visits, in addition to the people's
    typing: float = 0.08  # of values dictated at the till or typed into a form, that carry a typing error
    tablet: float = 0.5  # of card sign-ups, made on the tablet that all customers of a store share
    private: float = 0.06  # of web visits, in a private window: a new anonymous id every time

    def __post_init__(self) -> None:
        for field in fields(self):
            rate = getattr(self, field.name)
            if not 0 <= rate <= 1:
                raise ValueError(f"The rate of the fault {field.name!r} is {rate}; it must lie between 0 and 1.")

    def with_rate(self, name: str, rate: float) -> "Faults":
        """These faults with one rate replaced; ValueError names the known ones."""
        known = [field.name for field in fields(self)]
        if name not in known:
            raise ValueError(f"There is no fault {name!r}; known are {', '.join(known)}.")
        return replace(self, **{name: rate})


NO_FAULTS = Faults(0, 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Plan:
    """One run: the same plan gives the same events and the same truth, byte for byte."""

    people: int = 3000
    days: int = 30
    start: date = date(2026, 1, 1)
    seed: int = 7
    faults: Faults = Faults()

    def __post_init__(self) -> None:
        if self.people < 1 or self.days < 1 or self.seed < 0:
            raise ValueError("A town needs at least one person and one day, and a seed of 0 or more.")

    @property
    def start_ms(self) -> int:
        """The first midnight, in milliseconds since 1970 UTC."""
        return int(datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC).timestamp()) * 1000

    @property
    def end_ms(self) -> int:
        """The midnight after the last day, in milliseconds since 1970 UTC."""
        return self.start_ms + self.days * DAY
