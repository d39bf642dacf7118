"""The one way out of the house over HTTP: only to public addresses, checked once and used as checked, with limits.

A name is resolved here; every address it has must be a public one, and the connection goes to the very address that
was checked, so that a name cannot change its mind in between. Nothing follows a redirection.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3  # allowed: this is the one way out

from choral.core.errors import InvalidInput, Unavailable

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0  # from the first byte sent to the last byte read
LARGEST_ANSWER = 64 * 1024  # bytes; more is not read
HOSTS = "CHORAL_OUTBOUND_HOSTS"
_AGENT = "Choral"
_NEVER = tuple(map(ipaddress.ip_network, ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32")))  # machines' own data
_NAT64 = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48")))
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Answer:
    """What the other side said; `body` is cut at 64 KiB, names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Target:
    """An address as it was checked: where to connect, and as whom to greet."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def approved() -> frozenset[str]:
    """Hosts inside the house that whoever runs the machine allows: `$CHORAL_OUTBOUND_HOSTS`, as
    `intranet.shop,127.0.0.1:8080` (a host with any port, or with one)."""
    return frozenset(one.strip().lower() for one in os.environ.get(HOSTS, "").split(",") if one.strip())


def resolved(host: str, port: int) -> list[str]:
    """Every address that the system knows for a host."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def check_url(url: str) -> None:
    """Whether an address could be used at all, without asking for it: `InvalidInput` `bad_address`."""
    _parts(url, approved())


def target(url: str, *, resolve: Resolve = resolved, allowed: Collection[str] | None = None) -> Target:
    """The checked target of a URL.

    Raises `InvalidInput` `bad_address` (not https, a user in it) or `private_address` (this machine, a network that
    is not public, a cloud's own data), `Unavailable` `unknown_host`.
    """
    inside = approved() if allowed is None else allowed
    scheme, host, port, path = _parts(url, inside)
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as problem:
        raise _unknown(host, problem) from None
    if not addresses:
        raise _unknown(host, "no address")
    trusted = _is_approved(host, port, inside)
    for one in addresses:
        if not _may(one, trusted):
            raise InvalidInput(
                "private_address",
                "This address is not on the public internet.",
                f"“{host}” leads to {one}, which belongs to this machine or to a private network.",
                f"Use a public address, or let whoever runs the machine allow the host in {HOSTS}.",
                422,
            )
    return Target(scheme, host, port, path, addresses[0])


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, resolve: Resolve = resolved,
    allowed: Collection[str] | None = None, seconds: float = ANSWER_SECONDS,
) -> Answer:  # fmt: skip
    """POST to a checked target. Any status is an answer, redirections too.

    Raises what `target` raises, and `Unavailable` `no_answer` when nothing came back in time.
    """
    to = target(url, resolve=resolve, allowed=allowed)
    timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds)
    port = "" if to.port == (443 if to.scheme == "https" else 80) else f":{to.port}"
    name = f"[{to.host}]" if ":" in to.host else to.host
    sent = {"User-Agent": _AGENT, "Accept": "application/json", **headers, "Host": f"{name}{port}"}
    end = time.monotonic() + seconds
    with _pool(to, timeout) as pool:
        try:
            response = pool.request(
                "POST", to.path, body=body, headers=sent, redirect=False, retries=False, preload_content=False,
                decode_content=False,
            )  # fmt: skip
            answer = Answer(
                response.status, {key.lower(): value for key, value in response.headers.items()}, _read(response, end)
            )
            response.close()
        except (urllib3.exceptions.HTTPError, OSError) as problem:
            raise Unavailable(
                "no_answer", "The other side gave no answer.", f"{type(problem).__name__}: {str(problem)[:200]}.",
                "It is tried again by itself.",
            ) from None  # fmt: skip
    return answer


def _pool(to: Target, timeout: urllib3.Timeout) -> Any:
    if to.scheme == "http":
        return urllib3.HTTPConnectionPool(to.address, to.port, timeout=timeout, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        to.address, to.port, timeout=timeout, maxsize=1, server_hostname=to.host, assert_hostname=to.host
    )


def _read(response: Any, end: float) -> bytes:
    """What is said, never more than the measure and never longer than the time."""
    parts: list[bytes] = []
    size = 0
    while size < LARGEST_ANSWER:
        if time.monotonic() > end:
            raise urllib3.exceptions.ReadTimeoutError(None, None, "the answer took too long")  # type: ignore[arg-type]
        part = response.read1(min(8192, LARGEST_ANSWER - size))
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _parts(url: str, inside: Collection[str]) -> tuple[str, str, int, str]:
    try:
        found = urlsplit(url.strip())
        host = (found.hostname or "").rstrip(".").encode("idna").decode() if ":" not in (found.hostname or "") else (
            found.hostname or ""
        )  # fmt: skip
        port = found.port or (443 if found.scheme == "https" else 80)
    except ValueError as problem:
        raise _bad(str(problem)) from None
    if not host or found.scheme not in ("https", "http"):
        raise _bad("It must begin with https:// and name a host")
    if found.scheme == "http" and not _is_approved(host, port, inside):
        raise _bad("Only https:// keeps what is sent from being read on its way")
    if found.username or found.password:
        raise _bad("A user or password in it would be shown to everybody who sees the address")
    if any(character.isspace() or ord(character) < 32 for character in url.strip()):
        raise _bad("It has a blank in it")
    path = (found.path or "/") + (f"?{found.query}" if found.query else "")
    return found.scheme, host.lower(), port, path


def _is_approved(host: str, port: int, inside: Collection[str]) -> bool:
    return host.lower() in inside or f"{host.lower()}:{port}" in inside


def _may(text: str, trusted: bool) -> bool:
    """Public, or of a host that is allowed by name; what a cloud tells its machines is never reached."""
    address = _plain(ipaddress.ip_address(text.partition("%")[0]))
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    return trusted or (address.is_global and not address.is_multicast)


def _plain(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if any(address in network for network in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    inside = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    return inside or address


def _bad(why: str) -> InvalidInput:
    return InvalidInput(
        "bad_address", "This address cannot be used.", f"{why}.", "Write it like https://example.com/hook.", 422
    )


def _unknown(host: str, problem: object) -> Unavailable:
    return Unavailable("unknown_host", f"“{host}” is not known.", f"{problem}.", "Look whether it is spelled right.")
