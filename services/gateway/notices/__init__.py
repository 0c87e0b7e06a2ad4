"""Tells the world outside of a job's end."""
