"""What chapter management says."""
