"""Cohorts are few whatever tokens claim, and never claim a higher age than the token."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cohort import AGE_BANDS, TIERS, UNKNOWN, Cohort

TEAMS = ("Turkey", "Italy")


@pytest.mark.parametrize("band", AGE_BANDS)
def test_known_age_bands_are_kept(band: str) -> None:
    cohort = Cohort.from_claims(favourite_team="Italy", age_band=band, country="IT", tier="premium")
    assert cohort == Cohort(favourite_team="Italy", age_band=band, country="IT", tier="premium")
    assert Cohort.from_key(cohort.key) == cohort


@pytest.mark.parametrize(
    ("ages", "band"),
    [
        ("16-17", "13-17"),
        ("17-20", "13-17"),
        ("18-29", "18-24"),
        ("21+", "18-24"),
        ("50+", "35-54"),
        ("120+", "55+"),
        ("9-12", UNKNOWN),
        ("18", UNKNOWN),
        ("٢٥-٣٤", UNKNOWN),
        ("adult", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_other_age_ranges_count_by_their_lowest_age(ages: str, band: str) -> None:
    assert Cohort.from_claims(favourite_team="", age_band=ages, country="", tier="").age_band == band


@given(least=st.integers(0, 999), most=st.integers(0, 999))
def test_a_band_never_claims_a_higher_age_than_the_token(least: int, most: int) -> None:
    for ages in (f"{least}-{most}", f"{least}+"):
        cohort = Cohort.from_claims(favourite_team="", age_band=ages, country="", tier="")
        assert cohort.minimum_age <= least


@pytest.mark.parametrize("country", ["it", "ITA", "I", "I1", "ÄÖ", "IT\n", "unknown"])
def test_a_country_is_two_capital_letters(country: str) -> None:
    assert Cohort.from_claims(favourite_team="", age_band="", country=country, tier="").country == UNKNOWN


def test_an_unknown_tier_is_replaced() -> None:
    assert Cohort.from_claims(favourite_team="", age_band="", country="", tier="gold").tier == UNKNOWN


@given(st.lists(st.tuples(*[st.text(max_size=8)] * 3), max_size=50))
def test_a_match_has_few_cohorts_per_country(claims: list[tuple[str, str, str]]) -> None:
    # GIVEN tokens with arbitrary claims
    viewers = [
        Cohort.from_claims(favourite_team=team, age_band=ages, country="IT", tier=tier)
        for team, ages, tier in claims
    ]
    # THEN the viewers of a match are in one of these
    teams, bands, tiers = ({*values, UNKNOWN} for values in (TEAMS, AGE_BANDS, TIERS))
    assert len(teams) * len(bands) * len(tiers) == 54
    for cohort in (viewer.at_match_of(*TEAMS) for viewer in viewers):
        assert cohort.favourite_team in teams
        assert cohort.age_band in bands
        assert cohort.tier in tiers
