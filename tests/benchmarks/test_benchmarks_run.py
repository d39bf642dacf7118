"""Each benchmark runs and says what it measured, with its baseline; sizes are tiny here, so no figure is looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_PROJECT = Path(__file__).parent.parent.parent


def run(name: str, *options: str) -> list[dict[str, Any]]:
    """The tables that a benchmark printed for programs."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *options, "--json"]
    done = subprocess.run(command, cwd=_PROJECT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def column(table: dict[str, Any], name: str) -> list[Any]:
    return [row[name] for row in table["rows"]]


def test_the_console_is_measured_beside_the_server_alone_and_painted_in_a_browser() -> None:
    pages, paints = run("console", "--only", "made", "--events", "3000", "--requests", "2", "--paints", "1")
    asked = column(pages, "what")
    assert asked[:2] == ["baseline: /healthz", "baseline: a static file"]
    for page in ("overview", "sales by store", "one campaign", "customer with time line", "search: telephone", "live"):
        assert page in asked
    assert all(first > 0 and most >= middle > 0 for first, most, middle in zip(
        column(pages, "first"), column(pages, "p95"), column(pages, "median"), strict=True))  # fmt: skip
    assert column(paints, "what") == ["overview", "customer with most events"]
    assert all(moment > 0 for moment in column(paints, "median"))


def test_a_made_up_shop_has_exactly_the_events_that_were_asked_for(tmp_path: Path) -> None:
    from benchmarks.home import lines

    first, again = list(lines(1_000)), list(lines(1_000))
    assert first == again
    assert len(first) == len({json.loads(line)["id"] for line in first}) == 1_000
    (table,) = run("home", str(tmp_path / "shop"), "--events", "1000")
    assert "1,000 events" in table["title"]


def test_ingest_is_measured_beside_nothing_and_a_raw_file() -> None:
    (table,) = run("ingest", "--seconds", "0.2", "--rounds", "1")
    assert column(table, "append to") == ["nothing", "file", "log"] * 2
    assert all(speed > 0 for speed in column(table, "events/s"))


def test_the_time_to_a_profile_is_measured_under_a_stream_of_events() -> None:
    (table,) = run("visible", "--rate", "100", "--seconds", "0.5", "--backlog", "2000")
    assert column(table, "probes")[0] > 0
    assert "a backlog" in table["notes"][0]


def test_the_consumer_is_measured_beside_mere_decoding() -> None:
    throughput, reading = run("customers", "--customers", "200", "--events", "2000", "--reads", "5")
    assert column(throughput, "what")[0] == "read and decode only"
    assert "customer page" in column(reading, "what")


def test_resolving_and_merging_are_measured_beside_ingest_decoding_and_a_step_that_does_nothing() -> None:
    sizes = ("--events", "2000", "--identifiers", "500", "--sizes", "20", "--behind", "10", "--rounds", "1")
    throughput, merges = run("identity", *sizes)
    assert all(speed > 0 for speed in column(throughput, "events/s"))
    assert column(merges, "what")[0] == "baseline: an event about nobody"


def test_answers_are_measured_beside_one_sum_of_all_lines() -> None:
    (table,) = run("analytics", "--orders", "3000")
    assert column(table, "answer")[0] == "refresh of the marts"
    assert "baseline: sum of all lines by product" in column(table, "answer")


def test_linking_is_measured_beside_exact_names_and_telephones() -> None:
    town, registers = run("linking", "--records", "1500", "--town", "400")
    for table in (town, registers):
        methods = column(table, "method")
        assert methods[0].startswith("baseline: ") and methods[-1].startswith("Splink")
        assert all(0 <= share <= 1 for name in ("precision", "recall", "F1") for share in column(table, name))


@pytest.mark.slow
def test_the_load_of_the_demo_is_measured_beside_reading_its_files() -> None:
    (table,) = run("demo_load")
    assert column(table, "what") == ["read the files and count (baseline)", "choral demo --no-serve"]


def test_decisions_about_consent_are_measured_one_by_one_and_together() -> None:
    (table,) = run("consent", "--customers", "600", "--single", "20")
    assert len(column(table, "what")) == 4 and all(one > 0 for one in column(table, "median ms"))
    assert "400 statements" in table["notes"][0]


def test_an_erasure_is_measured_step_by_step_beside_reading_the_log() -> None:
    (table,) = run("erasure", "--events", "2000", "--people", "1")
    assert column(table, "what") == ["baseline: read the log once", "foresee what would go", "erase a customer"]
    assert all(seconds > 0 for seconds in column(table, "s"))
    for step in ("log", "people", "lake", "figures", "bytes"):
        assert step in column(table, "steps")[2]


def test_recommendations_are_judged_beside_best_sellers_and_als() -> None:
    quality, learning, serving = run("recommend", "--als", "--reads", "5")
    assert {("popular", "any"), ("popular", "new"), ("als", "new"), ("for_you", "any")} <= {
        (row["model"], row["products"]) for row in quality["rows"]
    }
    assert [row["times popular"] for row in quality["rows"] if row["model"] == "popular"] == [1.0, 1.0]
    assert all(seconds >= 0 for seconds in column(learning, "seconds"))
    assert "baseline" in column(serving, "what")[0] and all(ms > 0 for ms in column(serving, "p50"))


def test_the_whole_record_is_measured_beside_a_bare_request() -> None:
    (table,) = run("profile", "--events", "2000", "--customers", "200", "--reads", "6")
    asked = column(table, "what")
    assert sum("baseline" in what for what in asked) == 2 and "HTTP: all parts" in asked
    assert all(ms > 0 for ms in column(table, "p95"))


def test_false_alarms_and_breaks_found_are_counted_beside_the_rules_people_use() -> None:
    noises, quiet, breaks = run("findings", "--series", "60", "--looks", "1", "--breaks", "1")
    assert all(0 <= alarms <= 1_000 for alarms in column(noises, "at 5.0%"))
    assert {"a fifth less", "3 deviations"} <= set(noises["rows"][0])
    assert column(quiet, "series a look")[0] > 300
    assert column(breaks, "break")[2] == "a source falls silent"


def test_audiences_are_counted_beside_a_raw_scan_and_followed_beside_the_event_taken_in() -> None:
    counted, live = run("audiences", "--people", "2000", "--followed", "12", "--repeat", "1")
    assert column(counted, "what")[0].startswith("baseline") and column(live, "what")[0].startswith("baseline")
    assert all(people > 0 for people in column(counted, "people"))
    assert all(took > 0 for took in (*column(counted, "s"), *column(live, "p95")))


def test_experiments_are_simulated_beside_the_ordinary_interval_and_files_beside_reading_them() -> None:
    said, files = run("experiments", "--runs", "30", "--rows", "300")
    assert len(column(said, "what")) == 9 and all(column(said, "found"))
    assert column(files, "rows") == [300]


def test_credit_is_measured_beside_a_raw_scan_of_the_touches() -> None:
    (table,) = run("attribution", "--events", "4000")
    assert len(column(table, "what")) == 5
    assert column(table, "times the scan")[0] == 1.0
