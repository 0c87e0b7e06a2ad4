"""Where a request may send a film."""

from __future__ import annotations

import pytest

from services.gateway.errors import ApiError
from services.gateway.targets import publishing


def test_the_folder_is_always_among_the_targets() -> None:
    assert publishing((), ("files",), by_admin=False) == (("files",), False)
    assert publishing(("youtube",), ("files", "youtube"), by_admin=False).targets == ("files", "youtube")


@pytest.mark.parametrize("wish", [("youtube",), ("files", "Files"), ("",)])
@pytest.mark.parametrize("by_admin", [False, True])
def test_a_target_the_operator_does_not_allow_is_refused_to_everybody(wish, by_admin) -> None:
    with pytest.raises(ApiError) as refused:
        publishing(wish, ("files",), by_admin=by_admin)
    assert (refused.value.status, refused.value.code) == (422, "not_available")


def test_force_is_for_administrators() -> None:
    assert publishing(("force",), ("files",), by_admin=True) == (("files",), True)
    with pytest.raises(ApiError) as refused:
        publishing(("force",), ("files",), by_admin=False)
    assert (refused.value.status, refused.value.code) == (403, "admin_needed")
