import pytest

from services.translator.chain import Chain
from services.translator.engine import engines_for


@pytest.fixture(scope="session")
def chain():
    """The real engine, loaded once."""
    return Chain("pt", engines_for("pt"))
