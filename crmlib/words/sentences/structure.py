"""What chapter structure says."""
