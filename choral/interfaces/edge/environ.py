"""The WSGI environment (PEP 3333) of a request."""

from __future__ import annotations

import sys
from typing import Any

from choral.events.collector.app import Scope
from choral.interfaces.edge.upload import Upload


def environ_of(scope: Scope, upload: Upload) -> dict[str, Any]:
    """Path and header values as PEP 3333 wants them (bytes as latin-1), the body as a file of known length."""
    server, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server.strip("[]") or "localhost",
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": upload.file,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(upload.length),
    }
    for name, value in scope.headers.items():
        _add_header(environ, name, value)
    if "HTTP_HOST" not in environ and scope.authority:
        environ["HTTP_HOST"] = scope.authority
    return environ


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    if "_" in name or name in ("content-length", "transfer-encoding", "proxy"):
        return  # an underscore would let a sender write X-Forwarded_For over another header
    key = "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"
    if key in environ:
        environ[key] += ("; " if name == "cookie" else ",") + value
    else:
        environ[key] = value
