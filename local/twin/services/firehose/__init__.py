"""Amazon Data Firehose: delivery streams that buffer records, convert them and write them to S3."""
