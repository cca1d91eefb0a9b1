"""Files of each format, made in code; the sentences in them are this project's own."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

ENGLISH = (
    "The harbour board said on Monday that the new ferry would sail before the summer. "
    "“We have waited for three years,” the chairwoman told reporters, “and nobody will wait for a fourth.” "
    "Fishermen from the old quay disagreed and said that they had not been asked."
)


def save(folder: Path, name: str, content: bytes | str) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def html_page(*paragraphs: str, head: str = "") -> str:
    """Return a news page: an article with a heading between navigation and footer."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>{head}</head><body>"
        "<nav><ul><li><a href='/'>Front page</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"
        f"<article><h1>Ferry to sail in May</h1>{body}</article>"
        "<footer><a href='/imprint'>Imprint</a></footer></body></html>"
    )


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def docx_package(body: str, *, prologue: str = "", extra: Mapping[str, bytes] | None = None) -> bytes:
    """Return a DOCX whose `word/document.xml` has `body`, in the prefix `w`, as its body's content."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prologue}'
        f'<w:document xmlns:w="{WORD}" xmlns:mc="{COMPATIBILITY}"><w:body>{body}</w:body></w:document>'
    )
    return zip_file(
        {"[Content_Types].xml": b"<Types/>", "word/document.xml": document.encode(), **(extra or {})}
    )


def pdf_file(paragraphs: Iterable[str], *, columns: int = 1, password: str = "", title: str = "") -> bytes:
    """Return a PDF set by reportlab in A4 with gaps between paragraphs, or indents where in two columns."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

    output = io.BytesIO()
    encryption = StandardEncryption(password, ownerPassword="owner") if password else None
    document = BaseDocTemplate(output, pagesize=A4, title=title, encrypt=encryption)
    width = 500 / columns
    frames = [Frame(40 + column * width, 40, width - 10, 760) for column in range(columns)]
    document.addPageTemplates(PageTemplate(frames=frames))
    style = ParagraphStyle("body", fontSize=10, leading=12)
    style.spaceAfter, style.firstLineIndent = (6, 0) if columns == 1 else (0, 12)
    document.build([Paragraph(paragraph, style) for paragraph in paragraphs])
    return output.getvalue()


def pdf_of_lines(*pages: Iterable[str], title: str = "") -> bytes:
    """Return a PDF with each page's lines set one below the other, 12 points apart."""
    from reportlab.pdfgen.canvas import Canvas

    output = io.BytesIO()
    canvas = Canvas(output)
    canvas.setTitle(title)
    for page in pages:
        for number, line in enumerate(page):
            canvas.drawString(72, 800 - 12 * number, line)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def zip_file(members: Mapping[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of the members under just these names, however bad."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", packing) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = packing
            archive.writestr(info, content)
    return output.getvalue()


def zip_of_link(name: str, target: str) -> bytes:
    """Return a zip whose one member is a symbolic link to `target`."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, target)
    return output.getvalue()


def with_flag(archive: bytes, flag: int) -> bytes:
    """Return a zip of one member with a general purpose flag set in both of its headers."""
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = archive.index(signature) + offset
        archive = archive[:at] + bytes([archive[at] | flag]) + archive[at + 1 :]
    return archive


def deflated_zeros(megabytes: int) -> bytes:
    """Return a raw deflate stream of that many MiB of zeros; its blocks are one block, repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + b"\x03\x00"


def zip_of_packed(name: str, packed: bytes, *, declared: int) -> bytes:
    """Return a zip of one member that is packed already and declared to have `declared` bytes."""
    archive = bytearray(zip_file({name: packed}, packing=zipfile.ZIP_STORED))
    for signature, method, size in ((b"PK\x03\x04", 8, 22), (b"PK\x01\x02", 10, 24)):
        at = archive.index(signature)
        archive[at + method : at + method + 2] = (8).to_bytes(2, "little")
        archive[at + size : at + size + 4] = declared.to_bytes(4, "little")
    return bytes(archive)
