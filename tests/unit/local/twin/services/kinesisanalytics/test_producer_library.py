"""Aggregated records are split, and other records are not."""

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.rig.producer_library import aggregated
from local.twin.services.kinesisanalytics.producer_library import user_records


@given(st.text(min_size=1, max_size=40), st.lists(st.binary(max_size=400), min_size=1, max_size=20))
def test_an_aggregate_gives_its_payloads_in_order(key: str, payloads: list[bytes]) -> None:
    assert user_records(aggregated(key, payloads)) == tuple(payloads)


@given(st.binary(max_size=200))
def test_another_record_is_returned_unchanged(record: bytes) -> None:
    assert user_records(record) == (record,)


@given(st.data())
def test_a_damaged_aggregate_is_returned_unchanged(data: st.DataObject) -> None:
    whole = bytearray(aggregated("m", [b"one", b"two"]))
    at = data.draw(st.integers(4, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    assert user_records(bytes(whole)) == (bytes(whole),)
