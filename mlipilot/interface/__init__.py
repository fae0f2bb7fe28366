"""The Python interface: what `import mlipilot` offers, imported when it is used."""
