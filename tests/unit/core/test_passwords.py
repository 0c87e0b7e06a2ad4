"""The passwords of an installation are made once, and each reader finds its own."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from shared.passwords import main, make_passwords
from shared.permissions import users


def test_each_user_has_an_address_of_its_own_and_the_server_knows_all(tmp_path: Path) -> None:
    assert make_passwords(tmp_path, "nats:4222")
    served = (tmp_path / "server" / "users.conf").read_text()
    for user in users():
        address = (tmp_path / user.name / "url").read_text().strip()
        password = address.removeprefix(f"nats://{user.name}:").removesuffix("@nats:4222")
        assert len(password) >= 32
        assert f'user: {user.name}, password: "{password}"' in served
        assert served.count(password) == 1


def test_nobody_else_can_read_or_change_them(tmp_path: Path) -> None:
    make_passwords(tmp_path, "nats:4222")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*") if path.is_file()}
    assert modes == {0o440}


def test_a_second_start_keeps_what_the_first_made(tmp_path: Path) -> None:
    make_passwords(tmp_path, "nats:4222")
    before = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    assert not make_passwords(tmp_path, "nats:4222")
    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_start_that_was_cut_off_is_made_good(tmp_path: Path) -> None:
    make_passwords(tmp_path, "nats:4222")
    (tmp_path / "server" / "users.conf").unlink()
    assert make_passwords(tmp_path, "nats:4222")
    address = (tmp_path / "scanner" / "url").read_text().split(":")[2].partition("@")[0]
    assert address in (tmp_path / "server" / "users.conf").read_text()


def test_the_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main([]) == 2
    assert main([str(tmp_path), "nats:4222"]) == main([str(tmp_path), "nats:4222"]) == 0
    assert "usage" in capsys.readouterr().err
