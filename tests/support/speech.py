"""Commentary, synthesized with eSpeak NG, whose package contains its library and voices."""

import ctypes
import functools
import io
import wave
from typing import Any

import espeakng_loader

SYNCHRONOUS, WORDS_A_MINUTE = 2, 1
_SynthCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@functools.cache
def _speaker() -> tuple[Any, int]:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    assert rate > 0, f"eSpeak NG found no voices in {espeakng_loader.get_data_path()}"
    library.espeak_SetVoiceByName(b"en-us")
    return library, rate


def speech(text: str, *, words_a_minute: int = 140) -> bytes:
    """Return a WAV file of 16-bit samples in one channel."""
    library, rate = _speaker()
    samples = bytearray()

    def collect(pointer: Any, count: int, _events: Any) -> int:
        if pointer and count > 0:
            samples.extend(ctypes.string_at(pointer, 2 * count))
        return 0

    callback = _SynthCallback(collect)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetParameter(WORDS_A_MINUTE, words_a_minute, 0)
    content = text.encode()
    library.espeak_Synth(content, len(content) + 1, 0, 0, 0, 1, None, None)
    library.espeak_Synchronize()
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(bytes(samples))
    return file.getvalue()
