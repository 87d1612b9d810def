"""Analysers of broadcast samples: one module per operation of Rekognition or Transcribe."""
