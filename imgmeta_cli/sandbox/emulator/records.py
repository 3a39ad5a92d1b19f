"""The emulator's records: how ours and its code meet.

`ministack` has no type hints, so its modules are `Any` and what they hold are plain dicts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

Module = Any
Record = dict[str, Any]
Parameters = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[Parameters], Answer]


def succeed(ec2: Module, action: str, *, inner: str) -> Answer:
    """EC2's answer to `action`, with `inner` as its content."""
    answer: Answer = ec2._xml(200, f"{action}Response", inner)
    return answer


def refuse(ec2: Module, code: str, *, message: str) -> Answer:
    """EC2's error `code`."""
    answer: Answer = ec2._error(code, message, 400)
    return answer


def element(name: str, value: object) -> str:
    """One XML element; nothing at all for None or an empty text, as EC2 leaves them out."""
    if value is None or value == "":
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(text)}</{name}>"


def is_success(answer: Answer) -> bool:
    """Whether the emulator carried the request out."""
    return answer[0] < 300


def read_element(answer: Answer, name: str) -> str:
    """The text of the first element called `name` in an answer, or an empty string."""
    found = re.search(rf"<{name}>([^<]*)</{name}>", answer[2].decode())
    return found.group(1) if found else ""


def read_elements(answer: Answer, name: str) -> list[str]:
    """The texts of all elements called `name`, in order, each once."""
    return list(dict.fromkeys(re.findall(rf"<{name}>([^<]*)</{name}>", answer[2].decode())))


def replace_element(answer: Answer, name: str, *, inner: str) -> Answer:
    """The answer with the content of its elements called `name` replaced by `inner`."""
    pattern = re.compile(rf"<{name}>.*?</{name}>|<{name}/>", re.DOTALL)
    status, headers, body = answer
    return (
        status,
        headers,
        pattern.sub(lambda _: f"<{name}>{inner}</{name}>", body.decode()).encode(),
    )


def matches(record: Record, filters: dict[str, list[str]], *, names: dict[str, str]) -> bool:
    """Whether `record` passes those of the EC2 `filters` that `names` maps to its keys."""
    return all(
        str(record.get(key) or "") in filters[name]
        for name, key in names.items()
        if name in filters
    )


def first(values: Iterable[Record]) -> Record | None:
    """The first record, or None."""
    return next(iter(values), None)
