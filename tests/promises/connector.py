"""What every connector must keep; written once, run for each connector that is found."""

from __future__ import annotations

import pytest

from choral.connectors.contract import Connector, WebhookRequest
from choral.core.errors import Unsupported
from choral.events.collector import canonical
from choral.events.collector.intake import Claim
from choral.events.lake.datasets import DATASETS


class ConnectorPromises:
    """Inherit and give a `connector` fixture whose system can be read here."""

    def test_it_says_what_it_is_and_against_what_it_was_tested(self, connector: Connector) -> None:
        manifest = connector.manifest
        assert manifest.key.isidentifier() and manifest.label and manifest.description and manifest.verified
        assert len({stream.name for stream in manifest.streams}) == len(manifest.streams)

    def test_it_is_there(self, connector: Connector) -> None:
        assert connector.check().works, connector.check().missing

    def test_what_it_discovers_is_in_its_manifest(self, connector: Connector) -> None:
        assert set(connector.discover()) <= set(connector.manifest.streams)

    def test_each_event_can_be_taken_and_has_an_id_of_its_own(self, connector: Connector) -> None:
        for stream in connector.discover():
            if stream.kind == "events":
                page = next(iter(connector.read(stream.name)))
                claims = [canonical.read_event(line) for line in page.lines]
                assert all(isinstance(one, Claim) for one in claims)
                ids = [one.id for one in claims if isinstance(one, Claim)]
                assert len(set(ids)) == len(ids) and not any(one.startswith("made-") for one in ids)

    def test_reading_again_from_the_same_cursor_gives_the_same(self, connector: Connector) -> None:
        for stream in connector.discover():
            if stream.kind == "events":
                pages = iter(connector.read(stream.name))
                first, second = next(pages), next(pages, None)
                again = next(iter(connector.read(stream.name)))
                assert list(again.lines) == list(first.lines) and again.cursor == first.cursor
                if second is not None:
                    assert list(next(iter(connector.read(stream.name, first.cursor))).lines) == list(second.lines)

    def test_at_the_end_there_is_nothing_more(self, connector: Connector) -> None:
        for stream in connector.discover():
            if stream.rows and stream.kind == "events" and stream.rows < 10_000:
                last = [page.cursor for page in connector.read(stream.name)][-1]
                assert [page for page in connector.read(stream.name, last) if page.lines] == []

    def test_a_dataset_has_the_columns_of_its_table(self, connector: Connector) -> None:
        for stream in connector.discover():
            if stream.kind == "dataset":
                page = next(iter(connector.read(stream.name)))
                assert page.rows is not None
                assert set(page.rows.schema.names) <= set(DATASETS[stream.name].schema.names)
                assert set(DATASETS[stream.name].key) <= set(page.rows.schema.names)

    def test_what_it_cannot_do_is_said(self, connector: Connector) -> None:
        if not connector.manifest.webhooks:
            with pytest.raises(Unsupported):
                connector.webhook(WebhookRequest({}, b"{}"))
        if not connector.manifest.actions:
            with pytest.raises(Unsupported):
                connector.write("anything", [{}], "key")
        with pytest.raises(Unsupported):
            next(iter(connector.read("no such stream")))
