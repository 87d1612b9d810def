"""IAM as the twin enforces it: who calls, what the request needs, and what the synthesized policies allow."""
