"""The addresses that may be asked for media: SendPulse's own, nothing inside, nobody else's."""

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from django.conf import settings
from requests.utils import get_environ_proxies

from botbackend.outbox.claims import network

_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?/[!-~]*")


def is_ours(address: str) -> bool:
    """Is it an address of SendPulse, to which the account's token may be shown?

    Names are compared whole: a page that somebody made below sendpulse.com is not SendPulse.
    """
    if not _PLAIN.fullmatch(address) or "\\" in address:
        return False
    parts, base = urlsplit(address), urlsplit(settings.SENDPULSE_BASE_URL)
    if (parts.scheme, parts.netloc) == (base.scheme, base.netloc):
        return True
    return parts.scheme == "https" and parts.netloc.lower() in settings.MEDIA_HOSTS


def is_outside(address: str) -> bool:
    """Does the name lead to public machines only? Not asked of the service that the operator named himself.

    Where a proxy looks names up, it is the proxy that decides.
    """
    if address.startswith(settings.SENDPULSE_BASE_URL + "/") or get_environ_proxies(address):
        return True
    parts = urlsplit(address)
    with network():
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    return all(ipaddress.ip_address(entry[4][0]).is_global for entry in found)
