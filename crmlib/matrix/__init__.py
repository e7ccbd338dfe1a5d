"""The value matrix: from scores to classes and stages."""

from crmlib.matrix.classes import CLASSES, LABELS, Cuts, MatrixError, fit_classes, of_basis

__all__ = ["CLASSES", "LABELS", "Cuts", "MatrixError", "fit_classes", "of_basis"]
