"""Token buckets."""

from local.twin.services.token_bucket import Rate, TokenBucket


def test_a_bucket_allows_its_burst_and_refills_at_its_rate() -> None:
    # GIVEN a bucket of two with two a second
    clock = [0.0]
    bucket = TokenBucket(Rate(per_second=2, burst=2), lambda: clock[0])
    # WHEN three come at once, THEN the third waits
    assert [bucket.take_token() for _ in range(3)] == [True, True, False]
    # WHEN half a second passes, THEN there is one more; and a pause saves no more than the burst
    clock[0] = 0.5
    assert [bucket.take_token() for _ in range(2)] == [True, False]
    clock[0] = 100
    assert [bucket.take_token() for _ in range(3)] == [True, True, False]


def test_several_tokens_are_taken_together_or_not_at_all() -> None:
    bucket = TokenBucket(Rate(per_second=1, burst=3), lambda: 0.0)
    assert [bucket.take_tokens(count) for count in (2, 2, 1)] == [True, False, True]
