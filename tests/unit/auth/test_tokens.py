"""JSON Web Tokens: everything that must be refused is."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jose import jwt

from dost_ext.auth.tokens import Token, Tokens
from dost_ext.core.errors import Unauthenticated

SECRET = b"s" * 32
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN = Token(UUID(int=1), UUID(int=2), 3)
HOUR = timedelta(hours=1)
CLAIMS: dict[str, Any] = {
    "iss": "dost",
    "aud": "access",
    "sub": str(TOKEN.user_id),
    "sid": str(TOKEN.session_id),
    "gen": 3,
    "iat": int(NOW.timestamp()),
    "exp": int((NOW + HOUR).timestamp()),
}


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(SECRET)


def signed(claims: dict[str, Any], secret: bytes = SECRET, algorithm: str = "HS256") -> str:
    return str(jwt.encode(claims, secret, algorithm=algorithm))


def unsigned(claims: dict[str, Any]) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode() for p in parts) + "."


def test_a_token_says_what_was_put_into_it(tokens: Tokens) -> None:
    assert tokens.read(tokens.issue(TOKEN, "access", NOW, HOUR), "access", NOW) == TOKEN
    assert tokens.read(signed(CLAIMS), "access", NOW) == TOKEN


def test_a_token_ends_with_its_time(tokens: Tokens) -> None:
    issued = tokens.issue(TOKEN, "access", NOW, HOUR)
    tokens.read(issued, "access", NOW + HOUR - timedelta(seconds=1))
    with pytest.raises(Unauthenticated):
        tokens.read(issued, "access", NOW + HOUR)


@pytest.mark.parametrize("claim", CLAIMS)
def test_every_claim_must_be_there(tokens: Tokens, claim: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.read(signed({k: v for k, v in CLAIMS.items() if k != claim}), "access", NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "someone"},
        {"aud": "refresh"},
        {"aud": ["access", "refresh"]},
        {"sub": "nobody"},
        {"sid": 5},
        {"gen": "x"},
        {"exp": 0},
    ],
    ids=str,
)
def test_every_claim_must_be_right(tokens: Tokens, wrong: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        tokens.read(signed({**CLAIMS, **wrong}), "access", NOW)


@pytest.mark.parametrize(
    "forged",
    [
        unsigned(CLAIMS),
        signed(CLAIMS, secret=b"t" * 32),
        signed(CLAIMS, algorithm="HS512"),
        signed(CLAIMS)[:-2],
        signed(CLAIMS) + "x",
        "",
        "..",
    ],
    ids=["unsigned", "another secret", "another algorithm", "cut", "longer", "empty", "dots"],
)
def test_a_forged_token_is_refused(tokens: Tokens, forged: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.read(forged, "access", NOW)


def test_a_token_is_for_one_purpose(tokens: Tokens) -> None:
    with pytest.raises(Unauthenticated):
        tokens.read(tokens.issue(TOKEN, "refresh", NOW, HOUR), "access", NOW)


@given(st.text())
def test_no_text_is_a_token(text: str) -> None:
    with pytest.raises(Unauthenticated):
        Tokens(SECRET).read(text, "access", NOW)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32"):
        Tokens(b"s" * 31)
