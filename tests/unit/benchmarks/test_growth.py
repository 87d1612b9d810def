"""The soak's verdict tells a leak from noise and from caches that fill."""

from benchmarks.rig.growth import MOST_PER_MATCH, growths

MATCHES = 30
NOISE = (0.0, 3.0, -2.0, 1.0, -3.0)


def samples(per_match: float, *, warm_up: float = 0.0) -> list[dict[str, float]]:
    """Return a sample after each match, with noise, and what fills in the first third."""
    return [
        {
            "matches": float(number),
            **dict.fromkeys(
                MOST_PER_MATCH, 100 + per_match * number + NOISE[number % 5] + min(number, 9) * warm_up
            ),
        }
        for number in range(MATCHES)
    ]


def test_a_leak_is_found_in_noise() -> None:
    found = growths(samples(3.5))
    assert all(verdict["grows"] for verdict in found.values())
    assert 3.0 < found["moto_mb"]["per_match"] < 4.0


def test_noise_is_no_growth() -> None:
    assert not any(verdict["grows"] for verdict in growths(samples(0.0)).values())


def test_what_fills_in_the_first_third_is_no_growth() -> None:
    assert not any(verdict["grows"] for verdict in growths(samples(0.0, warm_up=20.0)).values())


def test_too_few_matches_have_no_verdict() -> None:
    assert growths(samples(0.0)[:2]) == {}
