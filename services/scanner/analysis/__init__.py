"""Measures a repository: pure functions of paths and bytes."""
