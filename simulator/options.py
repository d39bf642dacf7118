"""The command's options, read and checked; what they mean is in `choral-town --help`."""

import argparse
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from simulator.plan import NO_FAULTS, Faults, Plan
from simulator.stream.block import SOURCES
from simulator.wire.address import Address, read_address


@dataclass(frozen=True)
class Options:
    """`address` is None for a dry run; `speed` in simulated seconds per second, None = flat out."""

    plan: Plan
    address: Address | None
    dry_run: Path | None
    truth: Path | None
    speed: float | None
    connections: int
    compress: bool
    json: bool


def read_options(arguments: list[str] | None) -> Options:
    """Ends the program with status 2 and a sentence when something is missing or wrong."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        faults = NO_FAULTS if given.no_faults else Faults()
        for name, rate in given.fault:
            faults = faults.with_rate(name, rate)
        plan = Plan(given.people, given.days, given.start, given.seed, faults)
        address = None if given.dry_run else read_address(given.into or "", given.key)
        if given.connections < 1:
            raise ValueError("--connections must be at least 1.")
    except ValueError as wrong:
        parser.error(str(wrong))
    return Options(
        plan=plan,
        address=address,
        dry_run=given.dry_run,
        truth=given.truth,
        speed=given.speed,
        connections=given.connections,
        compress=given.gzip,
        json=given.json,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="choral-town",
        description="Plays the customers of a town against a Segment collector, and writes the truth apart.",
    )
    add = parser.add_argument
    add("--into", metavar="URL", help="the collector, such as http://127.0.0.1:8000")
    keys = f"write key, for all sources or as SOURCE=KEY ({', '.join(SOURCES)}); may be repeated"
    add("--key", action="append", default=[], metavar="KEY", help=keys)
    add("--people", type=int, default=3000, help="how many live in the town (3000)")
    add("--days", type=int, default=30, help="how long to play (30)")
    add("--start", type=date.fromisoformat, default=date(2026, 1, 1), help="first day, UTC (2026-01-01)")
    add("--seed", type=int, default=7, help="same seed, people, days: same events and truth (7)")
    add("--speed", type=_speed, default=None, help="1 = real time, 3600 = an hour a second, max = flat out (max)")
    add("--truth", type=Path, metavar="DIR", help="where to write who is who and what caused what")
    add("--dry-run", type=Path, metavar="FILE", help="write the events as JSON lines instead of sending them")
    add("--connections", type=int, default=4, help="connections kept open (4)")
    add("--gzip", action="store_true", help="compress the requests")
    add("--no-faults", action="store_true", help="a world without late, doubled, mistyped or robots' events")
    add("--fault", action="append", default=[], type=_fault, metavar="NAME=RATE", help="set one fault's rate")
    add("--json", action="store_true", help="print the final figures as one JSON object on stdout")
    return parser


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    speed = float(text)
    if not 0 < speed < math.inf:
        raise argparse.ArgumentTypeError("a speed is a number above 0, or max")
    return speed


def _fault(text: str) -> tuple[str, float]:
    name, _, rate = text.partition("=")
    return name, float(rate)
