"""Bytes -> text, whatever their encoding."""

import pytest

from index.errors import UnsupportedArticle
from index.loading.decoding import decode, decode_html

FRENCH = (
    "Le café de la gare était fermé. L’été dernier, la fenêtre était ouverte à tous les élèves."
)
CZECH = "Nový most přes řeku byl otevřen v pondělí a lidé ho přešli hned ráno. Přišly tisíce."
POLISH = "Nowy most przez rzekę otwarto w poniedziałek i ludzie przeszli nim już o świcie. Są tu."
TURKISH = "Köprü pazartesi günü açıldı ve binlerce kişi sabahın ilk saatlerinde üzerinden geçti."
RUSSIAN = "Мост через реку открыли в понедельник, и уже утром по нему прошли тысячи людей."
GREEK = "Η γέφυρα άνοιξε τη Δευτέρα και χιλιάδες άνθρωποι την πέρασαν από νωρίς το πρωί."
JAPANESE = "川に架かる橋が月曜日に開通し、朝早くから数千人が渡りました。工事には五年かかりました。"
CHINESE = "横跨河流的大桥于星期一开通，清晨就有数千人走过。工程历时五年。"
THAI = "สะพานข้ามแม่น้ำเปิดเมื่อวันจันทร์ และมีผู้คนหลายพันคนเดินข้ามสะพานตั้งแต่เช้าตรู่"
KOREAN = "강을 가로지르는 다리가 월요일에 개통되어 아침 일찍부터 수천 명이 건넜습니다."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"),
        (FRENCH.replace("’", "'"), "latin-1"),
        (CZECH, "cp1250"),
        (POLISH, "iso8859-2"),
        (TURKISH, "cp1254"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "cp866"),
        (GREEK, "cp1253"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gb18030"),
        (CHINESE.replace("大桥", "大橋"), "utf-8"),
        (THAI, "cp874"),
        (KOREAN, "cp949"),
    ],
)
def test_an_encoding_is_told_by_the_text(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_what_the_server_says_goes_before_a_guess() -> None:
    content = "Привет".encode("koi8-r")
    assert decode(content, "text/plain; charset=KOI8-R") == "Привет"


@pytest.mark.parametrize("charset", ["", "utf-7", "punycode", "zlib", "no-such", "utf-8"])
def test_a_charset_that_can_not_be_is_not_believed(charset: str) -> None:
    content = FRENCH.encode("cp1252")
    assert decode(content, f'text/plain; charset="{charset}"') == FRENCH


def test_a_long_text_with_a_broken_byte_is_still_utf8() -> None:
    content = RUSSIAN.encode() + b"\xd0" + b" " + RUSSIAN.encode()
    assert decode(content) == f"{RUSSIAN}\ufffd {RUSSIAN}"


@pytest.mark.parametrize(
    "content",
    [b"a\0b", b"\x89PNG\r\n\x1a\n\0\0", bytes(range(1, 256)), b"\xff\xfeodd", b"PK\x03\x04\x14\0"],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnsupportedArticle, match=r"^That (text )?is not "):
        decode(content)


META = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (f"<p>{RUSSIAN}".encode("utf-16"), "koi8-r"),
        (f"<p>{RUSSIAN}".encode("utf-8-sig"), "koi8-r"),
        (f"{META}<p>{RUSSIAN}".encode("koi8-r"), "koi8-r"),
        (f"{META}<p>{RUSSIAN}".encode("cp1251"), None),
        (f"{META}<p>{RUSSIAN}".encode("cp1251"), "no-such"),
        (f"<meta charset=koi8-r><p>{RUSSIAN}".encode("koi8-r"), None),
        (f"<meta charset=utf-16><p>{RUSSIAN}".encode(), None),
        (f'<?xml version="1.0" encoding="koi8-r"?><p>{RUSSIAN}'.encode("koi8-r"), None),
        (f"<p>{RUSSIAN}".encode(), None),
        (f"<p>{RUSSIAN}".encode("cp1251"), None),
    ],
)
def test_a_page_is_read_by_mark_header_its_own_word_or_a_guess(
    content: bytes, charset: str | None
) -> None:
    assert decode_html(content, charset).endswith(f"<p>{RUSSIAN}")


def test_a_page_in_the_least_of_encodings_is_read_as_browsers_do() -> None:
    content = "<meta charset=iso-8859-1><p>“quoted” – for 5 €".encode("cp1252")
    assert decode_html(content).endswith("<p>“quoted” – for 5 €")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\xff", bytes(range(256)) * 20])
def test_any_bytes_of_a_page_are_some_text(content: bytes) -> None:
    assert isinstance(decode_html(content), str)
