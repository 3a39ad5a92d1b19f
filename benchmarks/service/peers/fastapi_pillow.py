"""The peer FastAPI with Pillow, as its users write it: what an image is, and its EXIF."""

import io
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from PIL import ExifTags, Image, UnidentifiedImageError

app = FastAPI()


@app.post("/api/images", status_code=201)
async def read_image(request: Request) -> dict[str, Any]:
    body = await request.body()
    try:
        with Image.open(io.BytesIO(body)) as image:
            tags = {ExifTags.TAGS.get(tag, str(tag)): str(value)
                    for tag, value in image.getexif().items()}  # fmt: skip
            return {"format": image.format, "width": image.width, "height": image.height,
                    "mode": image.mode, "exif": tags}  # fmt: skip
    except UnidentifiedImageError as error:
        raise HTTPException(422, "not an image") from error
