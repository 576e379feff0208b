"""The encoding of a text file: its mark, its bytes, or what the codebook says; undecodable bytes are told by line."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from drivers.errors import SurveyError
from drivers.survey.formats.refusals import refusal

_BLOCK = 1 << 18
_UTF_8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_LINE_END = re.compile("\r\n|\r|\n")
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_TITLES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1252": "Windows-1252 (Western)",
}
# Text encodings by name that decode escapes or host names and not files.
_NO_FILES = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})

# Bytes in the two encodings of Windows between which a file in neither UTF is told apart.
_ARABIC = rb"\x81\x8a\x8d-\x90\x98\x9a\x9f\xaa\xc0-\xd6\xd8-\xdf\xe1\xe3-\xe6\xec\xed\xf0-\xf3\xf5\xf6\xf8\xfa\xff"
_LATIN_BESIDE_ARABIC = rb"\xe0\xe2\xe7-\xeb\xee\xef\xf4\xf9\xfb\xfc"
_WESTERN = rb"\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xc0-\xd6\xd8-\xf6\xf8-\xff"
_ARABIC_WORD = re.compile(rb"(?<![A-Za-z\x80-\xff])[" + _ARABIC + rb"]{2,}(?![A-Za-z])")
# Arabic letters beside those of French: so ISO-8859-6, MacArabic, Cyrillic and Greek look in Windows-1256.
_BROKEN_ARABIC_WORD = re.compile(
    rb"[" + _ARABIC + rb"][" + _LATIN_BESIDE_ARABIC + rb"]|[" + _LATIN_BESIDE_ARABIC + rb"][" + _ARABIC + rb"]"
)
_WESTERN_WORD = re.compile(
    rb"[A-Za-z][" + _WESTERN + rb"]{1,2}(?![\x80-\xff])|(?<![\x80-\xff])[" + _WESTERN + rb"]{1,2}[A-Za-z]"
)
# Letters of Icelandic, or of Turkish in another encoding; and signs or capitals within words, as letters of other
# encodings look.
_BROKEN_WESTERN_WORD = re.compile(
    rb"[A-Za-z][\xd0\xdd\xde\xf0\xfd\xfe]|[\xd0\xdd\xde\xf0\xfd\xfe][A-Za-z]"
    rb"|[a-z][\x8a\x8c\x8e\x9f\xc0-\xd6\xd8-\xde]"
    rb"|[A-Za-z][\x80-\x84\x86-\x89\x8b\x93-\x95\x98\x99\x9b\xa1-\xa9\xac\xae-\xb3\xb5\xb6\xb8\xb9\xbc-\xbf\xd7\xf7][A-Za-z]"
)
_DIFFERENT = re.compile(
    b"["
    + re.escape(
        bytes(b for b in range(128, 256) if bytes([b]).decode("cp1252", "replace") != bytes([b]).decode("cp1256"))
    )
    + b"]"
)
_TIMES_AS_MANY = 20
"""How many times as many words one of the two encodings must explain as the other."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a text file become characters.

    Parameters
    ----------
    codec
        The codec's name in Python.
    mark
        Bytes at the start that are a mark and no text.
    found_by
        By what it was found, in words; "" where it is UTF-8 or the codebook says so.
    """

    codec: str
    mark: int = 0
    found_by: str = ""

    @property
    def title(self) -> str:
        """What messages and notes call it."""
        return _TITLES.get(self.codec, self.codec)


def encoding_of(name: str, content: bytes, stated: str | None) -> Encoding:
    """The encoding of a text file, all of whose bytes it decodes.

    Parameters
    ----------
    name
        What messages call the file.
    stated
        What the codebook calls it; found from the content where None.

    Raises
    ------
    SurveyError
        Where the content is no text, a byte cannot be decoded, or several encodings would do.
    """
    mark, marked = next(((mark, codec) for mark, codec in _MARKS if content.startswith(mark)), (b"", ""))
    if stated is not None:
        codec = codec_of(name, stated)
        if marked and codec.removesuffix("-sig") not in (marked, marked[:6]):
            raise SurveyError(
                f"{name}: expected text in {stated} as data.encoding says, found the mark of {_TITLES[marked]} at its "
                "start; remove data.encoding."
            )
        encoding = Encoding(marked or codec, len(mark))
    elif marked:
        encoding = Encoding(marked, len(mark), "" if marked == "utf-8" else "its mark")
    elif b"\x00" in content:
        encoding = Encoding(_utf_16(name, content), 0, "the zeros between its letters")
    else:
        encoding = Encoding("utf-8")
    where = _first_undecodable(content, encoding)
    if where is None:
        if encoding.codec not in ("utf-16-le", "utf-16-be") and b"\x00" in content and stated is None:
            raise _binary(name)
        return encoding
    if encoding == Encoding("utf-8") and stated is None and not _is_damaged_utf_8(content):
        encoding = Encoding(_windows(name, content), 0, "its letters")
        where = _first_undecodable(content, encoding)
        if where is None:
            return encoding
    line = len(_LINE_END.findall(content[encoding.mark : where].decode(encoding.codec, "ignore"))) + 1
    raise SurveyError(
        f"{name}, line {line}: expected text in {encoding.title}, found byte {content[where]:#04x}; save the file as "
        "CSV (UTF-8)" + (", or correct data.encoding." if stated is not None else ".")
    )


def arabic_or_western(content: bytes) -> str:
    """``cp1256`` or ``cp1252``, whichever the letters in some bytes are surely of; "" where that is open."""
    if not _DIFFERENT.search(content):
        return "cp1252"
    arabic = sum(1 for _ in _ARABIC_WORD.finditer(content))
    western = sum(1 for _ in _WESTERN_WORD.finditer(content))
    if arabic and arabic >= _TIMES_AS_MANY * max(western, sum(1 for _ in _BROKEN_ARABIC_WORD.finditer(content))):
        return "cp1256"
    if western and western >= _TIMES_AS_MANY * arabic and not _BROKEN_WESTERN_WORD.search(content):
        return "cp1252"
    return ""


def codec_of(name: str, stated: str) -> str:
    """Python's name of a text encoding that the codebook states.

    Parameters
    ----------
    name
        What messages call the file.

    Raises
    ------
    SurveyError
        Where there is no such encoding of files.
    """
    try:
        codec = codecs.lookup(stated).name
        "".encode(codec)  # refuses codecs of other things than text
    except (LookupError, ValueError):
        codec = "undefined"
    if codec in _NO_FILES:
        raise SurveyError(
            f"{name}: expected the name of a text encoding under data.encoding, found {stated!r}; write one such as "
            "utf-8, windows-1256 or iso-8859-6."
        )
    return codec


def _first_undecodable(content: bytes, encoding: Encoding) -> int | None:
    """The position of the first byte that is no text; the text itself is never held whole."""
    if encoding.codec in ("utf-8", "cp1256", "cp1252") and content.isascii():
        return None
    decoder = codecs.getincrementaldecoder(encoding.codec)("strict")
    view = memoryview(content)
    for start in range(encoding.mark, len(content), _BLOCK):
        # Bytes of a character whose end is in this block.
        pending = len(decoder.getstate()[0])
        end = start + _BLOCK
        try:
            decoder.decode(bytes(view[start:end]), end >= len(content))
        except UnicodeDecodeError as error:
            return min(start - pending + error.start, len(content) - 1)
        except UnicodeError:
            return start
    return None


def _is_damaged_utf_8(content: bytes) -> bool:
    """Whether most of what is no ASCII is whole characters of UTF-8, so that the rest is damage."""
    whole = sum(1 for _ in _UTF_8_CHARACTER.finditer(content))
    return whole > len(_HIGH.findall(_UTF_8_CHARACTER.sub(b"", content))) if whole else False


def _utf_16(name: str, content: bytes) -> str:
    certain = [codec for codec in ("utf-16-le", "utf-16-be") if _is_utf_16(content, codec)]
    if len(certain) != 1:
        raise _binary(name)
    return certain[0]


def _is_utf_16(content: bytes, codec: str) -> bool:
    if len(content) % 2:
        return False
    try:
        text = content[:_BLOCK].decode(codec)
    except UnicodeDecodeError:
        return False
    return ("\n" in text or "\r" in text) and not any(char < " " and char not in "\t\r\n" for char in set(text))


def _binary(name: str) -> SurveyError:
    return refusal(name, "binary content", "save it as CSV (UTF-8)")


def _windows(name: str, content: bytes) -> str:
    codec = arabic_or_western(content)
    if not codec:
        raise SurveyError(
            f"{name}: expected text in UTF-8, found bytes of another encoding, which may be Windows-1256 (Arabic), "
            "Windows-1252 (Western) or an older one; save the file as CSV (UTF-8), or write its encoding under "
            "data.encoding."
        )
    return codec
