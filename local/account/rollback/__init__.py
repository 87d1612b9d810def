"""`python -m local rollback`: let the campaign serve an earlier solution version."""
