"""Amazon Rekognition for the twin: text is really read, by an OCR engine; what it cannot see, it refuses."""
