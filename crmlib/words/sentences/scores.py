"""What chapter scores says."""
