"""What the collector knows of a request before its body: path, query, headers, and where a write key may stand."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from functools import lru_cache
from typing import Protocol
from urllib.parse import parse_qs


class Headers(Protocol):
    """Header access as the server gives it; names in lower case."""

    def get(self, key: str, default: str | None = None) -> str | None: ...

    def items(self) -> list[tuple[str, str]]: ...


class Request:
    """One request's head. `rest` is what of the path lies under a route that ends in `/*`."""

    __slots__ = ("_query", "authority", "headers", "method", "path", "query_string", "rest", "scheme")

    def __init__(
        self, method: str, path: str, query_string: str, headers: Headers, scheme: str = "http", authority: str = ""
    ) -> None:
        self.method = method
        self.path = path
        self.query_string = query_string
        self.headers = headers
        self.scheme = scheme
        self.authority = authority
        self.rest = ""
        self._query: dict[str, list[str]] | None = None

    def query(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return self.parameters().get(name, [None])[0] if self.query_string else None

    def parameters(self) -> dict[str, list[str]]:
        """The whole query."""
        if self._query is None:
            self._query = parse_qs(self.query_string, max_num_fields=200) if self.query_string else {}
        return self._query

    def host(self) -> str:
        """Host and port as the sender addressed us."""
        return self.headers.get("host") or self.authority

    def write_key(self) -> str | None:
        """The key from Basic user name, Bearer, X-Write-Key or the query; None when it can only be in the body."""
        authorization = self.headers.get("authorization")
        if authorization:
            key = _from_authorization(authorization)
            if key:
                return key
        key = self.headers.get("x-write-key")
        if key:
            return key.partition(":")[0]
        return self.query("writeKey") if self.query_string else None


@lru_cache(maxsize=1_000)
def _from_authorization(value: str) -> str | None:
    kind, _, text = value.partition(" ")
    if kind.lower() == "bearer":
        return text.strip() or None
    if kind.lower() != "basic":
        return None
    try:
        return b64decode(text.strip(), validate=False).decode().partition(":")[0] or None
    except (BadBase64, UnicodeDecodeError, ValueError):
        return None
