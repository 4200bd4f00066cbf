"""How names are sorted and found: pinyin, with the readings that some characters have as surnames."""

from __future__ import annotations

from functools import lru_cache

#: Characters that read differently when they are a surname (现代汉语词典, entries marked 姓).
SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "任": "ren", "区": "ou", "朴": "piao",
    "翟": "zhai", "盖": "ge", "覃": "qin", "尉": "wei", "秘": "bi", "冼": "xian", "缪": "miao", "黑": "he",
    "折": "she", "员": "yun", "种": "chong", "重": "chong", "繁": "po", "乐": "yue", "燕": "yan", "华": "hua",
    "召": "shao", "洗": "xian", "撒": "sa", "适": "kuo", "宓": "fu", "晟": "cheng", "隗": "wei", "逄": "pang",
    "盛": "sheng", "石": "shi", "葛": "ge", "纪": "ji", "卜": "bu", "谌": "chen", "牟": "mou", "哈": "ha",
}  # fmt: skip
#: Surnames of two characters whose reading is not that of their parts.
DOUBLE = {
    "尉迟": "yu chi", "长孙": "zhang sun", "万俟": "mo qi", "澹台": "tan tai", "单于": "chan yu", "令狐": "ling hu",
}


@lru_cache(maxsize=20_000)
def _reading(character: str) -> str:
    """The pinyin of one character without tone, or the character itself."""
    if character.isascii():
        return character.casefold()
    from pypinyin import lazy_pinyin  # a large table, read at the first Chinese name only

    return str(lazy_pinyin(character)[0]).casefold()


def _syllables(name: str) -> list[str]:
    if name.isascii():
        return name.casefold().split()
    head, rest = name[:2], name[2:]
    if head in DOUBLE and rest:
        return [*DOUBLE[head].split(), *map(_reading, rest)]
    return [SURNAMES.get(name[0]) or _reading(name[0]), *map(_reading, name[1:])]


def latin_of(text: str) -> str:
    """What a text reads in Latin letters, Chinese as pinyin with blanks between: 用印文件 is ``yong yin wen jian``."""
    return " ".join(
        syllable for part in text.split() for syllable in ([part] if part.isascii() else map(_reading, part))
    ).casefold()


def sort_key_of(name: str) -> str:
    """Pinyin syllables with blanks between them, Latin in lower case: 单晓雨 is ``shan xiao yu``."""
    return " ".join(syllable for syllable in _syllables(name.strip()) if syllable.strip())[:200]


def initials_of(name: str) -> str:
    """The first letters: 单晓雨 is ``sxy``."""
    return "".join(syllable[0] for syllable in _syllables(name.strip()) if syllable.strip())[:40]


#: Surnames of two characters, in their reading.
COMPOUND = frozenset({
    "ou yang", "shang guan", "si ma", "zhu ge", "xia hou", "huang fu", "gong sun", "mu rong", "si tu", "duan mu",
    "dong fang", "nan gong", "yu wen", "dong guo", "bai li", "hu yan", "wei sheng", "xuan yuan", "zhong li",
    *DOUBLE.values(),
})  # fmt: skip


def latin_name(name: str, sort_key: str) -> str:
    """A name as an English letter writes it: ``Shan Xiaoyu (单晓雨)``; one that is Latin already as it is.

    ``sort_key`` is the pinyin of the person, which may have been corrected by hand.
    """
    syllables = sort_key.split()
    if name.isascii() or not syllables or not sort_key.isascii():
        return name
    split = 2 if len(syllables) > 2 and " ".join(syllables[:2]) in COMPOUND else 1
    parts = ("".join(syllables[:split]), "".join(syllables[split:]))
    return f"{' '.join(part.capitalize() for part in parts if part)} ({name})"
