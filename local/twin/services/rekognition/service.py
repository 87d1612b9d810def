"""Rekognition's image operations over the JSON protocol, validated against botocore's model."""

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any

from botocore.exceptions import ClientError

from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_answer, json_error
from local.twin.services.protocol import InvalidRequestError, read_request, service_model, write_answer
from local.twin.services.registry import ServiceContext
from local.twin.services.rekognition.ocr import DetectedLine, InvalidImageError, TextReader

TEXT_MODEL_VERSION = "3"
NO_MODEL = "the twin has no model for labels or faces, and answers like an account without the permission"


def create(context: ServiceContext) -> "RekognitionService":
    """Create the service."""
    return RekognitionService(lambda: context.clients("s3"))


class RekognitionService:
    """Serves `DetectText` with an OCR engine, and refuses other operations with AccessDeniedException."""

    def __init__(self, s3: Callable[[], Any]) -> None:
        self._s3 = s3
        self._reader = TextReader()

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        """Answer one request."""
        return await asyncio.to_thread(self._answer, request)

    def _answer(self, request: ServiceRequest) -> ServiceAnswer:
        if request.operation not in service_model("rekognition").operation_names:
            return json_error("UnknownOperationException", request.operation)
        if request.operation != "DetectText":
            return json_error("AccessDeniedException", f"{request.operation}: {NO_MODEL}")
        return self._detect_text(request)

    def _detect_text(self, request: ServiceRequest) -> ServiceAnswer:
        operation: Any = service_model("rekognition").operation_model("DetectText")
        try:
            fields = read_request(operation.input_shape, request.json())
            lines = self._reader.read(self._image_bytes(fields["Image"]))
        except InvalidRequestError as error:
            return json_error("InvalidParameterException", str(error))
        except ClientError as error:
            return json_error("InvalidS3ObjectException", f"Unable to get object metadata from S3: {error}")
        except InvalidImageError:
            return json_error("InvalidImageFormatException", "Request has invalid image format")
        answer = {"TextDetections": list(_detections(lines)), "TextModelVersion": TEXT_MODEL_VERSION}
        return json_answer(json.loads(write_answer(operation.output_shape, answer)))

    def _image_bytes(self, image: dict[str, Any]) -> bytes:
        if "Bytes" in image:
            content: bytes = image["Bytes"]
            return content
        location = image.get("S3Object", {})
        answer = self._s3().get_object(Bucket=location.get("Bucket", ""), Key=location.get("Name", ""))
        body: bytes = answer["Body"].read()
        return body


def _detections(lines: Iterable[DetectedLine]) -> Iterable[dict[str, Any]]:
    """Yield each line and then its words, which have their line's box because the engine gives them none."""
    detection_id = 0
    for line in lines:
        parent = detection_id
        yield {"Type": "LINE", "Id": parent, **_detection(line, line.text)}
        detection_id += 1
        for word in line.text.split():
            yield {"Type": "WORD", "Id": detection_id, "ParentId": parent, **_detection(line, word)}
            detection_id += 1


def _detection(line: DetectedLine, text: str) -> dict[str, Any]:
    xs, ys = zip(*line.corners, strict=True)
    return {
        "DetectedText": text,
        "Confidence": 100 * line.confidence,
        "Geometry": {
            "BoundingBox": {
                "Left": min(xs),
                "Top": min(ys),
                "Width": max(xs) - min(xs),
                "Height": max(ys) - min(ys),
            },
            "Polygon": [{"X": x, "Y": y} for x, y in line.corners],
        },
    }
