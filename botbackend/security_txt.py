"""GET /.well-known/security.txt: whom to tell of a hole, in the words of RFC 9116."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Answer the file; 404 while the operator names nobody, or no end: the RFC wants both."""
    if not settings.SECURITY_CONTACT or settings.SECURITY_EXPIRES is None:
        raise Http404
    lines = [f"Contact: {contact_address(contact)}" for contact in settings.SECURITY_CONTACT]
    lines.append(f"Expires: {settings.SECURITY_EXPIRES.isoformat(timespec='seconds')}")
    if request.is_secure():  # a file at another address than its canonical one is not to be trusted
        lines.append(f"Canonical: {request.build_absolute_uri()}")
    return HttpResponse("".join(f"{line}\r\n" for line in lines), content_type="text/plain; charset=utf-8")


def contact_address(contact: str) -> str:
    """Return a contact as the URI that the RFC wants; an e-mail address may be given as it is."""
    return contact if ":" in contact else f"mailto:{contact}"
