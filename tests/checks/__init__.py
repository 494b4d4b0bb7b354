"""Checks of the book. Each returns complaints, sentences; none if all is well.

So a test asks for an empty list, and a test of the tests for a certain complaint.
"""
