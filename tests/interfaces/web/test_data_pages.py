"""The data coming in: imports, sources, live, refused events, keys and status."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from choral import Shop
from tests.interfaces.web.test_console_lists import text_of

ORDERS = "order id;date;total;customer\n7001;03/02/2026;12,50;7\n7002;31/02/2026;1,00;8\n"


def drop(client: Any, text: str = ORDERS, name: str = "ventes été.csv") -> str:
    """Drop a file; the address of its import."""
    answer = client.post("/imports", {"file": SimpleUploadedFile(name, text.encode("cp1252"))})
    assert answer.status_code == 302, text_of(answer)
    return str(answer["Location"])


def test_a_dropped_file_is_understood_and_nothing_is_written_yet(console: Shop, sign_in: Any) -> None:
    client, head = sign_in("owner"), console.log.head()
    page = text_of(client.get(drop(client)))
    assert "ventes été.csv" in page
    assert "Nothing has been written yet" in page
    assert "A date cannot be read" in page
    assert console.log.head() == head


def test_how_a_file_is_read_can_be_changed(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    path = drop(client)
    assert client.post(f"{path}/reading", {"dates": "mdy", "kind": "orders"})["Location"] == path
    assert console.connectors.draft(path.rsplit("/", 1)[1]).reading.dates == "mdy"


def test_the_refused_rows_come_as_a_file_with_their_reasons(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    path = drop(client)
    assert client.get(f"{path}/refused.csv").status_code == 404  # nothing was tried yet
    client.get(path)
    answer = client.get(f"{path}/refused.csv")
    assert "attachment" in answer["Content-Disposition"]
    said = text_of(answer)
    assert "7002" in said
    assert "7001" not in said


def test_an_import_is_undone_whole_by_one_click(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    done = next(one for one in console.connectors.imports() if one.state == "done")
    assert client.post(f"/imports/{done.id}/undo").status_code == 302
    assert console.connectors.imported(done.id).state == "undone"
    assert "undone" in text_of(client.get("/imports"))


def test_a_file_thrown_away_leaves_nothing(console: Shop, sign_in: Any) -> None:
    client, head = sign_in("owner"), console.log.head()
    client.post(f"{drop(client)}/discard")
    assert console.log.head() == head


def test_an_import_that_runs_shows_how_far_it_is(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    path = drop(client)
    assert client.post(f"{path}/start")["Location"] == path
    assert "Rows taken in" in text_of(client.get(path))


def test_sending_no_file_says_so(console: Shop, sign_in: Any) -> None:
    assert "No file was chosen" in text_of(sign_in("owner").post("/imports", {}, follow=True))


def test_a_new_source_shows_its_key_and_its_address_in_what_to_paste(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    path = client.post("/connect", {"name": "Till of Nice", "channel": "store"})["Location"]
    made = next(one for one in console.events.sources() if one.name == "Till of Nice")
    for way in ("web", "browser", "rudder", "node", "python", "curl"):
        page = text_of(client.get(f"{path}?with={way}"))
        assert made.write_key in page
        assert "http://localhost" in page
    assert "every 1s" in text_of(client.get(f"{path}/first"))
    console.events.accept(made, [{"name": "Page Viewed", "id": "first", "ids": ["anonymous:x"]}])
    assert "First event received" in text_of(client.get(f"{path}/first"))
    assert "every 1s" not in text_of(client.get(f"{path}/first"))


def test_a_disabled_source_can_be_enabled_again(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    page = text_of(client.post("/connect/web-shop/disable", follow=True))
    assert "/connect/web-shop/enable" in page
    assert not console.events.source("web-shop").enabled
    client.post("/connect/web-shop/enable")
    assert console.events.source("web-shop").enabled


def test_live_keeps_to_the_source_in_the_address(console: Shop, sign_in: Any) -> None:
    web = console.events.source("web-shop")
    console.events.accept(web, [{"name": "Page Viewed", "id": "now", "ids": ["anonymous:y"]}])
    page = text_of(sign_in("owner").get("/live?source=web-shop"))
    assert 'class="live-line"' in page
    assert "Looked at a page" in page
    assert 'class="live-line"' not in text_of(sign_in("owner").get("/live?source=nothing"))


@pytest.mark.parametrize("path", ["/live/0", "/live/999999", f"/live/{10**30}", f"/refused/{10**30}"])
def test_an_event_that_is_not_there_is_a_page_that_says_so(console: Shop, sign_in: Any, path: str) -> None:
    assert sign_in("owner").get(path).status_code == 404


def test_a_refused_event_counts_once_it_is_corrected(console: Shop, sign_in: Any) -> None:
    client, head = sign_in("owner"), console.log.head()
    row = console.events.rejected(limit=1)[0]
    page = text_of(client.get(f"/refused/{row.id}"))
    assert row.message in page.replace("&#x27;", "'").replace("&quot;", '"')
    wrong = client.post(f"/refused/{row.id}", {"event": "{"})
    assert wrong.status_code == 422
    right = '{"name":"Order Completed","id":"bad","ids":["card:3"],"properties":' \
            '{"order_id":"n1","total":9,"currency":"EUR"}}'  # fmt: skip
    assert client.post(f"/refused/{row.id}", {"event": right}).status_code == 302
    assert console.log.head() == head + 1


def test_a_refused_event_put_aside_comes_back(console: Shop, sign_in: Any) -> None:
    client, row = sign_in("owner"), console.events.rejected(limit=1)[0]
    client.post(f"/refused/{row.id}/discard")
    assert row.id not in {one.id for one in console.events.rejected()}
    client.post(f"/refused/{row.id}/reopen")
    assert row.id in {one.id for one in console.events.rejected()}


@pytest.mark.parametrize("after", ["x", "²", "9" * 40])
def test_a_mistyped_place_in_the_refused_events_still_shows_the_list(console: Shop, sign_in: Any, after: str) -> None:
    assert sign_in("owner").get("/refused", {"after": after}).status_code == 200


def test_a_key_is_shown_once_and_can_be_revoked(console: Shop, sign_in: Any) -> None:
    from choral.team import keys

    client = sign_in("owner")
    page = text_of(client.post("/keys", {"name": "Reports", "role": "analyst"}))
    made = next(one for one in keys() if one.name == "Reports")
    assert 'id="new-key"' in page
    assert 'id="new-key"' not in text_of(client.get("/keys"))
    client.post(f"/keys/{made.id}/revoke")
    assert next(one for one in keys() if one.id == made.id).revoked_at


def test_status_says_when_no_worker_runs_and_how_many_rows_the_data_sets_have(console: Shop, sign_in: Any) -> None:
    page = text_of(sign_in("owner").get("/status"))
    assert "The worker is not running" in page
    assert "Placements in stores and mailers" in page
