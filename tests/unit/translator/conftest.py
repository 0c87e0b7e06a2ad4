import pytest

from services.translator.chain import Chain
from services.translator.engines import engines_for


@pytest.fixture(scope="session")
def chain():
    """The real engines, loaded once."""
    engines = engines_for("pt")
    yield Chain("pt", engines)
    for engine in engines:
        engine.close()
