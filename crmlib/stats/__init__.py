"""Statistics that are not about banks: intervals, orders, areas under curves, and groupings by rank."""
