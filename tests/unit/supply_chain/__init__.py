"""Tests of the bills of materials and the audits."""
