"""Lambda as the twin plays it: own processes, AWS's own runtime client, a small Runtime API."""
