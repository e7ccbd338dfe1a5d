"""What chapter matrix says."""
