"""The command `choral-town`: plays the town into a collector or a file, tells how it goes, and stops by itself."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from simulator.options import Options, read_options
from simulator.progress import Progress
from simulator.stream.arrivals import Arrivals
from simulator.stream.town_stream import TownStream
from simulator.truth.book import Book
from simulator.wire.address import Address
from simulator.wire.batches import batches
from simulator.wire.pace import paced
from simulator.wire.sender import Refused, Sender


def main(arguments: list[str] | None = None) -> int:
    """0 = played to the end, 1 = refused or failed, 130 = interrupted."""
    options = read_options(arguments)
    plan = options.plan
    progress = Progress(plan.start_ms, plan.end_ms)
    code, figures = 0, {"events": 0}
    try:
        with closing(Book(options.truth)) as book:
            stream = TownStream(plan, book)
            code = _play(options, stream, progress, figures)
    except OSError as trouble:
        return _fail(f"{trouble.strerror or trouble}: {trouble.filename or ''}".rstrip(": "))
    except Refused as refusal:
        return _fail(str(refusal))
    _report(options, figures, progress.seconds, code == 0)
    return code


def _play(options: Options, stream: TownStream, progress: Progress, figures: dict[str, int]) -> int:
    parts = paced(stream.days(), options.plan.start_ms, options.speed)
    try:
        if options.address is None:
            _write(options.dry_run or Path("town.jsonl"), parts, progress, figures)
        else:
            _send(options, options.address, parts, progress, figures)
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted; the truth ends where the town was stopped.\n")
        return 130
    finally:
        parts.close()
        figures.update({name: count for name, count in vars(stream.counts).items() if name != "events"})
        figures["made"] = stream.counts.events
    return 0


def _write(file: Path, parts: Iterator[Arrivals], progress: Progress, figures: dict[str, int]) -> None:
    with file.open("w", encoding="utf-8") as out:
        for part in parts:
            out.writelines(f"{text}\n" for text in part.text)
            figures["events"] += len(part)
            progress.show(figures["events"], int(part.at[-1]))
    progress.show(figures["events"], sys.maxsize, final=True)


def _send(
    options: Options, address: Address, parts: Iterator[Arrivals], progress: Progress, figures: dict[str, int]
) -> None:
    sender = Sender(address, options.connections, options.compress)
    reached = options.plan.start_ms
    try:
        for part in parts:
            for batch in batches(part):
                sender.put(batch)
                progress.show(sender.sent.events, reached)
            reached = int(part.at[-1])
        sender.finish()
        progress.show(sender.sent.events, reached, final=True)
    except BaseException:
        sender.abandon()
        raise
    finally:
        figures.update(vars(sender.sent))


def _report(options: Options, figures: dict[str, int], seconds: float, complete: bool) -> None:
    rate = figures["events"] / max(seconds, 1e-9)
    if options.json:
        facts = {**figures, "seconds": round(seconds, 3), "events_per_second": round(rate), "complete": complete}
        sys.stdout.write(json.dumps(facts) + "\n")
        return
    where = f"; the truth is in {options.truth}" if options.truth else ""
    sys.stderr.write(f"{figures['events']:,} events in {seconds:.1f} s ({rate:,.0f}/s){where}.\n")


def _fail(message: str) -> int:
    sys.stderr.write(f"\nchoral-town: {message}\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
