"""Opening a zip file without trusting what it says about itself."""

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from annotations.readers.document import Refused

# `zipfile` reads the whole directory with one call and makes an object of each 46 bytes of it. A member's
# entry with its path and time stamps takes some 150 bytes, so this is room for over 20,000 members.
_MOST_DIRECTORY_BYTES = 4 * 2**20

# The packings that unpack piece by piece: `zipfile` unpacks bzip2 and LZMA in steps of unbounded size.
PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class _BoundedFile(FileIO):
    """A file that refuses to be read in pieces larger than any honest zip needs."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = os.fstat(self.fileno()).st_size - self.tell()
        if size > _MOST_DIRECTORY_BYTES:
            raise Refused("This zip lists too many files: pack them into several zips.")
        return super().read(size) or b""


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open the zip at `path`, reading its directory alone and at most 4 MiB of that.

    Raises Refused where it is no sound zip.
    """
    with _BoundedFile(path) as file:
        try:
            archive = zipfile.ZipFile(file)
        except Refused:
            raise
        # A damaged directory surfaces as any of a dozen exceptions, struct.error and UnicodeDecodeError
        # among them.
        except Exception as error:
            raise Refused("This zip or DOCX file is damaged: make it again and upload it again.") from error
        with archive:
            yield archive
