"""What the libraries of a report import and no report needs."""

import sys


def spare_imports() -> None:
    """Spare this process seconds of imports; for processes that publish and do nothing else.

    A notebook's format is checked by a library that, where it finds one, takes a grammar for web addresses along.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
