"""Event source mappings: functions that are invoked from streams and queues."""
