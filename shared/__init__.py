"""What every service shares. Start with `shared/pipeline.py`."""
