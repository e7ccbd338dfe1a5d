"""What chapter strategy says."""
