"""Looking at plans without running them: as a table, as a graph, and as what changed from one to another."""
