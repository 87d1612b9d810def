"""Cohorts are few, whatever tokens tell, and vouch for no more than the token does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cohort import AGE_BANDS, TIERS, UNKNOWN, Cohort

TEAMS = ("Turkey", "Italy")


@pytest.mark.parametrize("band", AGE_BANDS)
def test_the_vocabularies_are_kept_as_they_are(band: str) -> None:
    told = Cohort.from_claims(favourite_team="Italy", age_band=band, country="IT", tier="premium")
    assert told == Cohort(favourite_team="Italy", age_band=band, country="IT", tier="premium")
    assert Cohort.from_key(told.key) == told


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
def test_other_ages_count_by_the_least_of_them(ages: str, band: str) -> None:
    assert Cohort.from_claims(favourite_team="", age_band=ages, country="", tier="").age_band == band


@given(least=st.integers(0, 999), most=st.integers(0, 999))
def test_a_band_never_vouches_for_more_than_the_token(least: int, most: int) -> None:
    for ages in (f"{least}-{most}", f"{least}+"):
        told = Cohort.from_claims(favourite_team="", age_band=ages, country="", tier="")
        assert told.minimum_age <= least


@pytest.mark.parametrize("country", ["it", "ITA", "I", "I1", "ÄÖ", "IT\n", "unknown"])
def test_a_country_is_two_capitals(country: str) -> None:
    assert Cohort.from_claims(favourite_team="", age_band="", country=country, tier="").country == UNKNOWN


def test_a_tier_that_nobody_sells_is_unknown() -> None:
    assert Cohort.from_claims(favourite_team="", age_band="", country="", tier="gold").tier == UNKNOWN


@given(st.lists(st.tuples(*[st.text(max_size=8)] * 3), max_size=50))
def test_the_cohorts_of_a_match_are_few_in_a_country(told: list[tuple[str, str, str]]) -> None:
    # GIVEN tokens that tell whatever they like
    viewers = [
        Cohort.from_claims(favourite_team=team, age_band=ages, country="IT", tier=tier)
        for team, ages, tier in told
    ]
    # THEN at a match each is of one of these
    teams, bands, tiers = ({*values, UNKNOWN} for values in (TEAMS, AGE_BANDS, TIERS))
    assert len(teams) * len(bands) * len(tiers) == 54
    for cohort in (viewer.at_match_of(*TEAMS) for viewer in viewers):
        assert cohort.favourite_team in teams
        assert cohort.age_band in bands
        assert cohort.tier in tiers
