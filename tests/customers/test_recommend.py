"""What is recommended, to whom and why: learnt from what people bought, held to the owner's rules and their rights."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow
import pytest

from choral.books import SYSTEM, act
from choral.core.clock import DAY
from choral.core.errors import InvalidInput
from choral.customers import versions
from choral.customers.recommend import trained
from choral.customers.recommend.actions import remove_rule, set_rule
from choral.customers.recommend.values import Recommendations
from choral.events.lake.datasets import Datasets
from tests.customers.bought import COFFEE, TEA, learnt, order, town
from tests.customers.told import START, Told


def asked(told: Told, card: str, **more: object) -> Recommendations:
    return told.customers.recommend.for_person(told.customers.identifiers(card)[1], **more)  # type: ignore[arg-type]


@pytest.fixture
def taught(told: Told) -> Told:
    """The town has shopped, the models have learnt, and the owner lets profiles be used where nobody objects."""
    town(told)
    learnt(told)
    for rule, value in (("basis", "opt_out"), ("category_cap", "50"), ("not_again_days", "0")):
        act(set_rule, SYSTEM, rule, "", value)
    return told


def test_nobody_is_profiled_before_somebody_allows_it_and_then_best_sellers_are_shown(told: Told) -> None:
    town(told)
    learnt(told)
    found = asked(told, "card:100")
    assert (found.personal, found.why_not_personal) == (False, "not_allowed")
    assert found.rows and {one.kind for one in found.rows} == {"popular"}
    assert found.rows == told.customers.recommend.for_person(()).rows, "the same as for a stranger"


def test_what_a_customer_buys_every_week_is_first_among_what_they_buy_again(taught: Told) -> None:
    found = asked(taught, "card:100", kind="again")
    assert found.personal and found.rows[0].product_id == TEA[0]
    reason = found.rows[0].reason
    assert reason.code == "again_due" and "about every" in reason.text
    assert found.rows[0].probability is not None and found.rows[0].probability > 0.5
    chances = [one.probability or 0 for one in found.rows]
    assert chances == sorted(chances, reverse=True)


def test_what_is_new_to_a_customer_of_yesterday_suits_their_taste_and_says_what_speaks_for_it(taught: Told) -> None:
    taught.says("till", order("card:500", 119, [(TEA[0], 1, 2.5), (TEA[1], 1, 2.5)], "first"))
    owned = set(TEA[:2])
    found = asked(taught, "card:500", kind="new", count=20).rows
    assert found and not owned & {one.product_id for one in found}
    wanted = [one for one in TEA if one not in owned]
    assert set(wanted) <= {one.product_id for one in found[:7]}, "every tea before any coffee"
    assert all(one.reason.because_id in owned for one in found[:7])


def test_a_reason_is_said_in_three_languages(taught: Told) -> None:
    texts = {one: asked(taught, "card:100", kind="new", language=one).rows[0].reason.text for one in ("en", "fr", "it")}
    assert texts["en"].startswith("Because you bought ")
    assert texts["fr"].startswith("Parce que vous avez acheté ")
    assert texts["it"].startswith("Perché hai acquistato ")


def test_the_open_basket_is_answered_with_what_is_bought_beside_it_even_to_a_stranger(taught: Told) -> None:
    found = taught.customers.recommend.for_person((), kind="together", basket=[TEA[0]])
    assert found.rows and found.rows[0].product_id in {*TEA, "bread"} - {TEA[0]}
    assert not {one.product_id for one in found.rows} & set(COFFEE)
    assert found.rows[0].reason.because_id == TEA[0]


def test_an_order_of_a_minute_ago_changes_the_answer_without_learning_anew(taught: Told) -> None:
    taught.says("till", *(order("card:100", 121 + n / 24, [(COFFEE[5], 1, 4.0)], f"n{n}") for n in range(40)))
    assert asked(taught, "card:100", kind="again").rows[0].product_id == COFFEE[5]
    act(set_rule, SYSTEM, "not_again_days", "", "2")
    again = asked(taught, "card:100", kind="again", count=50)
    assert COFFEE[5] not in {one.product_id for one in again.rows}, "bought today: not again at once"


def test_blocked_products_and_departments_are_never_shown_and_the_answer_says_how_many_were_left_out(
    taught: Told,
) -> None:
    act(set_rule, SYSTEM, "block_product", TEA[0])
    act(set_rule, SYSTEM, "block_department", "Bakery")
    found = asked(taught, "card:100", count=50)
    assert not {TEA[0], "bread"} & {one.product_id for one in found.rows}
    assert found.left_out["blocked"] >= 2
    assert act(remove_rule, SYSTEM, "block_product", TEA[0])
    assert TEA[0] in {one.product_id for one in asked(taught, "card:100", count=50).rows}


def test_what_a_store_does_not_have_is_not_shown_there(taught: Told) -> None:
    recommend = taught.customers.recommend
    assert asked(taught, "card:100", store="s1").stock == "unknown", "no stock is connected: said, not guessed"
    recommend.stock = lambda store, products: {TEA[0]: 0, TEA[1]: 9} if store == "s1" else {}
    there, elsewhere = asked(taught, "card:100", store="s1", count=50), asked(taught, "card:100", store="s2", count=50)
    assert TEA[0] not in {one.product_id for one in there.rows} and there.left_out["out_of_stock"] == 1
    assert TEA[0] in {one.product_id for one in elsewhere.rows}
    assert there.stock == "checked"
    act(set_rule, SYSTEM, "least_stock", "", "10")
    assert TEA[1] not in {one.product_id for one in asked(taught, "card:100", store="s1", count=50).rows}


def test_a_floor_of_margin_keeps_out_departments_known_to_earn_less(taught: Told) -> None:
    act(set_rule, SYSTEM, "margin", "Bakery", "0.05")
    act(set_rule, SYSTEM, "least_margin", "", "0.2")
    found = asked(taught, "card:100", count=50)
    assert found.left_out["margin"] == 1 and "bread" not in {one.product_id for one in found.rows}
    assert any(one.department == "Tea" for one in found.rows), "an unknown margin is no reason to leave out"


def test_no_category_fills_the_whole_list(taught: Told) -> None:
    act(set_rule, SYSTEM, "category_cap", "", "1")
    categories = [one.category for one in asked(taught, "card:100", count=50).rows]
    assert len(categories) == len(set(categories))


def test_learnt_anew_from_the_same_purchases_the_models_have_the_same_bytes(taught: Told) -> None:
    def files() -> dict[str, bytes]:
        found = taught.customers.recommend.trained()
        assert found is not None
        folder = trained.root(taught.shop.home.lake) / found.name
        return {file.name: file.read_bytes() for file in folder.glob("*.npy")}

    before = files()
    assert not taught.customers.recommend.stale(taught.customers.identity_version())
    versions.drop(trained.root(taught.shop.home.lake))
    assert taught.customers.recommend.stale(taught.customers.identity_version())
    learnt(taught)
    assert files() == before and len(before) == 6


def test_models_are_judged_on_weeks_they_have_not_seen_and_beside_what_is_popular(taught: Told) -> None:
    training = taught.customers.recommend.training()
    last = date(1970, 1, 1).toordinal() + (START + 120 * DAY) // DAY
    assert abs(date.fromisoformat(training.judged_from).toordinal() - (last - 28)) <= 1
    rows = {(one.model, one.task): one for one in training.rows if one.activity == "all"}
    assert {"popular", "again", "together", "taste", "for_you"} == {model for model, _ in rows}
    again, popular = rows["again", "any"].ndcg, rows["popular", "any"].ndcg
    assert again.low > popular.high, "everybody has a favourite: it must be found"
    assert rows["taste", "new"].ndcg.value > rows["popular", "new"].ndcg.value
    assert all(0 <= one.recall.low <= one.recall.value <= one.recall.high <= 1 for one in training.rows)


def test_probabilities_are_what_really_happened_to_products_that_scored_alike(taught: Told) -> None:
    learnt_last = taught.customers.recommend.trained()
    assert learnt_last is not None and learnt_last.judgement is not None
    again = learnt_last.judgement.again
    assert list(again.shares) == sorted(again.shares) and list(again.bounds) == sorted(again.bounds)
    assert again.shares[0] >= 0 and again.shares[-1] <= 1


def test_a_shop_without_purchases_recommends_nothing_and_says_why(told: Told) -> None:
    found = told.customers.recommend.for_person(())
    assert (found.rows, found.why_not_personal) == ((), "no_model")
    assert not told.customers.recommend.training().ready
    assert told.customers.recommend.offers(()).rows == ()


def test_the_next_best_offer_is_the_coupon_for_what_the_customer_will_most_likely_buy(taught: Told) -> None:
    datasets = Datasets(taught.shop.home.lake)
    first = date.fromordinal(date(1970, 1, 1).toordinal() + START // DAY)
    campaigns = [
        {"campaign_id": "now", "name": "Now", "channel": "direct_mail", "starts": first, "ends": date(2099, 1, 1)},
        {"campaign_id": "over", "name": "Over", "channel": "direct_mail", "starts": first, "ends": first},
    ]
    coupons = [
        {"coupon_id": "tea", "product_id": TEA[0], "campaign_id": "now"},
        {"coupon_id": "coffee", "product_id": COFFEE[1], "campaign_id": "now"},
        {"coupon_id": "old", "product_id": TEA[0], "campaign_id": "over"},
    ]
    datasets.put("campaigns", pyarrow.Table.from_pylist(campaigns).to_reader())
    datasets.put("coupons", pyarrow.Table.from_pylist(coupons).to_reader())
    taught.customers.purchases.refresh()
    learnt(taught)
    ids = taught.customers.identifiers("card:100")[1]
    found = taught.customers.recommend.offers(ids)
    assert [one.coupon_id for one in found.rows] == ["tea", "coffee"] and found.running == 2
    assert found.rows[0].expected > found.rows[1].expected and 0 < found.rows[0].chance <= 1
    other = taught.customers.recommend.offers(taught.customers.identifiers("card:101")[1])
    assert other.rows[0].coupon_id == "coffee"
    used = {"name": "Coupon Redeemed", "ids": ["card:100"], "at": START + 120 * DAY,
            "properties": {"coupon_id": "tea", "campaign_id": "now"}}  # fmt: skip
    taught.says("till", used)
    after = taught.customers.recommend.offers(ids)
    assert [one.coupon_id for one in after.rows] == ["coffee"] and after.rows[0].received


@pytest.mark.parametrize(
    ("kind", "subject", "value", "code"),
    [
        ("magic", "", "1", "unknown_rule"),
        ("block_product", "", "", "rule_subject"),
        ("basis", "", "whatever", "rule_value"),
        ("new_share", "", "nan", "rule_value"),
        ("category_cap", "", "0", "rule_value"),
        ("least_stock", "x", "3", "rule_subject"),
        ("block_product", "a\0b", "", "rule_subject"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_what_would(
    told: Told, kind: str, subject: str, value: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        act(set_rule, SYSTEM, kind, subject, value)
    assert refused.value.code == code and refused.value.fix
    assert told.customers.recommend.rule_rows() == []


def test_scores_do_not_depend_on_how_a_persons_purchases_are_spread_over_identifiers(taught: Told) -> None:
    ids = taught.customers.identifiers("card:100")[1]
    one = taught.customers.recommend.for_person(ids, kind="new")
    taught.says("web", {"name": "Identifiers Linked", "ids": ["user:new", "card:100"]})
    both = taught.customers.recommend.for_person(taught.customers.identifiers("user:new")[1], kind="new")
    assert [row.product_id for row in one.rows] == [row.product_id for row in both.rows]
    assert np.allclose([row.probability or 0 for row in one.rows], [row.probability or 0 for row in both.rows])
