"""Maps file extensions to the media types that page hosts send.

GitHub Pages takes them from mime-db (https://github.com/jshttp/mime-db). Python's own table has
most of them; the rest is written here, so that the machine's /etc/mime.types changes nothing.
"""

import mimetypes
from pathlib import PurePosixPath
from typing import Final

_OCTETS: Final = "application/octet-stream"
_PYTHON: Final = mimetypes.MimeTypes().types_map[True]
_MIME_DB: Final = {
    ".7z": "application/x-7z-compressed",
    ".apng": "image/apng",
    ".atom": "application/atom+xml",
    ".avif": "image/avif",
    ".bz2": "application/x-bzip2",
    ".cjs": "application/node",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".epub": "application/epub+zip",
    ".flac": "audio/x-flac",
    ".geojson": "application/geo+json",
    ".gpx": "application/gpx+xml",
    ".gz": "application/gzip",
    ".ico": "image/vnd.microsoft.icon",
    ".ics": "text/calendar",
    ".ipynb": "application/x-ipynb+json",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json5": "application/json5",
    ".jsonld": "application/ld+json",
    ".jxl": "image/jxl",
    ".kml": "application/vnd.google-earth.kml+xml",
    ".log": "text/plain",
    ".m4a": "audio/mp4",
    ".map": "application/json",
    ".markdown": "text/markdown",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".otf": "font/otf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".py": _OCTETS,
    ".rss": "application/rss+xml",
    ".srt": "application/x-subrip",
    ".svgz": "image/svg+xml",
    ".toml": "application/toml",
    ".topojson": "application/json",
    ".ts": "video/mp2t",
    ".tsx": _OCTETS,
    ".ttf": "font/ttf",
    ".wav": "audio/wav",
    ".wasm": "application/wasm",
    ".weba": "audio/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".xz": "application/x-xz",
    ".yaml": "text/yaml",
    ".yml": "text/yaml",
}
_TEXT: Final = frozenset(
    {"application/json", "application/manifest+json", "application/xml", "image/svg+xml"}
)


def media_type_of(path: str) -> str:
    """The media type by the last extension; types of text state UTF-8."""
    suffix = PurePosixPath(path).suffix.lower()
    kind = _MIME_DB.get(suffix) or _PYTHON.get(suffix, _OCTETS)
    is_text = kind.startswith("text/") or kind in _TEXT
    return f"{kind}; charset=utf-8" if is_text else kind
