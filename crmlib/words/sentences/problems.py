"""What chapter problems says."""
