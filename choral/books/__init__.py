"""What all books share: the unit of work, the outbox that tells facts, idempotency keys, the audit log.

The door: other rooms use `act`, `Tx`, `Actor` and `SYSTEM`, and nothing else from here.
"""

from choral.books.actions import note
from choral.books.unit_of_work import SYSTEM, Actor, Tx, act

__all__ = ["SYSTEM", "Actor", "Tx", "act", "note"]
