"""An identifier has one spelling, stand-ins for nobody identify nobody, personal values stay out of the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from choral.core.identifiers import Identifier, is_nobody, normalise, seen

SECRET = b"k" * 32


@pytest.mark.parametrize("spelling", ["06 12 34 56 78", "+33 6 12 34 56 78", "0033612345678", "06.12.34.56.78"])
def test_a_telephone_number_has_one_spelling(spelling: str) -> None:
    assert normalise("phone", spelling, "FR") == "+33612345678"


def test_an_italian_number_is_read_in_italy() -> None:
    assert normalise("phone", "06 6982 0001", "IT") == "+390669820001"


def test_an_e_mail_address_has_one_spelling() -> None:
    assert normalise("email", " Anna.Rossi@Example.IT ") == "anna.rossi@example.it"
    assert normalise("email", "not an address") is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "null",
        "None",
        "0",
        "0000",
        "undefined",
        "[object Object]",
        "anonymous",
        "GUEST",
        '"null"',
        "NaN",
        "-1",
    ],
)
def test_a_stand_in_for_nobody_identifies_nobody(value: str) -> None:
    assert is_nobody(value)
    assert seen("user", value, SECRET) is None


@given(st.text(min_size=1, max_size=40))
def test_a_user_id_is_kept_as_it_is_or_refused(value: str) -> None:
    found = seen("user", value, SECRET)
    assert found is None or Identifier.parse(str(found)) == found


@given(st.emails())
def test_a_personal_value_never_stands_in_the_log(address: str) -> None:
    found = seen("email", address, SECRET)
    if found is not None:
        assert address.lower() not in str(found).lower()
        assert found.value.startswith("#") and len(found.value) == 33
        assert found == seen("email", f"  {address.upper()} ", SECRET) or address.upper().lower() != address.lower()


def test_another_shop_s_pseudonym_is_another() -> None:
    assert seen("email", "a@b.fr", SECRET) != seen("email", "a@b.fr", b"x" * 32)


def test_nonsense_is_no_telephone_number() -> None:
    assert normalise("phone", "call me", "FR") is None
    assert normalise("phone", "12", "FR") is None
