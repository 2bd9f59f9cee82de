"""The page in its bucket: what has its hash in its name for ever, everything else asked for anew each time."""

import datetime
import mimetypes
import pathlib

#: Names with a hash: another content has another name.
HASHED = "assets/"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
#: Tabs that are open since before a deploy may still ask for what it has replaced, for so long.
KEPT = datetime.timedelta(days=30)
#: Python's own table leaves these to the machine.
TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2", ".map": "application/json"}


def content_type(name: str) -> str:
    kind = TYPES.get(pathlib.PurePath(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def in_order(folder: pathlib.Path) -> list[str]:
    """Names of all files: first what pages refer to, the page itself last."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    if "index.html" not in names:
        raise SystemExit(f"error: {folder} holds no built page")
    return sorted(names, key=lambda name: (not name.startswith(HASHED), name == "index.html", name))


def publish(s3, bucket: str, folder: pathlib.Path) -> int:
    """Uploads the page, then removes what has been replaced long enough ago; gives how many files it has."""
    names = in_order(folder)
    for name in names:
        s3.put_object(
            Bucket=bucket,
            Key=name,
            Body=(folder / name).read_bytes(),
            ContentType=content_type(name),
            CacheControl=FOR_EVER if name.startswith(HASHED) else ASK_AGAIN,
        )
    now = datetime.datetime.now(datetime.timezone.utc)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for there in page.get("Contents", []):
            if there["Key"] not in names and now - there["LastModified"] > KEPT:
                s3.delete_object(Bucket=bucket, Key=there["Key"])
    return len(names)
