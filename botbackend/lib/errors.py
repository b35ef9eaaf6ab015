"""The root of errors that a person or a program can act on."""


class DomainError(Exception):
    """A refusal with a stable code, a sentence for people, and the fields it is about.

    `fields` maps a path such as "services.Haircut" to its messages.
    """

    code = "error"

    def __init__(self, message: str = "", *, fields: dict[str, list[str]] | None = None) -> None:
        super().__init__(message or self.code)
        self.message = message or self.code
        self.fields = fields or {}
