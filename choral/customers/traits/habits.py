"""What customers of this shop do on average: on which channels, at which hours, how often they answer; a view."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache

import duckdb

from choral.core.ids import digest
from choral.customers import versions
from choral.events.lake import place, writer
from choral.events.schema.acts import NOT_ACTS, SENT

LAYOUT = 1
ANSWER_DAYS = 28
_ACT = f"name NOT IN {NOT_ACTS}"
_ACTS = f"""
    SELECT channel, extract(hour FROM "at")::INTEGER AS hour, count(*) AS n FROM {{events}}
    WHERE subject <> '' AND source <> 'choral' AND {_ACT} GROUP BY 1, 2 ORDER BY 1, 2"""  # noqa: S608
# A message is answered when its person does something that names its campaign within four weeks.
_ANSWERS = f"""
    WITH said AS (SELECT subject, channel, name, "at", properties->>'$.campaign_id' AS campaign FROM {{events}}
                  WHERE subject <> '' AND contains(properties, '"campaign_id"')),
         sent AS (SELECT subject, channel, campaign, min("at") AS "at" FROM said WHERE name IN {SENT}
                  GROUP BY ALL),
         acts AS (SELECT DISTINCT subject, campaign, "at" FROM said WHERE {_ACT})
    SELECT s.channel, count(DISTINCT (s.subject, s.campaign)) AS sent,
           count(DISTINCT (s.subject, s.campaign)) FILTER (a.subject IS NOT NULL) AS answered
    FROM sent AS s LEFT JOIN acts AS a ON a.subject = s.subject AND a.campaign = s.campaign AND a."at" >= s."at"
         AND a."at" < s."at" + INTERVAL {ANSWER_DAYS} DAY
    GROUP BY 1 ORDER BY 1"""  # noqa: S608


@dataclass(frozen=True)
class Habits:
    """The shop's average. `acts`: how many acts on each channel; `hours`: on each channel by hour of the shop's day;
    `answers`: of each channel how many messages were sent to somebody, and how many of them were answered."""

    acts: dict[str, int]
    hours: dict[str, tuple[int, ...]]
    answers: dict[str, tuple[int, int]]


NOTHING = Habits({}, {}, {})


def refresh(lake: str, time_zone: str) -> bool:
    """Bring the averages up to the lake; whether they changed. The worker's."""
    name = digest(json.dumps([writer.position(lake), writer.withdrawals(lake), time_zone, LAYOUT]), 8).hex()
    root = versions.root(lake, "habits")
    if versions.current(root) == name:
        return False
    building = versions.begin(root, name)
    with duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(building / "spill")}) as database:
        database.execute(f"SET TimeZone = {place.quoted(time_zone)}")
        made = _made(database, writer.scan(lake, "events"))
    (building / "habits.json").write_text(json.dumps(asdict(made)), "utf-8")
    versions.swap(root, building, name)
    return True


def current(lake: str) -> Habits:
    """The newest averages; empty ones before there are any."""
    name = versions.current(versions.root(lake, "habits"))
    return _read(lake, name) if name else NOTHING


@lru_cache(maxsize=4)
def _read(lake: str, name: str) -> Habits:
    try:
        told = json.loads((versions.root(lake, "habits") / name / "habits.json").read_text("utf-8"))
    except FileNotFoundError:
        return NOTHING
    hours = {channel: tuple(counts) for channel, counts in told["hours"].items()}
    return Habits(told["acts"], hours, {channel: tuple(pair) for channel, pair in told["answers"].items()})


def _made(database: duckdb.DuckDBPyConnection, events: str) -> Habits:
    hours: dict[str, list[int]] = {}
    for channel, hour, count in database.execute(_ACTS.format(events=events)).fetchall():
        hours.setdefault(channel, [0] * 24)[hour] = count
    answers = database.execute(_ANSWERS.format(events=events)).fetchall()
    return Habits(
        {channel: sum(counts) for channel, counts in hours.items()},
        {channel: tuple(counts) for channel, counts in hours.items()},
        {channel: (sent, answered) for channel, sent, answered in answers},
    )
