"""JSON Web Tokens: the one module that calls python-jose, with every check it leaves optional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from jose import jwt
from jose.exceptions import JOSEError

from dost_ext.core.errors import Unauthenticated

ALGORITHM = "HS256"
ISSUER = "dost"
REMEMBERED = 10_000
# Without `exp`, which to require is to have it compared with a clock that is not ours.
_REQUIRED = {f"require_{claim}": True for claim in ("aud", "iat", "iss", "sub")}
Purpose = Literal["access", "refresh"]


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says: whose it is, of which session, and its place in the rotation."""

    user_id: UUID
    session_id: UUID
    generation: int


class Tokens:
    """Makes and reads tokens with one secret."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the token secret must have at least 32 bytes")
        self._secret = secret
        # A signature is checked once: a page sends the same token for a quarter of an hour.
        self._checked: dict[tuple[str, str], tuple[Token, int]] = {}

    def issue(self, token: Token, purpose: Purpose, now: datetime, life: timedelta) -> str:
        """A signed token for one purpose, valid for `life` from `now`."""
        claims = {
            "iss": ISSUER,
            "aud": purpose,
            "sub": str(token.user_id),
            "sid": str(token.session_id),
            "gen": token.generation,
            "iat": int(now.timestamp()),
            "exp": int((now + life).timestamp()),
        }
        return str(jwt.encode(claims, self._secret, algorithm=ALGORITHM))

    def read(self, encoded: str, purpose: Purpose, now: datetime) -> Token:
        """The token's content. Raises `Unauthenticated` unless every claim is there and right."""
        checked = self._checked.get((encoded, purpose)) or self._check(encoded, purpose)
        token, expires_at = checked
        if expires_at <= now.timestamp():
            self._checked.pop((encoded, purpose), None)
            raise Unauthenticated
        if len(self._checked) >= REMEMBERED:
            self._checked.pop(next(iter(self._checked)))
        self._checked[encoded, purpose] = checked
        return token

    def _check(self, encoded: str, purpose: Purpose) -> tuple[Token, int]:
        try:
            claims: dict[str, Any] = jwt.decode(
                encoded,
                self._secret,
                algorithms=[ALGORITHM],
                audience=purpose,
                issuer=ISSUER,
                # Expiry is checked at every reading, against our own clock.
                options={**_REQUIRED, "verify_exp": False},
            )
            if claims["aud"] != purpose:  # a list of purposes would pass above
                raise Unauthenticated
            token = Token(UUID(claims["sub"]), UUID(str(claims["sid"])), int(claims["gen"]))
            return token, int(claims["exp"])
        except (JOSEError, KeyError, ValueError, TypeError) as error:
            raise Unauthenticated from error
