"""What chapter model says."""
