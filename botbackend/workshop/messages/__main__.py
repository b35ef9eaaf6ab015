"""`python -m botbackend.workshop.messages [NAME ...]` brings catalogues in line with the source.

NAME is a room, `frame` or an app; none means all. It prints what has no translation
yet, and fails then.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botbackend.settings")
django.setup()  # labels of tables are texts, too

from botbackend.workshop.messages.catalogues import (  # noqa: E402
    TRANSLATED_INTO,
    compiled,
    faults,
    renewed,
    sources,
    written,
)


def main(names: list[str]) -> int:
    """Write the catalogues; returns the exit code."""
    known = {source.name: source for source in sources()}
    if unknown := sorted(set(names) - known.keys()):
        print(f"There is no {', '.join(unknown)}; there are {', '.join(known)}.")
        return 2
    said: list[str] = []
    for name in names or known:
        for language in TRANSLATED_INTO:
            catalog = renewed(known[name], language)
            if len(catalog) == 0:
                continue
            path = known[name].file(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written(catalog))
            path.with_suffix(".mo").write_bytes(compiled(catalog))
            said += faults(known[name], language)
    print("\n".join(said) or "Every text has its translations.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
