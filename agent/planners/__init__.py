"""Planners: who writes the program for a request."""
