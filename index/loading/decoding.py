"""Bytes -> text, whatever their encoding is."""

import codecs
import re

from index.errors import UnsupportedArticle
from index.loading.language import detect_language

# UTF-32 stands before UTF-16, since their little-endian marks begin with the same two bytes.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_LEGACY = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("iso8859-2", "iso8859-5", "iso8859-7", "iso8859-15", "koi8-r", "koi8-u", "cp866", "cp874"),
    *("mac-roman", "mac-cyrillic"),
    *("cp932", "euc_jp", "iso2022_jp", "gb18030", "big5hkscs", "cp949"),
)
"""Python's names of those encodings of the web (https://encoding.spec.whatwg.org) in which texts
are still found. No others are tried: some of those that Python knows are slow on purpose."""

_AS_BROWSERS_READ = {
    **{"ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874"},
    **{"tis-620": "cp874", "shift_jis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932"},
    **{"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "euc_kr": "cp949"},
}
"""Names that are often given to texts in a larger set of characters -> that set (same source)."""

_WESTERN = ("cp1252", "mac_roman")
_CENTRAL = ("cp1250", "iso8859_2")
_LATIN_OF = {
    **dict.fromkeys(("pl", "cs", "sk", "sl", "hu", "hr", "bs", "sr", "ro", "sq"), _CENTRAL),
    **dict.fromkeys(("tr", "az"), ("cp1254",)),
    **dict.fromkeys(("et", "lv", "lt"), ("cp1257",)),
    "vi": ("cp1258",),
}
"""The encodings of languages that are written in Latin letters, as charset-normalizer calls them;
all other such languages use `_WESTERN`."""

_LATIN = {*_WESTERN, *_CENTRAL, "cp1254", "cp1257", "cp1258", "iso8859_15"}

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})"
    rb"|<\?xml\s[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_META_WITHIN = 10_000
"""Bytes in which a declaration is looked for. Browsers look through 1024, but some pages have their
scripts first."""

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(content: bytes, media_type: str | None = None) -> str:
    """Decode a text file's bytes; lines of the result end with a newline.

    The encoding is that of the byte order mark, else the charset of `media_type`, else UTF-8, else
    what charset-normalizer guesses.

    Raises:
        UnsupportedArticle: it is no text, or its encoding can't be told.
    """
    text = _marked(content)
    if text is None:
        text = _declared(content, charset_of(media_type)) or _as_utf8(content)
    if text is None and b"\0" not in content:
        text = _guessed(content)
    if text is None or "\0" in text or has_many_controls(text):
        raise UnsupportedArticle(
            "That is not a text that I can read. Give me text, Markdown, a web page or a PDF."
        )
    # Lines end as in Python's text mode, so that offsets fit what an editor shows.
    return text.replace("\r\n", "\n").replace("\r", "\n")


def has_many_controls(text: str) -> bool:
    """Whether more than 2% of a text are control characters, so that it can't be meant to be
    read."""
    return len(_CONTROLS.findall(text)) * 50 > len(text)


def decode_html(content: bytes, charset: str | None = None) -> str:
    """Decode a page's bytes. This never fails: undecodable bytes become U+FFFD.

    The encoding is that of the byte order mark, else the `charset` of the HTTP header, else the one
    that the page declares, else UTF-8, else what charset-normalizer guesses.
    """
    try:
        text = _marked(content)
    except UnsupportedArticle:
        text = None
    if text is None:
        text = (
            _declared(content, charset)
            or _declared(content, _meta_charset(content))
            or _as_utf8(content)
            or _guessed(content)
            or content.decode("utf-8", "replace")
        )
    return text


def charset_of(media_type: str | None) -> str | None:
    """The charset that a Content-Type header names, or None."""
    found = _CHARSET.search(media_type or "")
    return found.group(1) if found else None


def _marked(content: bytes) -> str | None:
    encoding = next((e for mark, e in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    try:
        return content.decode(encoding) if encoding else None
    except UnicodeDecodeError:
        raise UnsupportedArticle(
            "That text is not in the encoding that its first bytes promise. "
            "Save it as UTF-8 text or Markdown, and try again."
        ) from None


def _meta_charset(content: bytes) -> str | None:
    found = _META_CHARSET.search(content, 0, _META_WITHIN)
    if found is None:
        return None
    label = (found.group(1) or found.group(2)).decode("ascii", "replace")
    # If the declaration can be read byte by byte, the page is not in UTF-16 (WHATWG).
    return "utf-8" if label.lower().startswith("utf-16") else label


def _declared(content: bytes, label: str | None) -> str | None:
    """The text in the encoding of that name, or None if the name is unknown or wrong."""
    encoding = _encoding(label)
    return _decoded(content, encoding) if encoding else None


def _encoding(label: str | None) -> str | None:
    """Python's name of an encoding that a page or a server may name, or None."""
    name = (label or "").lower()
    try:
        name = _AS_BROWSERS_READ.get(name) or codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    name = _AS_BROWSERS_READ.get(name, name)
    known = name in _LEGACY or name in ("utf-8", "utf-16", "utf-16-le", "utf-16-be")
    return name if known else None


def _as_utf8(content: bytes) -> str | None:
    return _decoded(content, "utf-8")


def _decoded(content: bytes, encoding: str) -> str | None:
    """The text, if at least 20 of 21 characters that are not ASCII are valid; else None.

    So a long page with one damaged byte is still taken for what it says it is.
    """
    text = content.decode(encoding, "replace")
    wrong = text.count("\ufffd")
    special = wrong and len(text) - len(text.encode("ascii", "ignore"))
    return text if wrong * 21 <= special else None


def _guessed(content: bytes) -> str | None:
    """Charset-normalizer's guess, corrected by the language.

    Korean can pass for Thai, but Thai does not pass for Korean. The Latin encodings differ in few
    letters, of which a text may have none, and the text's words tell its language in any of them.
    """
    from charset_normalizer import from_bytes

    matches = from_bytes(content, cp_isolation=list(_LEGACY))
    best = matches.best()
    if best is None:
        return None
    if best.encoding == "cp874":
        best = next((m for m in matches if m.encoding == "cp949" and not m.chaos), best)
    likely: tuple[str, ...] = (best.encoding,)
    if best.encoding in _LATIN:
        likely = _LATIN_OF.get(detect_language(str(best)), _WESTERN)
    of_language = [m for m in matches if not set(likely).isdisjoint(m.could_be_from_charset)]
    return str(min(of_language, key=lambda match: match.chaos, default=best))
