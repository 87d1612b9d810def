"""Amazon Rekognition: text detection with an OCR engine; other operations are refused."""
