"""Running the case: chapters as notebooks, a run as one folder under ``reports/``."""
