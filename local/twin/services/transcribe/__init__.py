"""Amazon Transcribe for the twin: jobs that really listen, with a recogniser that spots phrases."""
