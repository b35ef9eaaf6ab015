"""Google's error bodies: google.rpc for Sheets, the older form with `errors` for Drive."""

from __future__ import annotations

from botbackend.workshop.sandbox.wire import HTML, Reply

STATUS = {
    400: ("INVALID_ARGUMENT", "Invalid request."),
    401: (
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or "
        "other valid authentication credential. "
        "See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    ),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    404: ("NOT_FOUND", "Requested entity was not found."),
    429: ("RESOURCE_EXHAUSTED", "Quota exceeded."),
    500: ("INTERNAL", "Internal error encountered."),
    503: ("UNAVAILABLE", "The service is currently unavailable."),
    504: ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
}
PAGE_502 = (
    "<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Error 502 (Server Error)!!1</title>"
    "<p><b>502.</b> <ins>That's an error.</ins><p>The server encountered a temporary error and could not "
    "complete your request.<p>Please try again in 30 seconds.</html>"
)


def sheets_error(status: int, message: str = "") -> Reply:
    """An error as the Sheets API words it; 502 is a page."""
    if status == 502:
        return Reply(502, PAGE_502, content_type=HTML)
    name, usual = STATUS.get(status, ("UNKNOWN", "Unknown error."))
    return Reply(status, {"error": {"code": status, "message": message or usual, "status": name}})


def quota_error(kind: str) -> Reply:
    """429 of the per-minute quota; `kind` is Read or Write."""
    metric = f"{kind} requests"
    message = (
        f"Quota exceeded for quota metric '{metric}' and limit '{metric} per minute per user' "
        "of service 'sheets.googleapis.com' for consumer 'project_number:123'."
    )
    reply = sheets_error(429, message)
    reply.body["error"]["details"] = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "RATE_LIMIT_EXCEEDED",
            "domain": "googleapis.com",
            "metadata": {
                "service": "sheets.googleapis.com",
                "consumer": "projects/123",
                "quota_metric": f"sheets.googleapis.com/{kind.lower()}_requests",
                "quota_limit": f"{kind}RequestsPerMinutePerUser",
            },
        }
    ]
    return reply


def drive_error(status: int, file_id: str = "") -> Reply:
    """An error as the Drive API words it."""
    reasons = {
        401: ("global", "authError", "Invalid Credentials"),
        403: ("usageLimits", "userRateLimitExceeded", "User Rate Limit Exceeded"),
        404: ("global", "notFound", f"File not found: {file_id}."),
        429: ("usageLimits", "rateLimitExceeded", "Rate Limit Exceeded"),
    }
    domain, reason, message = reasons.get(status, ("global", "backendError", "Backend Error"))
    entry = {"domain": domain, "reason": reason, "message": message}
    if status == 404:
        entry |= {"locationType": "parameter", "location": "fileId"}
    return Reply(status, {"error": {"errors": [entry], "code": status, "message": message}})
