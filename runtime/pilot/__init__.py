"""The pilot: a campaign of edits, each proposed, measured and judged."""
