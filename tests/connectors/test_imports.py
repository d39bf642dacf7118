"""An import is found out, rehearsed, run, told again without effect, gone on with after a kill, and undone whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from choral import Shop, open_shop
from choral.books import Actor
from choral.books.outbox import BooksOutbox
from choral.connectors.csv import running
from choral.connectors.values import Changes, Draft
from choral.core.clock import to_datetime
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.customers.consent.queries import EntryFilter
from choral.customers.consent.values import Statement
from choral.customers.consumer import consume
from choral.events.relay import relay

WHO = Actor("member:1")
ORDERS = """N° commande;Date;Client;E-mail;Article;Qté;Prix unitaire;Montant total
1001;03/02/2026;77;ana@ex.fr;A1;2;1,50;4,20
1002;15/02/2026;78;bob@ex.fr;A2;1;2,00;2,00
1001;03/02/2026;77;ana@ex.fr;A2;1;1,20;4,20
1003;31/02/2026;79;;A1;1;1,00;2,00
1003;20/02/2026;79;;A2;1;1,00;2,00
"""
CUSTOMERS = "Email,First name,Card\nana@ex.fr,Ana,1\nluca@ex.it,Luca,2\nbroken,X,3\n,Nobody,\n"


@pytest.fixture
def upload(shop: Shop) -> Callable[..., Draft]:
    def give(text: str | bytes, name: str = "file.csv") -> Draft:
        raw = text.encode() if isinstance(text, str) else text
        return shop.connectors.upload(name, io.BytesIO(raw), WHO)

    return give


def settle(shop: Shop) -> None:
    relay(BooksOutbox(), shop.log)
    while consume(shop.home, shop.log):
        pass


def test_a_french_file_is_found_out(upload: Callable[..., Draft]) -> None:
    draft = upload(ORDERS.encode("cp1252"))
    said = draft.reading
    assert (draft.kind, said.encoding, said.delimiter, said.decimal, said.dates) == (
        "orders",
        "cp1252",
        ";",
        ",",
        "dmy",
    )
    assert [one.field for one in draft.columns] == [
        "order_id", "at", "user_id", "email", "product_id", "quantity", "price", "total",
    ]  # fmt: skip
    assert draft.columns[0].samples == ("1001", "1002", "1003") and draft.problems == ()


def test_the_rehearsal_says_what_the_run_then_does(shop: Shop, upload: Callable[..., Draft]) -> None:
    draft = upload(ORDERS)
    rehearsed = shop.connectors.dry_run(draft.id)
    assert (rehearsed.rows, rehearsed.new, rehearsed.refused_rows) == (5, 2, 2)
    assert rehearsed.reasons == {"bad_moment": 1, "order_incomplete": 1}
    assert shop.log.head() == 0
    done = shop.connectors.run(draft.id, WHO)
    assert (done.state, done.new, done.refused_rows, done.rows_done) == ("done", 2, 2, 5)


def test_orders_have_their_lines_wherever_they_stand_in_the_file(shop: Shop, upload: Callable[..., Draft]) -> None:
    shop.connectors.run(upload(ORDERS).id, WHO)
    settle(shop)
    page = shop.customers.list(personal=True)
    assert {(row.email, row.orders, row.revenue) for row in page.rows} == {("ana@ex.fr", 1, 420), ("bob@ex.fr", 1, 200)}


def test_the_file_of_refused_rows_has_each_row_as_it_was_with_its_reason(
    shop: Shop, upload: Callable[..., Draft]
) -> None:
    draft = upload(CUSTOMERS)
    shop.connectors.run(draft.id, WHO)
    text = b"".join(shop.connectors.refused_file(draft.id)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Email"], row["First name"], row["row"], row["code"]) for row in rows] == [
        ("broken", "X", "4", "bad_email"), ("", "Nobody", "5", "nobody"),
    ]  # fmt: skip
    assert all(row["reason"] for row in rows)


def test_a_list_on_paper_without_any_number_is_imported_once_and_left_to_be_recognised(
    shop: Shop, upload: Callable[..., Draft]
) -> None:
    paper = "Nom;Prénom;Rue;Code postal\nTour;Éloïse;12 rue des Lilas;99110\nTour;Marc;12 rue des Lilas;99110\n;X;;\n"
    done = shop.connectors.run(upload(paper).id, WHO)
    assert (done.new, done.refused_rows) == (2, 1)
    again = shop.connectors.run(upload(paper).id, WHO)
    assert (again.new, again.unchanged) == (0, 2)
    settle(shop)
    found = shop.customers.search("Tour", personal=True)
    assert {one.name for one in found} == {"Éloïse Tour", "Marc Tour"}
    assert not shop.customers.resolve(["name:Tour"])


def test_corrected_and_imported_again_only_the_corrected_is_new(shop: Shop, upload: Callable[..., Draft]) -> None:
    shop.connectors.run(upload(CUSTOMERS).id, WHO)
    again = shop.connectors.run(upload(CUSTOMERS.replace("broken", "eva@ex.it")).id, WHO)
    assert (again.new, again.updated, again.unchanged, again.refused_rows) == (1, 0, 2, 1)
    settle(shop)
    assert shop.customers.count() == 3


def test_the_same_orders_again_count_once_and_changed_ones_are_refused(
    shop: Shop, upload: Callable[..., Draft]
) -> None:
    shop.connectors.run(upload(ORDERS).id, WHO)
    again = shop.connectors.run(upload(ORDERS.replace("2,00;2,00", "9,00;9,00")).id, WHO)
    assert (again.new, again.unchanged) == (0, 1)
    settle(shop)
    assert sum(row.revenue for row in shop.customers.list().rows) == 620


def test_an_undone_import_leaves_nothing_and_can_be_done_again(shop: Shop, upload: Callable[..., Draft]) -> None:
    first = upload(ORDERS)
    shop.connectors.run(first.id, WHO)
    settle(shop)
    assert shop.connectors.undo(first.id, WHO).state == "undone"
    settle(shop)
    assert shop.customers.list().rows == () and shop.customers.search("1001") == ()
    assert shop.connectors.undo(first.id, WHO).state == "undone"
    again = shop.connectors.run(upload(ORDERS).id, WHO)
    settle(shop)
    assert again.new == 2 and sum(row.revenue for row in shop.customers.list().rows) == 620


def test_killed_in_the_middle_it_goes_on_and_counts_nothing_twice(
    shop: Shop, upload: Callable[..., Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_PIECE", 10)
    rows = "".join(f"o{number},2026-01-01,{number % 7 + 1}.00,u{number}\n" for number in range(95))
    draft = upload("order id,date,total,customer id\n" + rows)
    pieces = running._pieces

    def cut(taken: object) -> object:
        for number, piece in enumerate(pieces(taken)):  # type: ignore[arg-type]
            if number == 4:
                raise KeyboardInterrupt
            yield piece

    monkeypatch.setattr(running, "_pieces", cut)
    with pytest.raises(KeyboardInterrupt):
        shop.connectors.run(draft.id, WHO)
    assert shop.connectors.imported(draft.id).state == "running"
    monkeypatch.setattr(running, "_pieces", pieces)
    assert shop.connectors.resume() == 1
    done = shop.connectors.imported(draft.id)
    assert (done.state, done.new, done.rows_done) == ("done", 95, 95)
    settle(shop)
    assert sum(row.orders for row in shop.customers.list(limit=200).rows) == 95


@pytest.mark.parametrize(
    ("raw", "code"),
    [(b"", "empty_file"), (b"  \n\n", "empty_file"), (b"PK\x03\x04" + bytes(range(256)) * 40, "not_a_table"),
     (b"\x89PNG\r\n\x1a\n" + b"\x00\x01\x02" * 900, "not_a_table")],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_reason(shop: Shop, raw: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        shop.connectors.upload("x", io.BytesIO(raw), WHO)
    assert caught.value.code == code
    assert shop.connectors.imports() == ()


@pytest.mark.parametrize(
    "text",
    [
        "email,name\na@b.fr,x,y,z\nc@d.fr\n", 'email,name\na@b.fr,"never closed\n' + "x" * 200_000,
        "email,name\r\n\0a@b.fr,\0x\r\n", "email,name\n" + "a@b.fr," + "y" * 99_000 + "\n",
        "email\n" + "\n" * 1_000 + "a@b.fr",
    ],
)  # fmt: skip
def test_ragged_and_broken_rows_are_told_and_the_rest_is_taken(
    shop: Shop, upload: Callable[..., Draft], text: str
) -> None:
    done = shop.connectors.run(upload(text).id, WHO)
    assert done.state == "done" and done.new + done.refused_rows >= 1


def test_formulas_stay_text_and_cannot_come_back_as_formulas(shop: Shop, upload: Callable[..., Draft]) -> None:
    draft = upload("email,name\n=1+1,=HYPERLINK(1)\nok@ex.fr,=SUM(A1)\n")
    assert shop.connectors.run(draft.id, WHO).new == 1
    text = b"".join(shop.connectors.refused_file(draft.id)).decode("utf-8-sig")
    assert [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell[:1] in ("=", "@")] == []
    settle(shop)
    assert shop.customers.list(personal=True).rows[0].name == "=SUM(A1)"


def test_a_column_can_be_taken_for_something_else_and_a_gap_stands_in_the_way(
    shop: Shop, upload: Callable[..., Draft]
) -> None:
    draft = upload("code,quand,somme\n7,2026-01-02,3.50\n")
    mapped = shop.connectors.describe(draft.id, Changes(kind="orders", mapping={0: "order_id", 2: "total"}), WHO)
    assert mapped.problems == ("missing:at",)
    with pytest.raises(InvalidInput, match="missing:at"):
        shop.connectors.dry_run(draft.id)
    shop.connectors.describe(draft.id, Changes(mapping={1: "at"}), WHO)
    assert shop.connectors.run(draft.id, WHO).new == 1
    with pytest.raises(Conflict):
        shop.connectors.describe(draft.id, Changes(decimal=","), WHO)


def test_a_consent_in_a_file_counts_from_its_own_day_and_outvotes_no_later_refusal(
    shop: Shop, upload: Callable[..., Draft]
) -> None:
    consent = shop.customers.consent
    consent.record(WHO, [Statement("email:bob@shop.eu", "offers", "email", "withdrawn", "one_click")])
    text = "email,accepts marketing,sms consent,consent date\n" + "".join(
        f"{who}@shop.eu,{mail},{sms},{day}\n"
        for who, mail, sms, day in (("ada", "yes", "non", "2026-01-02"), ("bob", "yes", "", ""), ("eve", "?", "", ""))
    )
    draft = upload(text)
    assert [one.field for one in draft.columns] == ["email", "consent_email", "consent_sms", "consent_at"]
    done = shop.connectors.run(draft.id, WHO)
    settle(shop)

    def stands(who: str, channel: str = "email") -> str:
        found = consent.standings(consent.identifiers([f"email:{who}@shop.eu"]))
        return next(one.state for one in found if (one.purpose, one.channel) == ("offers", channel))

    assert [stands("ada"), stands("ada", "sms"), stands("bob"), stands("eve")] == [
        "granted", "refused", "refused", "never_asked",
    ]  # fmt: skip
    given = next(one for one in consent.entries(EntryFilter(state="granted"), personal=True).rows if one.at)
    assert (given.place, to_datetime(given.at).date().isoformat()) == ("import", "2026-01-02")
    shop.connectors.undo(done.id, WHO)
    settle(shop)
    assert stands("ada") == "never_asked"


def test_a_discarded_file_is_gone(shop: Shop, upload: Callable[..., Draft]) -> None:
    draft = upload(CUSTOMERS)
    shop.connectors.discard(draft.id, WHO)
    with pytest.raises(NotFound):
        shop.connectors.draft(draft.id)
    assert list((shop.home.path / "imports").glob("*.data")) == []


def test_refunds_are_told_as_refunds(shop: Shop, upload: Callable[..., Draft]) -> None:
    shop.connectors.run(upload("order id,date,total,customer id\n1,2026-01-01,10.00,u\n2,2026-01-02,-4.00,u\n").id, WHO)
    settle(shop)
    [row] = shop.customers.list().rows
    assert (row.orders, row.revenue) == (1, 600)


def test_an_unknown_currency_is_refused_by_row(shop: Shop, upload: Callable[..., Draft]) -> None:
    rehearsed = shop.connectors.dry_run(
        upload("order id,date,total,currency\n1,2026-01-01,1,XYZ\n2,2026-01-01,1,EUR\n").id
    )
    assert rehearsed.reasons == {"unknown_currency": 1} and rehearsed.new == 1


def test_products_are_merged_and_restored(shop: Shop, upload: Callable[..., Draft]) -> None:
    from choral.events.lake.datasets import Datasets

    first = upload("sku,name,brand\n1,Tea,A\n2,Coffee,B\n")
    assert shop.connectors.run(first.id, WHO).new == 2
    second = upload("sku,name,brand\n2,Espresso,B\n3,Milk,C\n")
    assert shop.connectors.run(second.id, WHO).state == "done"
    assert Datasets(shop.home.lake).rows("products") == 3
    with pytest.raises(Conflict):
        shop.connectors.undo(first.id, WHO)
    shop.connectors.undo(second.id, WHO)
    assert Datasets(shop.home.lake).rows("products") == 2


@pytest.mark.slow
def test_a_gigabyte_is_imported_in_bounded_memory(shop: Shop) -> None:
    import resource

    class Endless(io.RawIOBase):
        """About 1 GB of rows, made while they are read."""

        def __init__(self) -> None:
            self._row, self._left = 0, b"order id,date,total,customer id,product\n"

        def read(self, size: int = -1) -> bytes:
            while len(self._left) < size and self._row < 12_000_000:
                rows = range(self._row, self._row + 10_000)
                self._left += b"".join(b"%d,2026-01-01,1.00,%d,%s\n" % (n, n % 99_999, b"x" * 60) for n in rows)
                self._row += 10_000
            part, self._left = self._left[:size], self._left[size:]
            return part

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    draft = shop.connectors.upload("large.csv", Endless(), WHO)  # type: ignore[arg-type]
    assert draft.size > 1_000_000_000
    assert shop.connectors.dry_run(draft.id).new == 12_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_500_000


def test_a_shop_that_closes_stops_its_import_between_two_rows_and_the_next_goes_on(
    shop: Shop, upload: Callable[..., Draft]
) -> None:
    rows = "".join(f"o{number},2026-01-01,1.00,u{number}\n" for number in range(60_000))
    draft = upload("order id,date,total,customer id\n" + rows)
    shop.connectors.start(draft.id, WHO)
    shop.close()
    again = open_shop(shop.home.path)
    assert again.connectors.imported(draft.id).state in ("running", "done")
    again.connectors.resume()
    done = again.connectors.imported(draft.id)
    assert (done.state, done.new, done.refused_rows) == ("done", 60_000, 0)
    assert again.log.head() == 60_000
    again.close()
