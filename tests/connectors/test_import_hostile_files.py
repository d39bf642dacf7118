"""Files as people really have them: nothing in them is lost in silence or read as something it is not."""

from __future__ import annotations

import io
from typing import NoReturn

import pytest

from choral import Shop
from choral.books import Actor
from choral.books.outbox import BooksOutbox
from choral.connectors.csv import running
from choral.connectors.values import DryRun
from choral.customers.consumer import consume
from choral.events.relay import relay

OWNER = Actor("member:1")


def settle(shop: Shop) -> None:
    relay(BooksOutbox(), shop.log)
    while consume(shop.home, shop.log):
        pass


def rehearsed(shop: Shop, text: str) -> DryRun:
    return shop.connectors.dry_run(shop.connectors.upload("file.csv", io.BytesIO(text.encode()), OWNER).id)


@pytest.mark.parametrize("at", [5, 1_999])
def test_a_stray_quote_costs_its_own_row_and_no_other(shop: Shop, at: int) -> None:
    rows = "".join(f"Q{n},2026-01-02,1.00,{chr(34) if n == at else ''}thing\n" for n in range(2_000))
    found = rehearsed(shop, "order_id,date,total,product\n" + rows)
    assert (found.rows, found.new, found.refused_rows) == (2_000, 1_999, 1)
    assert (found.refused[0].row, found.refused[0].code) == (at + 2, "broken_row")
    assert found.refused[0].cells[0] == f"Q{at}"


def test_a_stray_quote_that_another_one_closes_refuses_only_those_two_rows(shop: Shop) -> None:
    rows = "".join(f"Q{n},2026-01-02,1.00,{chr(34) if n in (3, 7) else ''}thing\n" for n in range(10))
    found = rehearsed(shop, "order_id,date,total,product\n" + rows)
    assert (found.rows, found.new) == (10, 8)
    assert [one.row for one in found.refused] == [5, 9]


def test_a_quoted_cell_may_run_over_lines(shop: Shop) -> None:
    found = rehearsed(shop, 'order_id,date,total,product\nA1,2026-01-02,1.00,"two\nlines"\nA2,2026-01-02,2.00,one\n')
    assert (found.rows, found.new, found.refused_rows) == (2, 2, 0)


def test_a_comma_that_groups_nothing_is_refused_not_read_as_ten_times_the_amount(shop: Shop) -> None:
    rows = 'X1,2026-01-02,"1,5"\nX2,2026-01-02,1.50\nX3,2026-01-02,2.50\nX4,2026-01-02,"1,234.50"\n'
    found = rehearsed(shop, "order_id,date,total\n" + rows)
    assert [(one.row, one.code) for one in found.refused] == [(2, "bad_money")]
    assert [one["total"] for one in found.sample] == ["1.50", "2.50", "1234.50"]


def test_a_corrected_file_of_refused_rows_brings_the_cells_that_were_meant(shop: Shop) -> None:
    text = b"email,first_name\nbad,=A1\n"
    one = shop.connectors.upload("file.csv", io.BytesIO(text), OWNER)
    shop.connectors.run(one.id, OWNER)
    refused = b"".join(shop.connectors.refused_file(one.id)).decode("utf-8-sig")
    assert "bad,'=A1," in refused
    found = rehearsed(shop, refused.replace("bad,", "good@shop.example,", 1))
    assert (found.new, found.sample[0]["first_name"]) == (1, "=A1")


def test_orders_on_disk_but_not_yet_noted_when_the_process_died_are_taken_once_and_counted_as_new(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(*_: object, **__: object) -> NoReturn:
        raise Died

    text = b"order_id,date,total,email\nK1,2026-01-02,1.00,k@shop.example\nK2,2026-01-02,2.00,k@shop.example\n"
    one = shop.connectors.upload("file.csv", io.BytesIO(text), OWNER)
    with monkeypatch.context() as patch, pytest.raises(Died):
        patch.setattr(running, "note_progress", die)
        shop.connectors.run(one.id, OWNER)
    settle(shop)
    assert shop.connectors.resume() == 1
    settle(shop)
    done = shop.connectors.imported(one.id)
    assert (done.state, done.new, done.refused_rows) == ("done", 2, 0)
    (customer,) = shop.customers.search("k@shop.example", personal=True)
    assert shop.customers.get(customer.id).orders == 2


def test_shopifys_export_of_orders_is_known_as_orders_though_it_calls_their_number_name(shop: Shop) -> None:
    heads = "Name,Email,Created at,Total,Currency,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku\n"
    rows = (
        "#1,a@shop.example,2026-01-05 10:00:00 +0100,30.00,EUR,1,Shirt,20.00,S1\n"
        "#1,a@shop.example,2026-01-05 10:00:00 +0100,,,1,Cap,10.00,C1\n"
    )
    draft = shop.connectors.upload("orders_export.csv", io.BytesIO((heads + rows).encode()), OWNER)
    assert (draft.kind, draft.problems) == ("orders", ())
    found = shop.connectors.dry_run(draft.id)
    assert (found.new, found.refused_rows, found.sample[0]["order_id"], found.sample[0]["total"]) == (
        1,
        0,
        "#1",
        "30.00",
    )
