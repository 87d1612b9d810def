"""Tests of moto's patches."""
