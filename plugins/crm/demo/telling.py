"""What every part of this module's history of the demo company is told with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from remit.demo import Demo, DemoPerson

_PLACES = (
    "苏州", "杭州", "宁波", "无锡", "常州", "合肥", "南通", "嘉兴", "温州", "金华", "绍兴", "扬州", "徐州", "芜湖",
)  # fmt: skip
_WORDS = (
    "恒远", "蓝湾", "青禾", "云帆", "启明", "瑞丰", "博锐", "正泽", "新航", "明德", "华腾", "思源", "卓越", "安和",
    "万象", "天衡", "嘉诚", "东方", "金石", "海纳", "致远", "聚力", "晨曦", "弘毅", "立信", "森源", "星辰", "同创",
    "百川", "智汇", "长青", "元亨",
)  # fmt: skip
TRADES = {"internet": "科技", "manufacturing": "机电", "education": "教育"}


@dataclass(slots=True)
class Story:
    """What the writing of it needs."""

    session: Session
    demo: Demo
    channels: dict[str, int]
    units: dict[str, int]
    reps: Sequence[DemoPerson]
    zone: ZoneInfo
    names: set[str]
    rng: Any

    def company(self, industry: str) -> str:
        """A name nobody has had yet."""
        while True:
            made = f"{self.rng.choice(_PLACES)}{self.rng.choice(_WORDS)}{TRADES[industry]}有限公司"
            if made not in self.names:
                self.names.add(made)
                return made

    def at(self, day: date, minute: int) -> datetime:
        """A minute of a day in Shanghai."""
        start = datetime.combine(day, datetime.min.time(), self.zone) + timedelta(minutes=minute)
        return start.astimezone(UTC)
