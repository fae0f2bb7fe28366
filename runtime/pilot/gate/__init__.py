"""The gate: what a campaign may believe. Pure functions of measurements, so that any decision can be taken again."""
