"""Forms: wishes in fields, a recording beside them, and what is refused."""

import pytest

from services.gateway.errors import ApiError
from services.gateway.multipart import MOST_PARTS, form_of

TYPE = "multipart/form-data; boundary=gap"


def form(*parts, end=b"--gap--\r\n"):
    pieces = (
        b'--gap\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + content + b"\r\n"
        for name, content in parts
    )
    return b"".join(pieces) + end


def test_a_form_is_the_same_wish_as_the_json_body():
    fields = {"repo": "acme/site", "languages": "en, pt", "voices": '{"en": "heart"}', "approve": "true"}
    wish, narration = form_of(form(*((name, text.encode()) for name, text in fields.items())), TYPE)
    assert (wish.repo, wish.languages, wish.voices, wish.approve) == (
        "acme/site",
        ("en", "pt"),
        {"en": "heart"},
        True,
    )
    assert narration is None


def test_a_recording_arrives_byte_by_byte():
    sound = bytes(range(256)) * 3 + b"\r\n--ga\r\n\r\n"
    wish, narration = form_of(form(("narration", sound), ("repo", b"acme/site")), TYPE)
    assert narration == sound
    assert wish.repo == "acme/site"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", TYPE),
        (b"no form at all", TYPE),
        (form(("repo", b"acme/site")), "multipart/form-data"),
        (form(("repo", b"acme/site"), end=b""), TYPE),
        (form(("repo", b"acme/site"), ("narration", b"")), TYPE),
        (form(("repo", b"acme/site"), ("unknown", b"1")), TYPE),
        (form(("repo", b"acme/site"), ("voices", b"not json")), TYPE),
        (form(("repo", b"\xff")), TYPE),
        (form(("narration", b"sound")), TYPE),
        (form(("re po", b"acme/site")), TYPE),
        (form(*[("repo", b"acme/site")] * (MOST_PARTS + 1)), TYPE),
        (b'--gap\r\nContent-Disposition: form-data; name="repo"--gap--', TYPE),
    ],
)
def test_a_wrong_form_is_refused(body, content_type):
    with pytest.raises(ApiError) as refusal:
        form_of(body, content_type)
    assert refusal.value.code == "body_invalid"
