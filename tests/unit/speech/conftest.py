import pytest

from shared.speech.hibari import Hibari, cards


@pytest.fixture(scope="session")
def voice():
    """The real engine, loaded once."""
    (card,) = cards()
    return Hibari(card)
