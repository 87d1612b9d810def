"""The demo's picture: the pitch from above with the play on it, the match clock and the score."""

import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from domain.match import Side
from local.play.web.clock import FrameContent
from local.play.web.play import Play, Point
from local.play.web.programme import COLOURS

WIDTH, HEIGHT = 960, 540
Frame = NDArray[np.uint8]
"""HEIGHT x WIDTH x 3: red, green, blue."""

_LEFT, _TOP, _LENGTH, _BREADTH = 66, 69, 828, 438
"""The pitch in the picture: its upper left corner, and its sides along and across."""
_GRASS, _STRIPE, _LINE = "#165c36", "#1a683c", "#d6ecde"
_PLATE, _INK, _FAINT = "#0b1020", "#f3f6ff", "#9fc4ae"
_PLAIN = str.maketrans({"ı": "i", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "ß": "ss", "æ": "ae"})
"""Letters that have no plain letter as a part."""
_DOT, _BALL = 13, 7


def draw(content: FrameContent) -> Frame:
    """Return the picture of some content."""
    picture = _pitch().copy()
    pen = ImageDraw.Draw(picture)
    _draw_play(pen, content.play)
    _draw_score(pen, content)
    return np.asarray(picture)


def _draw_play(pen: ImageDraw.ImageDraw, play: Play) -> None:
    if play.shot is not None:
        line = (_pixel(play.shot.origin), _pixel(play.shot.end))
        pen.line(line, fill=COLOURS[play.shot.side], width=6)
        if play.shot.is_goal:
            x, y = _pixel(play.shot.end)
            for radius in (20, 32, 44):
                pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=_INK, width=3)
    for before, after in zip(play.touches, play.touches[1:], strict=False):
        pen.line((_pixel(before.at), _pixel(after.at)), fill=_FAINT, width=2)
    for touch in play.touches:
        is_newest = touch is play.touches[-1]
        x, y = _pixel(touch.at)
        radius = _DOT if is_newest else _DOT - 4
        pen.ellipse(
            (x - radius, y - radius, x + radius, y + radius), fill=COLOURS[touch.side], outline=_INK, width=2
        )
        if is_newest and touch.player:
            pen.text(
                (min(max(x, 90), WIDTH - 90), y - 20 if y > _TOP + 60 else y + 40),
                _label(touch.player),
                font=_font(23),
                fill=_INK,
                anchor="ms",
                stroke_width=3,
                stroke_fill=_PLATE,
            )
    x, y = _pixel(play.ball)
    pen.ellipse((x - _BALL, y - _BALL, x + _BALL, y + _BALL), fill="white", outline=_PLATE, width=1)


def _draw_score(pen: ImageDraw.ImageDraw, content: FrameContent) -> None:
    score = f"{content.score.home} - {content.score.away}"
    clock_left = 184
    pen.rounded_rectangle((15, 12, clock_left + 150, 57), radius=8, fill=_PLATE)
    pen.rectangle((24, 21, 36, 48), fill=COLOURS[Side.HOME])
    pen.text((99, 35), score, font=_font(30), fill=_INK, anchor="mm")
    pen.rectangle((162, 21, 174, 48), fill=COLOURS[Side.AWAY])
    pen.text((clock_left + 72, 35), content.clock, font=_font(30), fill=_INK, anchor="mm")


def _label(player: str) -> str:
    """Return a player's last name in plain letters, because the font has no others."""
    name = player.split()[-1].translate(_PLAIN)
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def _pixel(point: Point) -> tuple[float, float]:
    return (_LEFT + point[0] * _LENGTH, _TOP + point[1] * _BREADTH)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


@cache
def _pitch() -> Image.Image:
    """Draw the pitch with its markings, in metres of a pitch of 105 by 68."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), _GRASS)
    pen = ImageDraw.Draw(picture)
    for stripe in range(0, 12, 2):
        left = _LEFT + stripe * _LENGTH / 12
        pen.rectangle((left, 0, left + _LENGTH / 12, HEIGHT), fill=_STRIPE)

    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        return (*_pixel((x0 / 105, y0 / 68)), *_pixel((x1 / 105, y1 / 68)))

    pen.rectangle(box(0, 0, 105, 68), outline=_LINE, width=3)
    pen.line(box(52.5, 0, 52.5, 68), fill=_LINE, width=3)
    pen.ellipse(box(43.35, 24.85, 61.65, 43.15), outline=_LINE, width=3)
    for near, area, goal_area, goal, spot in ((0, 16.5, 5.5, -2.4, 11), (105, 88.5, 99.5, 107.4, 94)):
        for depth, half in ((area, 20.15), (goal_area, 9.16), (goal, 3.66)):
            left, right = sorted((near, depth))
            pen.rectangle(box(left, 34 - half, right, 34 + half), outline=_LINE, width=3)
        pen.ellipse(box(spot - 0.4, 33.6, spot + 0.4, 34.4), fill=_LINE)
    return picture
