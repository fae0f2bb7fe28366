"""The language: text to meaning, with every fault on the way as a value."""
