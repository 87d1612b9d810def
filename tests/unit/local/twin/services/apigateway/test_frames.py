import itertools

from hypothesis import given
from hypothesis import strategies as st

from local.twin.services.apigateway.frames import FrameGuard, text_message

FINAL_TEXT, TEXT, CONTINUATION, FINAL_CONTINUATION, FINAL_PING = 0x81, 0x01, 0x00, 0x80, 0x89


class RecordingParser:
    """Records the received bytes."""

    def __init__(self) -> None:
        self.received = b""
        self.ended = False

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        self.received += data
        return False, b""

    def feed_eof(self) -> None:
        self.ended = True


def client_frame(first_byte: int, size: int) -> bytes:
    if size < 126:
        header = bytes((first_byte, 0x80 | size))
    elif size < 65536:
        header = bytes((first_byte, 0x80 | 126)) + size.to_bytes(2, "big")
    else:
        header = bytes((first_byte, 0x80 | 127)) + size.to_bytes(8, "big")
    return header + b"mask" + b"x" * size


def guarded(stream: bytes, cuts: list[int]) -> tuple[RecordingParser, int]:
    parser = RecordingParser()
    exceeded: list[bool] = []
    guard = FrameGuard(parser, frame_bytes=300, message_bytes=1000, on_exceeded=lambda: exceeded.append(True))
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    for start, end in itertools.pairwise(edges):
        guard.feed_data(stream[start:end])
    return parser, len(exceeded)


CUTS = st.lists(st.integers(min_value=0, max_value=5000), max_size=12)


@given(cuts=CUTS, sizes=st.lists(st.integers(min_value=0, max_value=300), max_size=8))
def test_allowed_frames_pass_unchanged_in_any_chunks(cuts: list[int], sizes: list[int]) -> None:
    stream = b"".join(client_frame(FINAL_TEXT, size) for size in sizes)
    parser, exceeded = guarded(stream, cuts)
    assert (parser.received, exceeded) == (stream, 0)


@given(cuts=CUTS, size=st.integers(min_value=301, max_value=70000))
def test_an_oversized_frame_is_reported_once_in_any_chunks(cuts: list[int], size: int) -> None:
    first = client_frame(FINAL_TEXT, 10)
    parser, exceeded = guarded(first + client_frame(FINAL_TEXT, size) + first, cuts)
    assert exceeded == 1
    assert len(parser.received) <= len(first) + 14


@given(cuts=CUTS)
def test_fragments_count_together_and_control_frames_do_not_count(cuts: list[int]) -> None:
    within = client_frame(TEXT, 300) + client_frame(FINAL_PING, 100) + client_frame(CONTINUATION, 300)
    assert guarded(within + client_frame(FINAL_CONTINUATION, 300), cuts)[1] == 0
    assert guarded(within + client_frame(CONTINUATION, 300) + client_frame(CONTINUATION, 101), cuts)[1] == 1


@given(size=st.integers(min_value=0, max_value=5000), frame_bytes=st.sampled_from([100, 126, 1000]))
def test_an_outgoing_message_is_split_into_frames_within_the_limit(size: int, frame_bytes: int) -> None:
    # GIVEN a message; WHEN it is framed
    wire = text_message(bytes(index % 251 for index in range(size)), frame_bytes)
    # THEN the frames carry the message, the first is text, and only the last is final
    payload, opcodes = b"", []
    while wire:
        length, header = wire[1], 2
        if length == 126:
            length, header = int.from_bytes(wire[2:4], "big"), 4
        assert length <= frame_bytes
        opcodes.append(wire[0])
        payload += wire[header : header + length]
        wire = wire[header + length :]
    assert payload == bytes(index % 251 for index in range(size))
    frames = max(1, -(-size // frame_bytes))
    expected = [FINAL_TEXT] if frames == 1 else [TEXT, *[CONTINUATION] * (frames - 2), FINAL_CONTINUATION]
    assert opcodes == expected
