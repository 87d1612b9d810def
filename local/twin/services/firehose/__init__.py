"""Firehose: delivery streams that buffer, convert and write to S3."""
