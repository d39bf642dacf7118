"""Takes a person out of the views, as if the log had always been what it was rewritten to."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections, transaction

from choral.customers import consumer
from choral.customers.audiences.live import noting
from choral.customers.identity.actions import retract
from choral.customers.identity.erasing import unlink_identifiers
from choral.customers.identity.keys import find, load
from choral.customers.privacy.happened import at_positions
from choral.customers.profiles import summing
from choral.customers.profiles.erasing import forget_identifiers, positions_about
from choral.customers.profiles.queries import first_positions
from choral.customers.profiles.rules import Seen
from choral.events.store import EventLog
from choral.home import Home


def forget(home: Home, log: EventLog, identifiers: Sequence[str]) -> int:
    """Conclude again what these identifiers are and did, from the log as it is now; how many events it concerned.

    The events that counted are read where they stand: those that are nobody's any more are nobody's in the views too,
    receipts stand under their stand-ins. One transaction; doing it again changes nothing.
    """
    with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
        found, _ = find(cursor, identifiers)
        keys = set(found.values())
        positions = positions_about(cursor, keys)
        forget_identifiers(cursor, keys)
        touched = keys & load(cursor, keys).keys() | unlink_identifiers(cursor, keys)
        customers = {node.customer for node in load(cursor, touched).values()}
        if touched:
            customers |= retract(cursor, touched, first_positions(touched))
        again = [Seen(one.position, one.source, one.event) for one in at_positions(log, positions) if one.event.ids]
        customers |= consumer.take_again(cursor, again)
        summing.sum_up(cursor, customers, home.currency)
        if noting.followed(cursor):
            noting.forget_identifiers(cursor, keys, customers, log.head())
    return len(positions)
