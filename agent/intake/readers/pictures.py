"""Makes pictures that browsers show of those that they do not: HEIC and TIFF as JPEG and PNG."""

import io
from typing import Final

import pi_heif
from PIL import Image, ImageOps

from agent.documents import Document
from agent.intake.unreadable import Unreadable

_MOST_PIXELS: Final = 50_000_000
_MOST_PNG_PIXELS: Final = 4_000_000


def read(content: bytes) -> Document:
    """Turned upright as the camera noted. Raises Unreadable, and what Pillow raises."""
    pi_heif.options.DECODE_THREADS = 1
    pi_heif.register_heif_opener()
    with Image.open(io.BytesIO(content), formats=("HEIF", "TIFF")) as opened:
        if opened.width * opened.height > _MOST_PIXELS:
            raise Unreadable(f"it has more than {_MOST_PIXELS:,} pixels")
        frames = getattr(opened, "n_frames", 1)
        picture = ImageOps.exif_transpose(opened)
        has_alpha = "A" in picture.getbands() or "transparency" in picture.info
        picture = picture.convert("RGBA" if has_alpha else "RGB")
    facts = [f"{picture.width} × {picture.height} pixels"]
    if frames > 1:
        facts.append(f"{frames} pictures in it, of which the first is converted")
    return Document(tuple(facts), pictures=_saved(picture))


def _saved(picture: Image.Image) -> dict[str, bytes]:
    pictures = {".jpg": _encoded(_on_white(picture), "JPEG", quality=88)}
    if picture.width * picture.height <= _MOST_PNG_PIXELS:
        pictures[".png"] = _encoded(picture, "PNG")
    return pictures


def _on_white(picture: Image.Image) -> Image.Image:
    """JPEG has no transparency."""
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _encoded(picture: Image.Image, form: str, **options: int) -> bytes:
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()
