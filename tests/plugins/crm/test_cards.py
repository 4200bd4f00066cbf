"""The codes on business cards as telephones and card makers write them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plugins.crm.rules.cards import read_card

V3 = """BEGIN:VCARD
VERSION:3.0
N:张;伟;;;
FN:张伟
ORG:甲科技\\, 上海有限公司;市场部
TITLE:经理
item1.TEL;TYPE=WORK,VOICE:021-52345678
TEL;TYPE=CELL:+86 138 0000 1234
EMAIL;TYPE=INTERNET:zhang@
 jia.cn
END:VCARD"""
V21 = """BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9D=8E;=E5=9B=9B\r
ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E4=B9=99=E5=85=AC=\r
=E5=8F=B8\r
TEL;WORK:010-65001234\r
END:VCARD"""
V4 = "BEGIN:VCARD\nVERSION:4.0\nN:Doe;John;;;\nORG:Acme\nTEL;VALUE=uri:tel:+6591234567\nNOTHING\nEMAIL:\nEND:VCARD"
MECARD = "MECARD:N:王,芳;ORG:丙公司;TEL:13900001234;EMAIL:w@c.cn;NOTE:x;odd;"


def test_cards() -> None:
    assert read_card(V3) == {
        "contact": "张伟", "company": "甲科技, 上海有限公司", "phone": "+86 138 0000 1234", "email": "zhang@jia.cn",
    }  # fmt: skip
    assert read_card(V21) == {"contact": "李四", "company": "乙公司", "phone": "010-65001234"}
    assert read_card(V4) == {"contact": "John Doe", "company": "Acme", "phone": "+6591234567"}
    assert read_card(MECARD) == {"contact": "王芳", "company": "丙公司", "phone": "13900001234", "email": "w@c.cn"}
    assert read_card("MECARD:N:王;;") == {"contact": "王"}
    assert [read_card(text) for text in ("", "https://example.com", "甲公司")] == [None] * 3


@given(st.text(max_size=300), st.sampled_from(["BEGIN:VCARD\n", "MECARD:", ""]))
def test_no_code_makes_it_fail(text: str, first: str) -> None:
    found = read_card(first + text)
    assert found is None or set(found) <= {"company", "contact", "phone", "email"}
