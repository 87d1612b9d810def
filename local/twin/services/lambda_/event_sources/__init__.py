"""What starts functions by itself: streams, queues, rules, schedules, and Firehose beside them."""
