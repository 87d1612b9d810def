"""Drawn frames of a broadcast: grass, noise, and a scoreboard in one of several styles."""

import io
from dataclasses import dataclass

import numpy
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 640, 360


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The style of a scoreboard: letter size in pixels, colours, noise and JPEG quality."""

    size: int = 26
    ink: tuple[int, int, int] = (255, 255, 255)
    paper: tuple[int, int, int] = (12, 14, 48)
    noise: float = 8.0
    quality: int = 88


def frame(text: str | None, look: Look | None = None, *, seed: int = 0) -> bytes:
    """Return a JPEG of 640 by 360 pixels; without text it has no scoreboard."""
    look = look or Look()
    picture = Image.new("RGB", (WIDTH, HEIGHT), (44, 118, 52))
    if text is not None:
        draw = ImageDraw.Draw(picture)
        font = ImageFont.load_default(look.size)
        _, _, right, bottom = draw.textbbox((0, 0), text, font=font)
        draw.rectangle((24, 20, 48 + right, 36 + bottom), fill=look.paper)
        draw.text((36, 26), text, font=font, fill=look.ink)
    noise = numpy.random.default_rng(seed).normal(0, look.noise, (HEIGHT, WIDTH, 3))
    pixels = numpy.clip(numpy.asarray(picture) + noise, 0, 255).astype(numpy.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "JPEG", quality=look.quality)
    return content.getvalue()
