"""Numbers of legal entities, held against the rules of their registers and of ISO 17442."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_97_10

from services.kinds.codes import lei
from services.kinds.errors import NotOfKind
from services.kinds.registers import registration_number


def refused(number: str, country: str) -> bool:
    try:
        registration_number(number, country)
    except NotOfKind:
        return True
    return False


@pytest.mark.parametrize(
    ("country", "written", "right", "wrong"),
    [
        ("AT", "FN 122119m", "122119m", "122119"), ("AU", "004 085 616", "004085616", "004085617"),
        ("BE", "0428.759.497", "0428759497", "0428759498"), ("CH", "CHE-100.155.212", "CHE100155212", "CHE100155213"),
        ("BR", "16.727.230/0001-97", "16727230000197", "16727230000198"),
        ("CZ", "25123891", "25123891", "25123890"), ("DE", "Aachen HRA 11223", "Aachen HRA 11223", "Aachen HRC 11223"),
        ("DK", "13585628", "13585628", "13585627"), ("EE", "12345678", "12345678", "12345679"),
        ("ES", "j99216582", "J99216582", "J99216583"), ("FI", "2077474-0", "20774740", "20774741"),
        ("FR", "404 833 048", "404833048", "404833047"), ("HR", "33392005961", "33392005961", "33392005962"),
        ("IT", "00743110157", "00743110157", "00743110158"), ("NO", "988 077 917", "988077917", "988077918"),
        ("PT", "501 964 843", "501964843", "501964842"), ("SE", "123456-7897", "1234567897", "1234567891"),
        ("GB", "sc123456", "SC123456", "1234567"), ("IE", "700000", "700000", "7000000"),
        ("LU", "B 123", "B123", "123"),
        ("NL", "12345678", "12345678", "1234567"), ("PL", "0000012345", "0000012345", "12345"),
        ("US", "DE/1234567", "DE/1234567", "DELAWARE"),
    ],
)  # fmt: skip
def test_a_number_has_the_form_and_the_check_digits_of_its_register(
    country: str, written: str, right: str, wrong: str
) -> None:
    assert registration_number(written, country) == right
    assert registration_number(right, country) == right, "the normal form is its own normal form"
    assert refused(wrong, country)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18), st.integers(2, 98))
def test_an_lei_is_right_with_one_pair_of_check_digits_only(body: str, other: int) -> None:
    right = body + mod_97_10.calc_check_digits(body)
    assert lei(right) == lei(right.lower()) == lei(f" {right[:4]} {right[4:]} ") == right
    wrong = f"{body}{other:02d}"
    if wrong != right and other % 97 != int(right[18:]) % 97:
        with pytest.raises(NotOfKind, match="check digits"):
            lei(wrong)


@pytest.mark.parametrize("text", ["529900T8BM49AURSDO5", "529900T8BM49AURSDO555", "529900T8BM49AURSDO5Ü", "LEI"])
def test_what_is_no_lei(text: str) -> None:
    with pytest.raises(NotOfKind):
        lei(text)
