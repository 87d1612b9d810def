"""Amazon Transcribe: transcription jobs with a recogniser that spots phrases."""
