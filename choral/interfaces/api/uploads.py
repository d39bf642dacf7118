"""A file in a request, as a form field or as the body itself: a stream that is never whole in memory."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django.http import HttpRequest

from choral.core.errors import InvalidInput

PIECE = 1 << 20
BODY = {
    "requestBody": {
        "required": True,
        "description": "The file as the body, or as the part “file” of a form.",
        "content": {
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}


def is_file(request: HttpRequest) -> bool:
    """Whether the body is a file and not a document or a form."""
    return request.content_type not in ("application/json", "multipart/form-data", "application/x-www-form-urlencoded")


def body_file(request: HttpRequest) -> BinaryIO:
    """The body as a file that can be read again."""
    kept = getattr(request, "body_file", None)
    if kept is None:
        kept = TemporaryFile()  # noqa: SIM115 - closed when the request is forgotten
        while piece := request.read(PIECE):
            kept.write(piece)
        request.body_file = kept  # type: ignore[attr-defined]
    kept.seek(0)
    return cast(BinaryIO, kept)


def uploaded(request: HttpRequest) -> tuple[str, BinaryIO]:
    """The file's name and stream; `InvalidInput` `no_file` when the form has none."""
    if is_file(request):
        return request.GET.get("name", "")[:200] or "upload.csv", body_file(request)
    file = request.FILES.get("file")
    if file is None or isinstance(file, list):
        raise InvalidInput(
            "no_file",
            "No file was sent.",
            "The request has no part “file” and its body is not a file either.",
            "Send the file as the body with Content-Type: text/csv, or as the part “file” of a form.",
            422,
        )
    return str(file.name)[:200], cast(BinaryIO, file.file)
