"""Keys at rest."""

from dost_ext.models.keys import KeyBox


def test_a_locked_key_is_unlocked():
    box = KeyBox(b"a" * 32)
    assert box.unlock(box.lock("sk-secret")) == "sk-secret"


def test_a_locked_key_does_not_show():
    assert b"sk-secret" not in KeyBox(b"a" * 32).lock("sk-secret")


def test_another_secret_does_not_unlock():
    assert KeyBox(b"b" * 32).unlock(KeyBox(b"a" * 32).lock("sk-secret")) is None
