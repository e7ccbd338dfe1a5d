"""The value matrix: from scores to classes and stages."""

from crmlib.matrix.classes import CLASSES, LABELS, MatrixError, classify, fit_cuts

__all__ = ["CLASSES", "LABELS", "MatrixError", "classify", "fit_cuts"]
