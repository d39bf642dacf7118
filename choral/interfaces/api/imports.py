"""What can be connected, and files on their way in: how they are read, what they would do, how far, undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Field, Query, Router

from choral.channels.contract import Capabilities
from choral.channels.discovery import channels
from choral.connectors.contract import Manifest
from choral.connectors.values import Changes, DateOrder, Decimal, Draft, DryRun, Imported, Kind
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Done, Limit
from choral.interfaces.api.uploads import BODY, uploaded

router = Router(tags=["Imports"])


class ReadOtherwise(Strict):
    """What to read otherwise than was found; what is not named stays."""

    kind: Kind | None = None
    encoding: str | None = Field(None, max_length=40)
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    header: bool | None = None
    decimal: Decimal | None = None
    dates: DateOrder | None = None
    currency: str | None = Field(None, pattern="^[A-Z]{3}$")
    mapping: dict[int, str] | None = Field(None, description="Field by column (from 0); empty leaves a column out.")


@dataclass(frozen=True)
class ImportPage:
    """Imports, newest first."""

    rows: tuple[Imported, ...]
    next: str | None


@dataclass(frozen=True)
class ConnectorPage:
    """What can be connected."""

    rows: tuple[Manifest, ...]
    next: str | None


@dataclass(frozen=True)
class ChannelShown:
    """A channel: how people call it and what it can do."""

    key: str
    label: str
    capabilities: Capabilities


@dataclass(frozen=True)
class ChannelPage:
    """All channels there are."""

    rows: tuple[ChannelShown, ...]
    next: str | None


@reads(router, "/channels", "customers.view", ChannelPage)
def list_channels(request: HttpRequest) -> ChannelPage:
    """The channels, with what each can hear and say."""
    return ChannelPage(
        tuple(ChannelShown(one.key, str(one.label), one.capabilities) for one in channels().values()), None
    )


@reads(router, "/connectors", "imports.manage", ConnectorPage)
def list_connectors(request: HttpRequest) -> ConnectorPage:
    """The systems that can be connected, with what each can give."""
    return ConnectorPage(tuple(shop().connectors.list()), None)


@reads(router, "/imports", "imports.manage", ImportPage)
def list_imports(request: HttpRequest, limit: Limit = 50) -> ImportPage:
    """Imports of files, newest first."""
    return ImportPage(shop().connectors.imports(limit), None)


@writes(router, "POST", "/imports", "imports.manage", Draft, status=201, beside=True, extra=BODY)
def upload_import(
    request: HttpRequest,
    name: Annotated[str, Query(max_length=200, description="The file's name when it is the body.")] = "",
    kind: Annotated[Kind | None, Query(description="What its rows are; found out when not said.")] = None,
) -> Draft:
    """Upload a file; the answer says how it would be read and what its columns mean. Nothing is imported yet."""
    called, stream = uploaded(request)
    return shop().connectors.upload(called, stream, who(request).actor, kind)


@reads(router, "/imports/{import_id}", "imports.manage", Imported)
def get_import(request: HttpRequest, import_id: str) -> Imported:
    """One import as it stands: rows done, seconds left, what was new, updated and refused."""
    return shop().connectors.imported(import_id)


@reads(router, "/imports/{import_id}/draft", "imports.manage", Draft)
def get_import_draft(request: HttpRequest, import_id: str) -> Draft:
    """How an uploaded file would be read."""
    return shop().connectors.draft(import_id)


@writes(router, "PATCH", "/imports/{import_id}/draft", "imports.manage", Draft, beside=True)
def change_import_draft(request: HttpRequest, import_id: str, change: ReadOtherwise) -> Draft:
    """Read it otherwise, or take columns for something else."""
    return shop().connectors.describe(import_id, Changes(**change.dict()), who(request).actor)


@reads(router, "/imports/{import_id}/dry-run", "imports.manage", DryRun)
def dry_run_import(request: HttpRequest, import_id: str) -> DryRun:
    """What the import would do with every row, without doing it."""
    return shop().connectors.dry_run(import_id)


@writes(router, "POST", "/imports/{import_id}/runs", "imports.manage", Imported, status=202, beside=True)
def start_import(request: HttpRequest, import_id: str) -> Imported:
    """Begin in the background; ask for the import to see how far it is. Starting again changes nothing."""
    return shop().connectors.start(import_id, who(request).actor)


@reads(router, "/imports/{import_id}/refused-rows", "imports.manage", str)
def get_refused_rows(request: HttpRequest, import_id: str) -> StreamingHttpResponse:
    """The refused rows as a CSV file: each as it stood in the file, then its row number, code and reason."""
    shop().connectors.imported(import_id)
    answer = StreamingHttpResponse(shop().connectors.refused_file(import_id), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="refused-rows.csv"'
    return answer


@writes(router, "POST", "/imports/{import_id}/reversals", "imports.manage", Imported, beside=True)
def undo_import(request: HttpRequest, import_id: str) -> Imported:
    """Take back everything the import brought; doing it again changes nothing."""
    return shop().connectors.undo(import_id, who(request).actor)


@writes(router, "DELETE", "/imports/{import_id}", "imports.manage", Done, beside=True)
def discard_import(request: HttpRequest, import_id: str) -> Done:
    """Throw an uploaded file away that was not imported."""
    shop().connectors.discard(import_id, who(request).actor)
    return Done(import_id, "discarded")
