"""Reading text in pictures with RapidOCR, whose models are inside its package."""

import io
import threading
from dataclasses import dataclass
from typing import Any

import numpy
from PIL import Image, UnidentifiedImageError


class NotAPictureError(Exception):
    """Bytes that are no picture, or a broken one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """A line of text: its corners in shares of the picture, clockwise from the top left."""

    text: str
    confidence: float
    corners: tuple[tuple[float, float], ...]


class TextReader:
    """One engine for all callers: loading it takes a second and 200 MB, reading a frame all of a core."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None

    def read(self, picture: bytes) -> list[ReadLine]:
        """The lines in a JPEG or PNG; raises NotAPictureError."""
        pixels = _pixels(picture)
        height, width = pixels.shape[:2]
        with self._lock:
            found, _ = self._loaded()(pixels)
        return [
            ReadLine(
                text=str(text),
                confidence=float(confidence),
                corners=tuple((float(x) / width, float(y) / height) for x, y in box),
            )
            for box, text, confidence in found or []
        ]

    def _loaded(self) -> Any:
        if self._engine is None:
            from rapidocr_onnxruntime import RapidOCR

            self._engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
        return self._engine


def _pixels(picture: bytes) -> Any:
    """Height x width x 3, blue first, as OpenCV has it."""
    try:
        image = Image.open(io.BytesIO(picture), formats=("JPEG", "PNG"))
        return numpy.asarray(image.convert("RGB"))[:, :, ::-1]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotAPictureError(str(error)) from error
