"""Money never loses a cent and never mixes currencies."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from choral.core.errors import InvalidInput
from choral.core.money import CURRENCIES, Money, check_currency, minor_digits


@given(st.integers(-(10**12), 10**12), st.sampled_from(sorted(CURRENCIES)))
def test_an_amount_survives_the_way_to_major_units_and_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.of(money.major, currency) == money


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1))
def test_adding_amounts_is_exact(amounts: list[int]) -> None:
    total = Money(0, "EUR")
    for amount in amounts:
        total += Money(amount, "EUR")
    assert total.minor == sum(amounts)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("59.90", "EUR", 5990),
        ("59.905", "EUR", 5990),
        ("59.915", "EUR", 5992),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
    ],
)
def test_major_units_become_minor_units_of_their_currency(amount: str, currency: str, minor: int) -> None:
    assert Money.of(Decimal(amount), currency).minor == minor
    assert minor_digits(currency) in (0, 2, 3)


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(InvalidInput) as refused:
        Money(1, "EUR") + Money(1, "USD")
    assert refused.value.code == "mixed_currencies"


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "cheap", "", "1e999999999"])
def test_what_is_no_number_is_refused_with_words(amount: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Money.of(amount, "EUR")
    assert refused.value.code == "invalid_amount"
    assert refused.value.fix


def test_a_currency_is_an_iso_code() -> None:
    assert check_currency(" eur ") == "EUR"
    for wrong in ("", "EURO", "XXX", "€", "dollars"):
        with pytest.raises(InvalidInput):
            check_currency(wrong)
