"""Talks to GitHub: the scanner reads repositories, the publisher tells where films stand."""
