from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guerdon.expr.literals import MAX_DIGITS, as_float, find_numbers, read_number


def values(text, thousands=True):
    return [found.value for found in find_numbers(text, thousands)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42", [42]),
        ("-3", [-3]),
        ("+3", [3]),
        ("\u22124", [-4]),
        ("0.50", [Fraction(1, 2)]),
        (".5", [Fraction(1, 2)]),
        ("5.", [5]),
        ("It is 5.", [5]),
        ("1,234,567.5", [Fraction(2469135, 2)]),
        ("1,23", [1, 23]),
        ("1,2345", [1, 2345]),
        ("1234,567", [1234, 567]),
        ("3/4", [Fraction(3, 4)]),
        ("-1/2", [Fraction(-1, 2)]),
        ("1e3", [1000]),
        ("1E-2", [Fraction(1, 100)]),
        ("1e", [1]),
        ("3-4", [3, 4]),
        ("5 - 3", [5, 3]),
        ("(2)-1", [2, 1]),
        ("x=-3", [-3]),
        ("$1,000.50", [Fraction(2001, 2)]),
        ("50%", [50]),
        ("0.12m", [Fraction(3, 25)]),
        ("12 apples and 3 pears", [12, 3]),
        # not numbers of their own
        ("x2", []),
        ("H2O", []),
        ("1_000", []),
        ("1.2.3", []),
        ("3/4/2020", []),
        ("1/0", []),
        ("1/-2", []),
        ("\u00b2", []),
        ("\u0663", []),  # Arabic three: only 0 to 9 are read
        ("", []),
        ("-", []),
        (".", []),
    ],
)
def test_numbers_as_people_write_them(text, expected):
    assert values(text) == expected


def test_without_thousands_a_comma_separates():
    assert values("[1,250,300]", thousands=False) == [1, 250, 300]


def test_places_are_those_of_the_text():
    text = "gap = -0.5 m, then 3/4"
    assert [text[found.start : found.stop] for found in find_numbers(text)] == ["-0.5", "3/4"]


def test_what_is_too_long_is_no_number():
    assert values("9" * MAX_DIGITS) == [10**MAX_DIGITS - 1]
    assert values("9" * (MAX_DIGITS + 1)) == []
    assert values("1e400") == [10**400]
    assert values("1e401") == []
    assert values("1e3000000") == []
    assert as_float(Fraction(10**400)) is None
    assert read_number("1" * 10**6) is None


@given(st.fractions(max_denominator=10**6), st.booleans())
def test_a_written_fraction_reads_back(value, spaced):
    assert read_number(f" {value} " if spaced else str(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_float_reads_back(value):
    assert as_float(read_number(repr(value))) == value


@given(st.integers())
def test_a_number_with_thousands_reads_back(value):
    assert read_number(f"{value:,}") == value


@given(st.text(alphabet="0123456789,./-+eE xm_", max_size=40))
def test_found_numbers_stand_apart_and_read_again_alone(text):
    last = 0
    for found in find_numbers(text):
        assert last <= found.start < found.stop <= len(text)
        last = found.stop
        assert read_number(text[found.start : found.stop]) == found.value


@pytest.mark.parametrize(
    "unit", ["1,", "1,111", "1.", "-", "1/", "1e", "1-", "9", ".1", ",", "1a", "a1", "1/1/", "1,2."]
)
def test_hostile_text_takes_time_in_proportion(unit):
    text = unit * (60_000 // len(unit))
    begun = time.process_time()
    find_numbers(text)
    find_numbers(text, thousands=False)
    assert time.process_time() - begun < 10  # about a second; quadratic would be minutes
