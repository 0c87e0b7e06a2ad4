"""Measures a finished film against its gates; a film below them is published nowhere but in its folder."""
