"""Zips of uploads: their members, each with a name safe to show and a bounded way out of the archive.

Names from the archive are never used as paths. Sizes from it are checked before anything is unpacked, and
the bytes counted again while it is.
"""

import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from annotations.readers.document import DEFAULT_LIMITS, Limits, Refused, SourceFormat
from annotations.readers.formats import format_of
from annotations.readers.zip_directory import PACKINGS, open_zip

_PIECE_BYTES = 64 * 1024
# Text packs to a third or a tenth; only runs of one byte pack to less than a hundredth.
_MOST_RATIO = 100
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_LONGEST_NAME = 200

_TOO_MUCH = "This zip unpacks to more than {:,.0f} MB: pack the files into several zips."
_OUTSIDE = "The path of this file leads out of the zip: pack it again from inside its folder."


@dataclass(slots=True)
class _Budget:
    """How many bytes of one archive may still be unpacked."""

    left: int


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a zip. `name` is for people: it is no path, and no two members need differ in it."""

    name: str
    refusal: Refused | None
    _archive: zipfile.ZipFile
    _info: zipfile.ZipInfo
    _budget: _Budget
    _limits: Limits

    def copy_to(self, path: Path) -> None:
        """Unpack the member to `path`, which holds it whole afterwards or does not exist.

        Only while `archive_members` stands at this member or after it. Raises Refused where the member is
        refused, damaged, a zip itself, or has more bytes than the limits leave, whatever it declares.
        """
        if self.refusal:
            raise self.refusal
        try:
            self._unpack(path)
            if format_of(path, name=self.name, limits=self._limits) is SourceFormat.ZIP:
                raise Refused("This is a zip inside a zip: unpack it and upload it by itself.")
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    def _unpack(self, path: Path) -> None:
        size = 0
        with path.open("wb") as file:
            for piece in self._pieces():
                size += len(piece)
                self._budget.left -= len(piece)
                if size > self._limits.file_bytes:
                    raise _too_large(self._limits)
                if self._budget.left < 0:
                    raise Refused(_TOO_MUCH.format(self._limits.archive_bytes / 2**20))
                file.write(piece)

    def _pieces(self) -> Iterator[bytes]:
        try:
            with self._archive.open(self._info) as packed:
                while piece := packed.read(_PIECE_BYTES):
                    yield piece
        # Damage surfaces as BadZipFile, zlib.error, struct.error, OSError (a place before the file's start)
        # and more; what goes wrong in writing is not raised in here.
        except Exception as error:
            raise Refused("This file is damaged in the zip: pack it again.") from error


def archive_members(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Member]:
    """Yield the files of the zip at `path` in its order; folders and what systems strew in are left out.

    Raises Refused, at once and before anything is unpacked, where the zip is damaged or empty, has more
    than `limits.archive_files` files or declares more than `limits.archive_bytes`, or is packed as only
    zip bombs are.
    """
    with open_zip(path) as archive:
        infos = [info for info in archive.infolist() if not _is_left_out(info)]
    if not infos:
        raise Refused("This zip holds no files: check that it was packed, then upload it again.")
    if len(infos) > limits.archive_files:
        raise Refused(
            f"This zip holds {len(infos):,} files, and at most {limits.archive_files:,} are read: "
            "pack them into several zips."
        )
    if any(_is_bomb(info, limits) for info in infos):
        raise Refused("This zip is packed as only zip bombs are, so nothing was unpacked: pack it again.")
    if sum(info.file_size for info in infos) > limits.archive_bytes:
        raise Refused(_TOO_MUCH.format(limits.archive_bytes / 2**20))
    return _members(path, limits)


def _members(path: Path, limits: Limits) -> Iterator[Member]:
    budget = _Budget(limits.archive_bytes)
    with open_zip(path) as archive:
        for info in archive.infolist():
            if not _is_left_out(info):
                yield Member(_shown(info), _refusal(info, limits), archive, info, budget, limits)


def _is_left_out(info: zipfile.ZipInfo) -> bool:
    # Not `ZipInfo.is_dir`, which fails for an empty name in Python 3.11.
    name = _decoded_name(info)
    return name.endswith("/") or bool(_JUNK.search(name))


def _is_bomb(info: zipfile.ZipInfo, limits: Limits) -> bool:
    return info.file_size > max(limits.file_bytes, _MOST_RATIO * info.compress_size)


def _refusal(info: zipfile.ZipInfo, limits: Limits) -> Refused | None:
    name = _decoded_name(info)
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
        return Refused(_OUTSIDE)
    if stat.S_ISLNK(info.external_attr >> 16):
        return Refused("This is a link, not a file: pack the file that it points to.")
    if info.flag_bits & 1:
        return Refused("This file has a password: pack it again without one.")
    if info.compress_type not in PACKINGS:
        return Refused("This file is packed in an unusual way: pack it again as an ordinary zip.")
    return _too_large(limits) if info.file_size > limits.file_bytes else None


def _too_large(limits: Limits) -> Refused:
    return Refused(
        f"This file has more than {limits.file_bytes / 2**20:,.0f} MB, which is the most that is read: "
        "split it and upload the parts."
    )


def _decoded_name(info: zipfile.ZipInfo) -> str:
    """Return the member's path with slashes.

    Names without the UTF-8 flag are code page 437 by the standard (APPNOTE 4.4.4), and UTF-8 in practice
    where they come from macOS.
    """
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _shown(info: zipfile.ZipInfo) -> str:
    """Return the name without what could pass for another name or for a path out of the zip."""
    parts = [part for part in _decoded_name(info).split("/") if part not in ("", ".", "..")]
    name = unicodedata.normalize("NFC", "/".join(parts))
    # Control and format characters: line ends, NUL, and the marks that turn text around.
    name = "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in name)
    return name[-_LONGEST_NAME:] or "nameless"
