"""EventBridge: rule targets, event filters and schedules."""
