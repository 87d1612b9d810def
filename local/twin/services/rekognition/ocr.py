"""Reading text in images with RapidOCR, whose package contains its models."""

import io
import threading
from dataclasses import dataclass
from typing import Any

import numpy
from PIL import Image, UnidentifiedImageError


class InvalidImageError(Exception):
    """The bytes are not a valid JPEG or PNG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectedLine:
    """A line of text; its corners are fractions of width and height, clockwise from the top left."""

    text: str
    confidence: float
    corners: tuple[tuple[float, float], ...]


class TextReader:
    """One OCR engine for all callers; loading it takes a second and 200 MB."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None

    def read(self, image: bytes) -> list[DetectedLine]:
        """Return the lines of text in a JPEG or PNG; raises InvalidImageError."""
        pixels = _pixels(image)
        height, width = pixels.shape[:2]
        with self._lock:
            found, _ = self._loaded()(pixels)
        return [
            DetectedLine(
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


def _pixels(content: bytes) -> Any:
    """Return an array of height x width x 3 in the order blue, green, red, as OpenCV uses."""
    try:
        image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
        return numpy.asarray(image.convert("RGB"))[:, :, ::-1]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InvalidImageError(str(error)) from error
