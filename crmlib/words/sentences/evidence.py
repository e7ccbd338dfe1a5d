"""What chapter evidence says."""
