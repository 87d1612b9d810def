"""Rekognition's image operations over the JSON protocol, held against botocore's model."""

import base64
import json
from collections.abc import Callable, Iterable
from typing import Any

from botocore.exceptions import ClientError

from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_answer, json_error
from local.twin.services.protocol import InvalidRequestError, read_request, service_model, write_answer
from local.twin.services.rekognition.ocr import NotAPictureError, ReadLine, TextReader

VERSION = "3"
BLIND = "the twin has no model that sees labels or faces; it refuses as an account without the permission"


class RekognitionService:
    """`DetectText` by a real OCR engine; every other operation is refused with AccessDeniedException."""

    def __init__(self, s3: Callable[[], Any]) -> None:
        self._s3 = s3
        self._reader = TextReader()

    def handle(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer one request."""
        if request.operation not in service_model("rekognition").operation_names:
            return json_error("UnknownOperationException", request.operation)
        if request.operation != "DetectText":
            return json_error("AccessDeniedException", f"{request.operation}: {BLIND}")
        operation: Any = service_model("rekognition").operation_model("DetectText")
        try:
            asked = read_request(operation.input_shape, request.json())
            lines = self._reader.read(self._picture(asked["Image"]))
        except InvalidRequestError as error:
            return json_error("InvalidParameterException", str(error))
        except ClientError as error:
            return json_error("InvalidS3ObjectException", f"Unable to get object metadata from S3: {error}")
        except NotAPictureError as error:
            return json_error("InvalidImageFormatException", f"Request has invalid image format: {error}")
        answer = {"TextDetections": list(_detections(lines)), "TextModelVersion": VERSION}
        return json_answer(json.loads(write_answer(operation.output_shape, answer)))

    def _picture(self, image: dict[str, Any]) -> bytes:
        if "Bytes" in image:
            return base64.b64decode(image["Bytes"])
        place = image.get("S3Object", {})
        body: bytes = (
            self._s3().get_object(Bucket=place.get("Bucket", ""), Key=place.get("Name", ""))["Body"].read()
        )
        return body


def _detections(lines: Iterable[ReadLine]) -> Iterable[dict[str, Any]]:
    """Each line, and then its words: words share their line's box, for the engine tells none of theirs."""
    detection_id = 0
    for line in lines:
        parent = detection_id
        yield {"Type": "LINE", "Id": parent, **_found(line, line.text)}
        detection_id += 1
        for word in line.text.split():
            yield {"Type": "WORD", "Id": detection_id, "ParentId": parent, **_found(line, word)}
            detection_id += 1


def _found(line: ReadLine, text: str) -> dict[str, Any]:
    across, down = zip(*line.corners, strict=True)
    return {
        "DetectedText": text,
        "Confidence": 100 * line.confidence,
        "Geometry": {
            "BoundingBox": {
                "Left": min(across),
                "Top": min(down),
                "Width": max(across) - min(across),
                "Height": max(down) - min(down),
            },
            "Polygon": [{"X": x, "Y": y} for x, y in line.corners],
        },
    }
