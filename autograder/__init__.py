"""Grading of deep-learning notebooks by hidden pytest suites, in confined warm processes."""

__version__ = "0.1.0"
