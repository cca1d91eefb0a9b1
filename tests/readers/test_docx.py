"""Word documents."""

import io
import zlib
from collections.abc import Callable
from datetime import date, datetime

import pytest

from annotations.readers import Limits, SourceDocument, SourceFormat
from tests.readers.builders import ENGLISH, deflated_zeros, docx_package, with_flag, zip_file, zip_of_packed

Read = Callable[..., SourceDocument]
DAMAGED = "This Word document is damaged: open it in Word, save it as DOCX and upload that."


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_docx_gives_paragraphs_and_cells_in_order_and_its_properties(read: Read) -> None:
    import docx

    word = docx.Document()
    word.add_heading("Ferry to sail in May", 0)
    word.add_paragraph(ENGLISH)
    table = word.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Adults", "Children"
    word.add_paragraph("Nobody else spoke.")
    word.core_properties.title = "Draft 7"
    word.core_properties.author = "Ana Lindqvist"
    word.core_properties.created = datetime(2025, 2, 24, 8, 0)  # noqa: DTZ001 - python-docx takes naive times
    output = io.BytesIO()
    word.save(output)

    document = read(output.getvalue(), "draft.docx")

    assert document == SourceDocument(
        text=f"Ferry to sail in May\n\n{ENGLISH}\n\nAdults\n\nChildren\n\nNobody else spoke.",
        source_format=SourceFormat.DOCX,
        title="Ferry to sail in May",
        byline="Ana Lindqvist",
        published_on=date(2025, 2, 24),
        language="en",
        notes=("The date 2025-02-24 is the one on which the document was made: check it.",),
    )


RUN = "<w:r><w:t>{}</w:t></w:r>"
BOX = f"<w:txbxContent>{paragraph('boxed')}</w:txbxContent>"
ALTERNATIVES = f"<mc:Choice>{BOX}</mc:Choice><mc:Fallback>{BOX}</mc:Fallback>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "<w:p><w:r><w:t>said</w:t><w:tab/><w:t>no</w:t><w:br/><w:t>twice</w:t></w:r></w:p>",
            "said\tno\ntwice",
        ),
        (paragraph("Set", "<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>"), "Set"),
        ("<w:p><w:r><w:t>well</w:t><w:noBreakHyphen/><w:t>known</w:t></w:r></w:p>", "well-known"),
        (
            f"<w:p><w:ins>{RUN.format('new ')}</w:ins><w:del><w:r><w:delText>old </w:delText></w:r></w:del>"
            f"{RUN.format('words')}</w:p>",
            "new words",
        ),
        (f"<w:p><w:moveFrom>{RUN.format('moved')}</w:moveFrom></w:p>{paragraph('kept')}", "kept"),
        (f"<w:sdt><w:sdtContent>{paragraph('in a control')}</w:sdtContent></w:sdt>", "in a control"),
        (f"<w:p><w:hyperlink>{RUN.format('linked')}</w:hyperlink></w:p>", "linked"),
        (
            f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>{RUN.format('shown')}</w:p>",
            "shown",
        ),
        ('<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>shown</w:t></w:r></w:p>', "shown"),
        (f"<w:p><w:r><w:instrText>PAGE</w:instrText></w:r>{RUN.format('12')}</w:p>", "12"),
        (
            f"<w:p><w:r><mc:AlternateContent>{ALTERNATIVES}</mc:AlternateContent></w:r>{RUN.format('around')}</w:p>",
            "boxed\n\naround",
        ),
        (f"{paragraph('one')}<w:p/>{paragraph(' ')}{paragraph('two')}", "one\n\ntwo"),
    ],
)
def test_docx_reads_what_the_reader_of_the_page_sees(read: Read, body: str, text: str) -> None:
    assert read(docx_package(body)).text == text


def test_docx_takes_its_title_from_its_properties_where_no_paragraph_is_styled_as_one(read: Read) -> None:
    core = (
        '<p:coreProperties xmlns:p="p" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>Ferry to sail</dc:title></p:coreProperties>"
    )

    document = read(docx_package(paragraph(ENGLISH), extra={"docProps/core.xml": core.encode()}))

    assert (document.title, document.published_on, document.notes) == ("Ferry to sail", None, ())


def test_docx_says_that_footnotes_were_left_out(read: Read) -> None:
    document = read(docx_package("<w:p><w:r><w:t>He said no.</w:t><w:footnoteReference/></w:r></w:p>"))

    assert document.notes == ("Footnotes were left out.",)


def test_docx_that_word_for_the_web_renumbered_is_read(read: Read) -> None:
    package = docx_package(paragraph("He said no.")).replace(b"word/document.xml", b"word/document2xml")

    assert read(package.replace(b"word/document2xml", b"word/document.xml")).text == "He said no."
    body = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">' + (
        paragraph("He said no.").encode() + b"</w:document>"
    )
    assert read(zip_file({"word/document2.xml": body})).text == "He said no."


def test_docx_without_words_is_refused_as_empty(refusal: Callable[..., str]) -> None:
    assert (
        refusal(docx_package("<w:p/>"))
        == "This file is empty: check that it was saved, then upload it again."
    )


@pytest.mark.parametrize(
    "package",
    [
        docx_package("<w:p><w:r>"),
        docx_package("\x00"),
        with_flag(zip_file({"word/document.xml": b"<w/>"}), 1),
        zip_file({"word/document.xml": b"<w/>"}, packing=14),
    ],
    ids=["unclosed", "nul", "encrypted", "lzma"],
)
def test_docx_that_is_broken_is_refused(refusal: Callable[..., str], package: bytes) -> None:
    assert refusal(package, "draft.docx") == DAMAGED


def test_docx_cut_short_is_refused(refusal: Callable[..., str]) -> None:
    package = docx_package(paragraph(ENGLISH))

    assert refusal(package[:-30], "draft.docx") == (
        "This zip or DOCX file is damaged: make it again and upload it again."
    )


def test_docx_with_a_damaged_part_is_refused(refusal: Callable[..., str]) -> None:
    package = bytearray(docx_package(paragraph(ENGLISH)))
    package[package.index(b"word/document.xml") + 40] ^= 0xFF

    assert refusal(bytes(package), "draft.docx") == DAMAGED


def test_docx_with_xml_entities_is_refused(refusal: Callable[..., str]) -> None:
    nested = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    prologue = f'<!DOCTYPE lolz [<!ENTITY e0 "ha">{nested}]>'

    assert refusal(docx_package(paragraph("&e9;"), prologue=prologue)) == (
        "This Word document declares XML entities, which none needs: paste its text instead."
    )


def test_docx_that_unpacks_to_too_much_is_refused(refusal: Callable[..., str]) -> None:
    package = zip_of_packed("word/document.xml", deflated_zeros(100), declared=100 * 2**20)

    assert refusal(package, "a.docx", Limits(article_characters=1_000)) == (
        "This Word document unpacks to far more than it should: paste its text instead."
    )


def test_docx_that_declares_less_than_it_holds_is_refused(refusal: Callable[..., str]) -> None:
    packed = zlib.compress(docx_package(paragraph(ENGLISH * 100)), 9, wbits=-15)

    assert refusal(zip_of_packed("word/document.xml", packed, declared=30)) == DAMAGED
