"""Imports and modules, one dialect a file: how imports look, what modules are called, what is meant."""
