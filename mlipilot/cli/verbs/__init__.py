"""The verbs of the command line, by what they act on; the code of each is imported when it runs."""
