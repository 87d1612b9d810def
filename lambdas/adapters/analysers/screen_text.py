"""Text on the screen (scoreboard, captions), read by Rekognition in a sampled frame."""

from collections.abc import Mapping, Sequence
from typing import Any

LEAST_CONFIDENCE = 80.0


class ScreenTextAnalyser:
    """Lines of text in a frame."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def supports(self, key: str) -> bool:
        """Frames are JPEG or PNG."""
        return key.lower().endswith((".jpg", ".jpeg", ".png"))

    def analyse(self, bucket: str, key: str) -> Sequence[Mapping[str, Any]]:
        """One observation for each line that was read with confidence."""
        answer = self._client.detect_text(Image={"S3Object": {"Bucket": bucket, "Name": key}})
        return [
            {
                "analyser": "screen_text",
                "label": "LINE",
                "confidence": found["Confidence"] / 100,
                "text": found["DetectedText"],
            }
            for found in answer.get("TextDetections", [])
            if found.get("Type") == "LINE" and found.get("Confidence", 0) >= LEAST_CONFIDENCE
        ]
