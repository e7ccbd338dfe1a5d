"""Figures: one module a chapter, one function a figure; none computes what a table does not hold.

A function takes what its chapter found, then the ``style`` (:class:`crmlib.report.style.Style`), and gives a finished
matplotlib ``Figure``. Parameters are told where the type alone does not tell them.
"""
