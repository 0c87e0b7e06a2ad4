"""The translator service."""
