"""Amazon EventBridge: inputs of rule targets, event patterns and schedules; moto serves the API."""
