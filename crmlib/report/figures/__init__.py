"""Figures: one module a chapter, one function a figure; none computes what a table does not hold."""
