"""Rigs, fakes and data that several tests share."""
