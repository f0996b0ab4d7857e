"""Ciphers: Peering Manager's and routers' own texts, and passwords that stay hidden."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest
from golden import golden
from peering import Secret
from peering.cipher import Compat, PasswordAlgorithm, encrypt_cisco_with_seed
from peering.exceptions import OptionsError, ParseError

KEYED = [
    (PasswordAlgorithm.JUNIPER_TYPE9, "juniper_type9.json"),
    (PasswordAlgorithm.ARISTA_TYPE7, "arista_type7.json"),
]


@pytest.mark.parametrize(("algorithm", "name"), KEYED)
def test_texts_are_as_recorded(algorithm: PasswordAlgorithm, name: str) -> None:
    rows = golden(name)
    if not isinstance(rows[0], dict):
        pytest.skip("needs the golden data")
    for row in rows:
        check(algorithm, row, row.get("key") or "")
        if row.get("key"):
            assert algorithm.encrypt(row["password"], row["key"]).expose() == row["encrypted"]


@pytest.mark.parametrize("row", golden("cisco_type7.json"), ids=str)
def test_ciscos_texts_are_as_recorded(row: dict[str, Any]) -> None:
    hidden = encrypt_cisco_with_seed(Secret(row["password"]), row["seed"], Compat.PEERING_MANAGER)
    assert hidden.expose() == row["encrypted"]
    check(PasswordAlgorithm.CISCO_TYPE7, row, "")


def check(algorithm: PasswordAlgorithm, row: dict[str, Any], key: str) -> None:
    assert algorithm.is_encrypted(row["encrypted"])
    assert algorithm.decrypt(Secret(row["encrypted"]), key) == Secret(row["password"])


@pytest.mark.parametrize("algorithm", PasswordAlgorithm)
def test_passwords_are_never_in_an_error(algorithm: PasswordAlgorithm) -> None:
    address = ip_address("192.0.2.1")
    assert algorithm.decrypt(algorithm.encrypt("s3cret word", address), address).expose() == "s3cret word"
    for password in ("hunter2\n", "hunter2-é", "hunter2" * 40):
        with pytest.raises(OptionsError, match="a password") as failed:
            algorithm.encrypt(password, address)
        assert "hunter2" not in str(failed.value) + repr(failed.value)
    with pytest.raises(OptionsError, match="empty"):
        algorithm.encrypt("hunter2", "")
    for text in ("hunter2", "7 hunter2", "$9$hunter2~", ""):
        assert not algorithm.is_encrypted(text)
        with pytest.raises(ParseError) as refused:
            algorithm.decrypt(text, address)
        assert "hunter2" not in str(refused.value)


def test_drivers_have_algorithms() -> None:
    assert PasswordAlgorithm.of_driver("junos") is PasswordAlgorithm.JUNIPER_TYPE9
    assert PasswordAlgorithm.of_driver("cisco_iosxr") is PasswordAlgorithm.CISCO_TYPE7
    assert PasswordAlgorithm.of_driver("frr") is None


def test_seeds_have_bounds() -> None:
    for seed in (-1, 16, 300):
        with pytest.raises(OptionsError, match="seed"):
            encrypt_cisco_with_seed("cisco", seed)
