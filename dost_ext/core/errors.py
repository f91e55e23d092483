"""The one tree of errors that dost raises; each knows its HTTP status and its sentence."""

from __future__ import annotations

from typing import Any


class DostError(Exception):
    """Something went wrong in dost."""

    status = 500
    code = "internal"
    # Where the usual one of the status does not fit.
    title = ""

    def __init__(self, detail: str | None = None, *, code: str | None = None) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.code = code or type(self).code
        super().__init__(self.detail)

    def problem(self) -> dict[str, Any]:
        """The error as an RFC 9457 problem document."""
        return {
            "type": f"urn:dost:{self.code}",
            "title": self.title or TITLES.get(self.status, "Error"),
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }


class MalformedRequest(DostError):
    """The request is not valid JSON in UTF-8."""

    status = 400
    code = "malformed"


class Unauthenticated(DostError):
    """Sign in to do this."""

    status = 401
    code = "unauthenticated"


class Forbidden(DostError):
    """Your account is not permitted to do this."""

    status = 403
    code = "forbidden"


class NotFound(DostError):
    """There is nothing here, or it is not yours."""

    status = 404
    code = "not_found"


class MethodNotAllowed(DostError):
    """This address does not answer that method."""

    status = 405
    code = "method_not_allowed"


class Conflict(DostError):
    """This clashes with what is already there."""

    status = 409
    code = "conflict"


class TooLarge(DostError):
    """The request is larger than dost accepts."""

    status = 413
    code = "too_large"


class UnsupportedType(DostError):
    """Send the body as application/json."""

    status = 415
    code = "unsupported_type"


class InvalidRequest(DostError):
    """The request has fields that are missing, unknown or of the wrong type."""

    status = 422
    code = "invalid"

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        errors: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(detail, code=code)
        self.errors = errors or []

    def problem(self) -> dict[str, Any]:
        return {**super().problem(), "errors": self.errors}


class TooManyRequests(DostError):
    """Too many attempts. Wait a little and try again."""

    status = 429
    code = "rate_limited"

    def __init__(self, detail: str | None = None, *, retry_after: float) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class UpstreamFailed(DostError):
    """Another server failed."""

    status = 502
    code = "upstream_error"


class NotReady(DostError):
    """dost is starting or its database is out of reach. Try again in a moment."""

    status = 503
    code = "not_ready"


TITLES = {
    400: "Malformed request",
    401: "Not signed in",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported type",
    422: "Invalid request",
    429: "Too many requests",
    500: "Internal error",
    502: "The model failed",
    503: "Not ready",
}
