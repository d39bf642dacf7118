"""Shop: the one object behind the web pages, the API, the command line and the notebook."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from choral.events.store import EventLog, open_log
from choral.events.writer import LogWriter
from choral.home import Home

if TYPE_CHECKING:
    from choral.analytics.door import Analytics
    from choral.analytics.plots import Plots
    from choral.analytics.tables import Table, Tables
    from choral.connectors.door import Connectors
    from choral.customers.audiences.reading import Attribute
    from choral.customers.door import Customers
    from choral.events.door import Events

Params = ParamSpec("Params")
Result = TypeVar("Result")
_open: Shop | None = None


def open_shop(where: str | os.PathLike[str] = "demo") -> Shop:
    """The shop whose home is at a path or has this name; its tables are brought up to date first.

    One process works with one shop at a time: opening another closes the first. Raises `NotFound` when there is
    no such home.
    """
    global _open
    home = Home.at(where)
    if _open is not None:
        if _open.home == home:
            return _open
        _open.close()
    _configure(home)
    _open = Shop(home)
    _open.prepare()
    return _open


def current_shop() -> Shop:
    """The shop this process has opened."""
    if _open is None:
        raise RuntimeError("No shop is open in this process; call open_shop(home) first.")
    return _open


class Shop:
    """One retailer's platform. Its storeys are `events`, `customers`, `analytics` and `connectors`.

    It may be open in many processes at once (server, worker, notebooks, terminals). `with open_shop(..) as shop:`
    closes it at the end of the block.
    """

    def __init__(self, home: Home) -> None:
        self.home = home

    def __repr__(self) -> str:
        return f"<Shop “{self.home.name}” at {self.home.path}>"

    def __enter__(self) -> Shop:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def log(self) -> EventLog:
        return open_log(self.home.log_url)

    @cached_property
    def log_writer(self) -> LogWriter:
        return LogWriter(self.log)

    @cached_property
    def events(self) -> Events:
        from choral.events.door import Events

        return Events(self.home, self.log, self.log_writer)

    @cached_property
    def customers(self) -> Customers:
        from choral.customers.door import Customers

        return Customers(self.home, self.log, self._attributes)

    def _attributes(self) -> Mapping[str, Attribute]:
        """What the measuring storey concludes about customers, for conditions of audiences."""
        from choral.analytics.lifetime import attributes as foretold
        from choral.analytics.segments import ValueSegments
        from choral.customers.audiences.reading import Attribute

        segments = ValueSegments(self.analytics)
        outlook = foretold.Foretold(self.analytics, foretold.OUTLOOK, foretold.outlook)
        to_come = foretold.Foretold(self.analytics, foretold.TO_COME, foretold.to_come)
        return {
            "segment": Attribute(segments.rows, segments.of, segments.values, segments.mark),
            "outlook": Attribute(outlook.rows, outlook.of, outlook.values, outlook.mark),
            "to_come": Attribute(to_come.rows, to_come.of, to_come.values, to_come.mark),
        }

    @cached_property
    def analytics(self) -> Analytics:
        from choral.analytics.door import Analytics

        return Analytics(self.home, self.log, lambda: self.customers)

    @property
    def tables(self) -> Tables:
        """The analyst's tables: `shop.tables.orders.head()`."""
        return self.analytics.tables

    @property
    def plot(self) -> Plots:
        """The console's pictures: `shop.plot.sales(by="week")`."""
        return self.analytics.plot

    def sql(self, query: str) -> Table:
        """A SELECT of one's own over `tables`; all its rows when they are asked for."""
        return self.analytics.tables.sql(query, seconds=600.0)

    @cached_property
    def connectors(self) -> Connectors:
        from choral.connectors.door import Connectors

        return Connectors(self.home, self.events, self.customers)

    def make_figures_anew(self) -> int:
        """Make what analysis keeps from the lake as it is now and forget what it kept before, after an erasure; how
        many files were forgotten. The worker's."""
        from choral.customers import versions  # deferred with what it belongs to
        from choral.customers.audiences import columns

        columns.forget(self.home.lake)  # the audiences' own worker makes them anew
        if self.analytics.as_of().ready:
            self.analytics.refresh(self.customers.identity_map(), self.customers.identity_version())
        gone = self.analytics.forget_old() + self.customers.purchases.make_anew()
        return gone + sum(versions.drop_old(versions.root(self.home.lake, view)) for view in ("recommend", "habits"))

    def prepare(self) -> None:
        """Bring the tables of books and views up to date; quick when they are."""
        from choral.books.migrate import migrate

        migrate()

    def close(self) -> None:
        """Write what waits and let go of files, threads and connections."""
        global _open
        from choral.books.unit_of_work import close_writer

        if "connectors" in self.__dict__:
            self.connectors.close()
        close_writer()
        if "analytics" in self.__dict__:
            self.analytics.close()
        if "log_writer" in self.__dict__:
            self.log_writer.close()
        if "log" in self.__dict__:
            self.log.close()
        from django.db import connections

        connections.close_all()
        if _open is self:
            _open = None


def _configure(home: Home) -> None:
    if "ipykernel" in sys.modules:  # a notebook's cells run one at a time inside its event loop; Django would refuse
        os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    import django
    from django.conf import settings
    from django.db import connections

    from choral.settings import django_settings

    values = django_settings(home)
    if not settings.configured:
        settings.configure(**values)
        django.setup()
        return
    connections.close_all()  # another home in the same process: tests and notebooks
    for alias, description in values["DATABASES"].items():
        connections.databases[alias] = {**connections.databases[alias], **description}
        with suppress(AttributeError):  # this thread has none yet
            del connections[alias]
    settings.SECRET_KEY = values["SECRET_KEY"]
    settings.TIME_ZONE, settings.LANGUAGE_CODE = values["TIME_ZONE"], values["LANGUAGE_CODE"]
