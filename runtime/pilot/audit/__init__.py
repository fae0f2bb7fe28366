"""Audits of a campaign's record: made again, decided again, repeated."""
