"""Where the events go: the collector's address and the write keys of the sources."""

import base64
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from simulator.stream.block import SOURCES

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Address:
    """A collector; `keys` has one write key per source, in the order of SOURCES."""

    scheme: str
    host: str
    port: int
    path: str
    keys: tuple[str, ...]

    def connect(self) -> HTTPConnection:
        """A connection that is not opened yet."""
        kind = HTTPSConnection if self.scheme == "https" else HTTPConnection
        return kind(self.host, self.port, timeout=TIMEOUT_SECONDS)

    def authorization(self, source: int) -> str:
        """Segment's Basic authorization: the key is the user name, the password is empty."""
        return "Basic " + base64.b64encode(f"{self.keys[source]}:".encode()).decode()


def read_address(into: str, keys: list[str]) -> Address:
    """`into` is http(s)://host[:port][/prefix]; each key is KEY for all sources or SOURCE=KEY for one.
    ValueError tells what is missing."""
    parts = urlsplit(into if "://" in into else f"http://{into}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"--into must look like http://127.0.0.1:8000, not {into!r}.")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Address(parts.scheme, parts.hostname, port, parts.path.rstrip("/") + "/v1/batch", _keys(keys))


def _keys(given: list[str]) -> tuple[str, ...]:
    named: dict[str, str] = {}
    for one in given:
        source, equals, key = one.partition("=")
        if not equals:
            named.update({name: one for name in SOURCES if name not in named})
        elif source in SOURCES and key:
            named[source] = key
        else:
            raise ValueError(f"--key takes KEY or SOURCE=KEY with a source of {', '.join(SOURCES)}; not {one!r}.")
    missing = [name for name in SOURCES if name not in named]
    if missing:
        raise ValueError(f"No write key for {', '.join(missing)}: give --key KEY for all, or --key {missing[0]}=KEY.")
    return tuple(named[name] for name in SOURCES)
