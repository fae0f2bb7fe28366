"""The proof: from a resolved spec to a plan, with every rule that the spec alone can decide."""
