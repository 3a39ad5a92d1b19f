"""Animation chunks of PNG (third edition, 11.3.6)."""

from __future__ import annotations

from struct import Struct
from typing import Final

from service.metadata.draft import Draft
from service.metadata.model import Animation
from service.metadata.reader import Reader

_CONTROL: Final = Struct(">II")
_DELAY: Final = Struct(">HH")


class FrameCount:
    """The declared number of frames and plays, and the durations met. Without acTL: a still.

    `data_seen`: picture data began, and an acTL behind it does not count.
    """

    frames: int | None = None
    plays: int = 0
    data_seen: bool = False

    def __init__(self) -> None:
        self.durations: list[float] = []

    def finish(self, draft: Draft) -> None:
        """Write the animation into the draft, if the file is one."""
        if self.frames is None:
            return
        draft.media_type = "image/apng"
        if self.frames != len(self.durations):
            message = f"{self.frames} frames are declared, {len(self.durations)} are there"
            draft.warn("frame-count", message)
        durations = tuple(self.durations)
        total = round(sum(durations), 3) if durations else None
        draft.animation = Animation(self.frames, self.plays, total, durations or None)


def read_control(body: Reader, count: FrameCount) -> None:
    """Read acTL: frames, and plays (0 is for ever)."""
    if not count.data_seen and count.frames is None:
        count.frames, count.plays = body.unpack(_CONTROL, 0)


def read_frame_control(body: Reader, count: FrameCount) -> None:
    """Read the delay of fcTL: a fraction of a second whose denominator 0 means 100."""
    numerator, denominator = body.unpack(_DELAY, 20)
    milliseconds = 1000 * numerator / (denominator or 100)
    whole = int(milliseconds)
    count.durations.append(whole if whole == milliseconds else round(milliseconds, 3))
