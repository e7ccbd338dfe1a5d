"""The value matrix: from scores to classes and stages."""

from crmlib.matrix.classes import CLASSES, LABELS, Cuts, MatrixError

__all__ = ["CLASSES", "LABELS", "Cuts", "MatrixError"]
