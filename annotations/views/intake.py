"""Uploaded files on their way in: too large ones are dropped while they arrive, and named afterwards."""

from typing import BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

ZIP_MAGIC = b"PK"


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Spool each file to disk up to the limit; what is larger is neither kept nor held in memory.

    A zip is measured by what it may unpack to, since it holds many files.
    """

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.too_large: list[str] = []
        self._limit = settings.UPLOAD_FILE_BYTES

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write the chunk, or give the file up."""
        if start == 0:
            is_zip = raw_data.startswith(ZIP_MAGIC)
            self._limit = settings.UPLOAD_ARCHIVE_BYTES if is_zip else settings.UPLOAD_FILE_BYTES
        if start + len(raw_data) > self._limit:
            self.too_large.append(self.file_name or "unnamed")
            self.file.close()
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def received_files(
    request: HttpRequest, handler: LimitedUploadHandler
) -> tuple[list[tuple[str, BinaryIO]], list[tuple[str, str]]]:
    """Return the files that arrived as (name, open file), and those given up as (name, reason)."""
    arrived = [
        (file.name or "unnamed", cast("BinaryIO", file))
        for file in request.FILES.getlist("files")
        if isinstance(file, UploadedFile)
    ]
    megabytes = settings.UPLOAD_FILE_BYTES // (1024 * 1024)
    reason = f"This file is larger than {megabytes} MB: split it, or upload a zip of smaller files."
    return arrived, [(name, reason) for name in handler.too_large]
