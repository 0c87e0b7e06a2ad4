"""Secrets that stand where they should not: how they are told, and blotted out."""
