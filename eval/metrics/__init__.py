"""Scores and statistics as plain functions, each from the paper that its docstring names."""
