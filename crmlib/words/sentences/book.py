"""What chapter book says."""
