"""What an error of the SDK does to the key and to the call."""

import enum
import re
from dataclasses import dataclass

import anthropic


class Effect(enum.Enum):
    """What an error does to the key and to the call."""

    RETRY = "retry"
    COOL = "cool"
    RETIRE_KEY = "retire_key"
    RETIRE_ORGANIZATION = "retire_organization"
    REJECT = "reject"


@dataclass(frozen=True)
class Verdict:
    """The reaction to one error."""

    effect: Effect
    reason: str


_SPENT = (
    anthropic.EnforcedSpendLimitReachedError,
    anthropic.ContractSpendLimitReachedError,
)
_OWN_LIMIT_CODES = {"linked_organization_spend_limit_reached", "organization_on_hold"}
# The limit an organisation or workspace set for itself comes as a plain 400 without a code: only its words
# tell it from a bug of ours. Held to the beginning, for a 400 may quote a client's words further on.
_OWN_LIMIT_WORDS = re.compile(
    r"you have reached your specified [\w ]{0,60}(usage|spend) limit", re.IGNORECASE
)


def judge(error: anthropic.APIError) -> Verdict:
    """Say what an SDK error means; branches on classes and codes, on words only where there is no code."""
    if isinstance(error, anthropic.APIConnectionError):
        timeout = isinstance(error, anthropic.APITimeoutError)
        return Verdict(Effect.RETRY, "timeout" if timeout else "connection")
    if not isinstance(error, anthropic.APIStatusError):
        return Verdict(Effect.RETRY, "garbled")  # an answer that is no answer, e.g. an error without status
    if isinstance(error, _SPENT):
        return Verdict(Effect.RETIRE_ORGANIZATION, "spend limit")
    if isinstance(error, anthropic.RateLimitError):
        return Verdict(Effect.COOL, "rate limit")
    if isinstance(error, anthropic.PaymentRequiredError) or error.error_code in _OWN_LIMIT_CODES:
        return Verdict(Effect.RETIRE_ORGANIZATION, "billing")
    if isinstance(error, anthropic.BadRequestError) and _OWN_LIMIT_WORDS.match(str(error.api_message)):
        return Verdict(Effect.RETIRE_ORGANIZATION, "spend limit")
    if isinstance(error, anthropic.AuthenticationError):
        return Verdict(Effect.RETIRE_KEY, "authentication")
    if isinstance(error, anthropic.PermissionDeniedError):
        return Verdict(Effect.RETIRE_KEY, "permission")
    if error.status_code >= 500 or error.status_code in (408, 409) or error.status_code < 400:
        return Verdict(Effect.RETRY, _word(error))
    return Verdict(Effect.REJECT, _word(error))


def _word(error: anthropic.APIStatusError) -> str:
    return f"{error.status_code} {error.type or error.error_code or ''}".strip()


def retry_after(error: anthropic.APIStatusError) -> float | None:
    """Return the seconds of the retry-after headers, None when they say nothing usable."""
    headers = error.response.headers
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * scale
        except ValueError:
            continue
        if seconds >= 0:
            return seconds
    return None
