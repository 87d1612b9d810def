"""`python -m local preflight`: what an account lacks for a stage, before the stage is deployed."""
