"""Requests are validated against botocore's service models."""

import pytest

from local.twin.services.protocol import InvalidRequestError, read_request, service_model


@pytest.mark.parametrize(
    "service", ["personalize", "personalize-runtime", "personalize-events", "rekognition", "transcribe"]
)
def test_every_pattern_of_the_models_compiles_and_refuses_other_text(service: str) -> None:
    model = service_model(service)
    shapes = [model.shape_for(name) for name in model.shape_names]
    patterned = [shape for shape in shapes if "pattern" in shape.metadata]
    assert patterned
    for shape in patterned:
        with pytest.raises(InvalidRequestError):
            read_request(shape, "\n\x00é")


def test_bytes_are_read_from_base64() -> None:
    image = service_model("rekognition").shape_for("Image")
    assert read_request(image, {"Bytes": "cGljdHVyZQ=="}) == {"Bytes": b"picture"}
    for other in ("not Base64!", 7):
        with pytest.raises(InvalidRequestError, match="Bytes: expected bytes in Base64"):
            read_request(image, {"Bytes": other})
