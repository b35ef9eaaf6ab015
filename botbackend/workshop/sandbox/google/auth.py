"""The token endpoint of a service account: the assertion is checked, tokens expire."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from botbackend.workshop.sandbox.wire import Json, Reply, Request

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLOCK_SKEW = 300
REFUSED = "invalid_grant"


def make_credentials(token_uri: str, *, email: str = "salon-bot@stand-in.iam.gserviceaccount.com") -> Json:
    """A service-account file with a fresh RSA key, as Google's console would give it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    return {
        "type": "service_account",
        "project_id": "stand-in",
        "private_key_id": secrets.token_hex(20),
        "private_key": pem,
        "client_email": email,
        "client_id": "1" + "".join(secrets.choice("0123456789") for _ in range(20)),
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": token_uri,
        "universe_domain": "googleapis.com",
    }


class Tokens:
    """The access tokens in force. `public_key` (PEM) makes the signature checked as well."""

    def __init__(self, seconds: int = 3600, public_key: bytes | None = None) -> None:
        self.seconds = seconds
        self._expiry: dict[str, float] = {}
        self._owners: dict[str, str] = {}
        self._key: Any = serialization.load_pem_public_key(public_key) if public_key else None

    def grant(self, request: Request, now: float) -> Reply:
        """The answer of the token endpoint."""
        form = request.form()
        if form.get("grant_type") != GRANT:
            return _refusal("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")
        assertion = form.get("assertion", "")
        problem = self._problem(assertion, now)
        if problem:
            return _refusal(REFUSED, problem)
        token = "ya29.c." + secrets.token_urlsafe(96)
        self._expiry[token] = now + self.seconds
        self._owners[token] = str(json.loads(_unpadded(assertion.split(".")[1]))["iss"])
        return Reply(body={"access_token": token, "expires_in": self.seconds, "token_type": "Bearer"})

    def accepts(self, token: str, now: float) -> bool:
        """Whether the token was given out and still lives."""
        return self._expiry.get(token, 0) > now

    def owner(self, token: str) -> str:
        """The address of the service account that was given the token."""
        return self._owners.get(token, "")

    def revoke_all(self) -> int:
        """Forget every token; returns how many there were."""
        count = len(self._expiry)
        self._expiry.clear()
        return count

    def _problem(self, assertion: str, now: float) -> str:
        """Why the assertion is refused, or an empty string."""
        parts = assertion.split(".")
        if len(parts) != 3 or not all(parts):
            return "Invalid JWT: Failed audience check."
        try:
            header, claims = (json.loads(_unpadded(part)) for part in parts[:2])
            signature = _unpadded(parts[2])
        except ValueError:
            return "Invalid JWT Signature."
        if header.get("alg") != "RS256":
            return "Invalid JWT: alg must be RS256."
        if not claims.get("iss") or not str(claims.get("aud", "")).endswith("/token"):
            return "Invalid JWT: Failed audience check."
        if not claims.get("scope"):
            return "Missing required parameter: scope"
        issued, expires = float(claims.get("iat", 0)), float(claims.get("exp", 0))
        if expires - issued > 3600 + CLOCK_SKEW or expires < now - CLOCK_SKEW or issued > now + CLOCK_SKEW:
            return (
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim."
            )
        return self._signature_problem(f"{parts[0]}.{parts[1]}", signature)

    def _signature_problem(self, signed: str, signature: bytes) -> str:
        if self._key is None:
            return "" if len(signature) >= 128 else "Invalid JWT Signature."
        try:
            self._key.verify(signature, signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return "Invalid JWT Signature."
        return ""


def public_key_of(credentials: Json) -> bytes:
    """The public half of a service-account file's key, as PEM."""
    key = serialization.load_pem_private_key(credentials["private_key"].encode(), password=None)
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _unpadded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _refusal(error: str, description: str) -> Reply:
    return Reply(400, {"error": error, "error_description": description})
