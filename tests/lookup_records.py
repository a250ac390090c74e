"""Made-up records for the look-up's tests: many scripts, and surnames as common as real ones."""

from __future__ import annotations

import random
from itertools import accumulate
from typing import TYPE_CHECKING

from signet.publish.lookup.entry import LookupEntry, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

# The commonest surnames take the shares (in %) that they have where immigration is recent.
SURNAMES = {
    "Smith": 2.6, "Nguyen": 2.3, "Singh": 2.1, "Li": 1.9, "Brown": 1.4, "Tremblay": 1.1,
    "Wong": 1.0, "Kim": 0.9, "Patel": 0.9, "Martin": 0.8, "Campbell": 0.7, "Roy": 0.6,
    "O'Brien": 0.5, "MacDonald": 0.5, "Chen": 0.5, "Lee": 0.5, "Johnson": 0.5, "Müller": 0.3,
    "Kowalska": 0.3, "van der Berg": 0.2, "Smith-Jones": 0.2, "Al-Hassan": 0.2, "De la Cruz": 0.2,
    "Łukasiewicz": 0.1, "Sørensen": 0.1, "Đặng": 0.2, "Þórsson": 0.05, "L'Écuyer": 0.1,
    "Smithson": 0.1, "Smythe": 0.1,
}  # fmt: skip
GIVEN = {
    "John": 2.6, "James": 2.0, "Mary": 1.9, "Robert": 1.8, "Anna": 1.5, "David": 1.5,
    "Michael": 1.4, "Jennifer": 1.2, "Linda": 1.1, "Mohammed": 1.1, "Wei": 1.0, "Van Anh": 0.9,
    "Jean-Luc": 0.5, "José": 0.5, "Zoë": 0.3, "Seán": 0.3, "Harpreet": 0.8, "Minh": 0.8,
}  # fmt: skip
CITIES = {
    "Calgary": 34, "Edmonton": 30, "Red Deer": 8, "Lethbridge": 6, "Fort McMurray": 6,
    "Grande Prairie": 5, "Medicine Hat": 4, "St. Albert": 4, "Lac La Biche": 0.5, "Canmore": 2,
    "Vulcan": 0.1, "High Level": 0.05,
}  # fmt: skip
# Given names, family names, and what stands between them.
NATIVE = (
    (
        "伟 芳 小娜 敏 静 丽 强 磊 志洋 勇 建国 杰 文涛 明 超 兰 晓霞 平 刚",
        "王 李 张 刘 陈 欧阳 金",
        "<",
    ),
    ("민준 서연 지훈 수빈 도윤 하은", "김 이 박 최 정", "<"),
    ("太郎 花子 健一 美咲 翔太", "田中 佐藤 鈴木 高橋", "< "),
    ("Анна Иван Ольга Пётр Сергей Юлия Дмитрий", "Ковальская Иванов Щербак Бойко", " "),
    ("محمد أحمد فاطمة علي مريم", "الحسن عبدالله خان حسين", " "),
    ("राजेश प्रिया अमित सुनीता विजय", "शर्मा पटेल गुप्ता सिंह", " "),
    ("ਹਰਪ੍ਰੀਤ ਗੁਰਪ੍ਰੀਤ ਮਨਜੀਤ ਜਸਵਿੰਦਰ", "ਸਿੰਘ ਕੌਰ ਗਿੱਲ ਸੰਧੂ", " "),
    ("Γιώργος Ελένη Νίκος Μαρία", "Παππάς Δημητρίου Νικολαΐδης", " "),
)
PATTERNS = """
    abbott adeyemi aguilar ahmed almeida anderson andersson antonov arsenault bailey banerjee
    baranov barnes beaulieu becker bennett bergeron bianchi bondarenko bouchard boyko brennan
    bryant burke cameron cardinal carvalho castillo chambers charlebois chaudhry christensen
    clarke coleman collins conti cooper costa crawford cunningham dahl davies delgado desjardins
    dhaliwal dimitrov donnelly douglas dubois dumont duncan edwards eriksen espinoza evans
    farrell fernandes ferrari fischer fitzgerald fletcher flores fontaine forsythe fournier
    fraser friesen fujimoto gagnon gallagher garcia gauthier gibson gill girard goncalves gordon
    graham grewal grigoryan gruber gupta gutierrez hakobyan hamilton hansen harris hashimoto
    hassan hawkins henderson hernandez hoffmann holmes horvath hughes hussain ibrahim ivanova
    jackson jankowski jensen jimenez johansson joseph kapoor kaur kelly kennedy khan knight
    kobayashi koch kovacs kowalczyk kraus kumar lachance lambert larsen lavoie lefebvre lewis
    lindqvist lopez lundgren mackenzie maclean mahmoud makowski malhotra marchenko marino marshall
    mcbride mckay mehta mendoza meyer miller mitchell moreau morgan morrison murphy nakamura
    nelson neumann nguyen nielsen novak nowak ogunleye oliveira olsen ortiz osei palmer papadakis
    paquette parker pedersen pelletier pereira perry petrov phillips poirier popescu powell quinn
    rahman ramirez redekop reid reyes richards rivera roberts robinson rodriguez romano rossi
    russell sandhu santos sawchuk schmidt schneider sharma shevchenko sidhu silva simpson sokolov
    stevens stewart suzuki svensson takahashi taylor thibault thompson toews torres turner
    vasquez vermeulen villeneuve volkov wagner walker wallace watanabe weber whitford williams
    wilson wiebe wozniak wright yamamoto yilmaz young zhang zielinski zimmerman
"""
STATUSES: tuple[tuple[str, Tone, int, int], ...] = (
    ("Permitted to practise", "good", 0, 80),
    ("Not permitted to practise", "bad", 1, 12),
    ("In good standing", "neutral", 0, 8),
)
DESIGNATIONS = ("C.E.T.", "R.E.T.", "C.Tech.", "P.Tech.(Eng.)", "C.E.T., P.Tech.(Eng.)")
TRADES = ("Engineering", "Consulting", "Surveys", "Inspection", "Environmental", "Design")


class _Names:
    """Draws from common names with their shares and from a long tail of made-up ones."""

    def __init__(self, common: dict[str, float], rare: list[str]) -> None:
        # Zipf's law for the tail, as in real registers.
        tail = [1 / (rank + 30) for rank in range(len(rare))]
        scale = (100 - sum(common.values())) / sum(tail)
        self._names = [*common, *rare]
        self._shares = list(accumulate([*common.values(), *(scale * share for share in tail)]))

    def draw(self, chance: random.Random) -> str:
        return chance.choices(self._names, cum_weights=self._shares)[0]


def _rare_names(chance: random.Random, wanted: int) -> list[str]:
    """Make names that look like names: each letter follows two others as in real ones."""
    follows: dict[str, str] = {}
    for name in PATTERNS.split():
        padded = f"  {name}."
        for at in range(len(name) + 1):
            follows[padded[at : at + 2]] = follows.get(padded[at : at + 2], "") + padded[at + 2]
    made: dict[str, None] = {}
    while len(made) < wanted:
        name = "  "
        while not name.endswith("."):
            name += chance.choice(follows[name[-2:]])
        if 4 <= len(name) - 3 <= 12:
            made[name[2:-1].capitalize()] = None
    return list(made)


def members(wanted: int, seed: int = 1) -> Iterator[LookupEntry]:
    """Return made-up members, numbered from 100001 on, the same for a seed."""
    chance = random.Random(seed)
    tail = max(50, wanted // 2)
    surnames = _Names(SURNAMES, _rare_names(chance, min(tail, 40_000)))
    given = _Names(GIVEN, _rare_names(chance, min(max(40, wanted // 6), 9_000)))
    for number in range(100_001, 100_001 + wanted):
        yield _member(chance, str(number), given, surnames)


def _member(chance: random.Random, number: str, given: _Names, surnames: _Names) -> LookupEntry:
    first, last = given.draw(chance), surnames.draw(chance)
    if chance.random() < 0.1:
        first += f" {chance.choice('ABCDEFGHJKLMNPRSTW')}."
    label = f"{first} {last}"
    names = [("", label)]
    if chance.random() < 0.08:
        names.append(("formerly", f"{first} {surnames.draw(chance)}"))
    if chance.random() < 0.04:
        names.append(("known as", f"{given.draw(chance)} {last}"))
    if chance.random() < 0.1:
        names.append(("native script", _native(chance)))
    status, tone, rank, _ = chance.choices(STATUSES, [share for *_, share in STATUSES])[0]
    city = chance.choices(list(CITIES), list(CITIES.values()))[0]
    detail = f"{chance.choice(DESIGNATIONS)} · {city}"
    return LookupEntry("member", number, label, detail, status, tone, rank, tuple(names), city)


def _native(chance: random.Random) -> str:
    given, family, between = chance.choice(NATIVE)
    first, last = chance.choice(given.split()), chance.choice(family.split())
    if between.startswith("<"):
        return last + between[1:] + first
    return first + between + last


def permits(wanted: int, seed: int = 2) -> Iterator[LookupEntry]:
    """Return made-up permit holders, numbered from P1001 on."""
    chance = random.Random(seed)
    firms = _rare_names(chance, max(20, wanted))
    for place in range(wanted):
        legal = f"{firms[place]} {chance.choice(TRADES)} Ltd."
        names = [("", legal)]
        if chance.random() < 0.3:
            names.append(("operating as", f"{chance.choice(firms)} {chance.choice(TRADES)}"))
        city = chance.choices(list(CITIES), list(CITIES.values()))[0]
        yield LookupEntry(
            kind="permit",
            number=f"P{1001 + place}",
            label=legal,
            detail=f"Permit to practise · {city}",
            status="In force",
            tone="good",
            rank=0,
            names=tuple(names),
            city=city,
        )


def register(wanted: int) -> list[LookupEntry]:
    """Return members and, for every 45 of them, one permit."""
    return [*members(wanted), *permits(wanted // 45)]
