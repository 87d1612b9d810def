"""A generated picture: a pitch with a moving ball, the match clock and the score."""

import numpy as np
from numpy.typing import NDArray

from local.play.web.clock import FrameContent

WIDTH, HEIGHT = 640, 360
Frame = NDArray[np.uint8]
"""HEIGHT x WIDTH x 3: red, green, blue."""

_GRASS, _STRIPE, _LINE = (22, 92, 54), (26, 104, 60), (214, 236, 222)
_PLATE, _INK = (11, 16, 32), (243, 246, 255)
# Seven segments: top, upper left, upper right, middle, lower left, lower right, bottom.
_SEGMENTS = ((0, 0, 3, 1), (0, 0, 1, 3), (2, 0, 3, 3), (0, 2, 3, 3), (0, 2, 1, 5), (2, 2, 3, 5), (0, 4, 3, 5))
_LIT = {
    "0": "1110111", "1": "0010010", "2": "1011101", "3": "1011011", "4": "0111010",
    "5": "1101011", "6": "1101111", "7": "1010010", "8": "1111111", "9": "1111011",
    "-": "0001000",
}  # fmt: skip


def draw(content: FrameContent, tick: int) -> Frame:
    """Return the picture of some content; `tick` counts frames and moves the ball."""
    frame = _PITCH.copy()
    x = int(WIDTH / 2 + (WIDTH / 2 - 40) * np.sin(tick / 17))
    y = int(HEIGHT / 2 + (HEIGHT / 2 - 60) * np.sin(tick / 11))
    frame[y - 5 : y + 5, x - 5 : x + 5] = _INK
    _write(frame, content.clock, left=20, top=18, unit=6)
    _write(frame, f"{content.score.home}-{content.score.away}", left=WIDTH - 120, top=18, unit=6)
    return frame


def _pitch() -> Frame:
    frame = np.empty((HEIGHT, WIDTH, 3), dtype=np.uint8)
    for column in range(0, WIDTH, 64):
        frame[:, column : column + 64] = _GRASS if column // 64 % 2 else _STRIPE
    rows, columns = np.ogrid[:HEIGHT, :WIDTH]
    ring = np.hypot(rows - HEIGHT / 2, columns - WIDTH / 2)
    frame[(ring > 58) & (ring < 61)] = _LINE
    frame[:, WIDTH // 2 - 1 : WIDTH // 2 + 2] = _LINE
    for left in (0, WIDTH - 90):
        frame[110:113, left : left + 90] = _LINE
        frame[247:250, left : left + 90] = _LINE
    frame[110:250, 88:91] = _LINE
    frame[110:250, WIDTH - 91 : WIDTH - 88] = _LINE
    return frame


def _write(frame: Frame, text: str, *, left: int, top: int, unit: int) -> None:
    widths = [2 if sign in ":+" else 4 for sign in text]
    frame[top - 10 : top + 5 * unit + 10, left - 12 : left + sum(widths) * unit + 6] = _PLATE
    for sign, width in zip(text, widths, strict=True):
        if sign in ":+":
            frame[top + unit : top + 2 * unit, left : left + unit] = _INK
            frame[top + 3 * unit : top + 4 * unit, left : left + unit] = _INK
        for lit, (x0, y0, x1, y1) in zip(_LIT.get(sign, "0000000"), _SEGMENTS, strict=True):
            if lit == "1":
                rows = slice(top + y0 * unit, top + y1 * unit)
                frame[rows, left + x0 * unit : left + x1 * unit] = _INK
        left += width * unit


_PITCH = _pitch()
