"""A live HLS stream of the generated picture, with the programme time of each segment."""

import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Self

import imageio_ffmpeg

from domain.validation import format_instant
from local.play.web.clock import FrameContent
from local.play.web.picture import HEIGHT, WIDTH, draw

FRAMES_PER_SECOND = 10
SEGMENT_SECONDS = 1
_STOP_SECONDS = 10
_KEY = str(FRAMES_PER_SECOND * SEGMENT_SECONDS)
# Every browser plays VP9 in fragmented MP4, including those without patented codecs.
_ENCODER = (
    "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-lag-in-frames", "0", "-b:v", "500k",
    "-pix_fmt", "yuv420p", "-g", _KEY, "-keyint_min", _KEY, "-threads", "1",
)  # fmt: skip


class LiveStream:
    """Encodes ten frames a second while it is entered; segments are kept for seeking back."""

    def __init__(self, content: Callable[[], FrameContent]) -> None:
        self._content = content
        self._folder = tempfile.TemporaryDirectory(prefix="touchline-stream-")
        self._times: list[datetime] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._encode, name="stream", daemon=True)

    def __enter__(self) -> Self:
        self._encoder = subprocess.Popen(
            [*self._command(), str(self.folder / "encoder.m3u8")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C and `timeout` signal the demo's group; it ends with its input at last
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._encoder.terminate()
        self._encoder.wait(_STOP_SECONDS)
        self._folder.cleanup()

    @property
    def folder(self) -> Path:
        """The folder of the segments."""
        return Path(self._folder.name)

    def playlist(self) -> str:
        """Return the live playlist: every finished segment, each with its programme date-time."""
        own = self.folder / "encoder.m3u8"
        done = own.read_text().count("#EXTINF") if own.exists() else 0
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{SEGMENT_SECONDS}",
            "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-INDEPENDENT-SEGMENTS",
            '#EXT-X-MAP:URI="init.mp4"',
        ]
        for number, begins_at in enumerate(self._times[:done]):
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{format_instant(begins_at)}")
            lines += [f"#EXTINF:{SEGMENT_SECONDS}.0,", f"segment{number:05d}.m4s"]
        return "\n".join(lines) + "\n"

    def _command(self) -> tuple[str, ...]:
        return (
            imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error",
            "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FRAMES_PER_SECOND),
            "-i", "pipe:", *_ENCODER,
            "-f", "hls", "-hls_time", str(SEGMENT_SECONDS), "-hls_list_size", "0",
            "-hls_segment_type", "fmp4", "-hls_flags", "independent_segments+temp_file",
            "-hls_fmp4_init_filename", "init.mp4",
            "-hls_segment_filename", str(self.folder / "segment%05d.m4s"),
        )  # fmt: skip

    def _encode(self) -> None:
        assert self._encoder.stdin
        start = time.monotonic()
        tick = 0
        while not self._ended.is_set():
            content = self._content()
            if tick % (FRAMES_PER_SECOND * SEGMENT_SECONDS) == 0:
                self._times.append(content.programme_time)
            self._encoder.stdin.write(draw(content).tobytes())
            tick += 1
            self._ended.wait(max(0.0, start + tick / FRAMES_PER_SECOND - time.monotonic()))
        self._encoder.stdin.close()
