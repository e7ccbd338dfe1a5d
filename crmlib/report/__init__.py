"""Report: figures and tables under one style."""
