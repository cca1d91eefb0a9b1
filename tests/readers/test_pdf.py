"""PDF files."""

import io
import tracemalloc
from collections.abc import Callable

import pytest

from annotations.readers import Limits, SourceDocument, SourceFormat
from tests.readers.builders import ENGLISH, pdf_file, pdf_of_lines

Read = Callable[..., SourceDocument]
SHORT = "Nobody else spoke."
LONG = (
    "A spokesman for the ferry line, who asked not to be named since the talks were still going on, said "
    "that the line had not been told of any date and would publish its own timetable by the end of the week."
)
SCANNED = "This PDF has no text layer, only pictures of pages: run it through OCR first, or paste the text."
DAMAGED = "This PDF is damaged: open it, save or print it as a new PDF, and upload that."
INTRICATE = "This PDF is drawn too intricately to be read: paste its text instead."
JOINED = "Lines were joined into paragraphs by their layout."


@pytest.mark.parametrize("columns", [1, 2])
def test_pdf_joins_lines_into_the_paragraphs_they_were_set_from(read: Read, columns: int) -> None:
    paragraphs = [ENGLISH, SHORT, LONG, ENGLISH, SHORT, LONG]

    document = read(pdf_file(paragraphs, columns=columns, title="Ferry to sail in May"), "print.pdf")

    assert document == SourceDocument(
        text="\n\n".join(paragraphs),
        source_format=SourceFormat.PDF,
        title="Ferry to sail in May",
        language="en",
        notes=(JOINED,),
    )


def test_pdf_joins_a_sentence_that_runs_over_pages(read: Read) -> None:
    lines = [
        "The harbour board said on Monday that the new ferry would",
        "sail before the summer, as it had promised to do.",
    ]

    assert read(pdf_of_lines([lines[0]], [lines[1]])).text == " ".join(lines)


def test_pdf_puts_split_words_together_and_says_so(read: Read) -> None:
    lines = [
        "The harbour board, which had asked for no delay, said that the nego-",
        "tiations with the well-known line would go on for another week and a",
        "half, and the chairwoman called the plan a disgrace to the well-",
        "known board.",
    ]

    document = read(pdf_of_lines(lines))

    assert document.text == (
        "The harbour board, which had asked for no delay, said that the negotiations with the well-known "
        "line would go on for another week and a half, and the chairwoman called the plan a disgrace to the "
        "well-known board."
    )
    assert document.notes == (JOINED, "One word split at line ends lost the hyphen.")


def test_pdf_keeps_running_titles_and_page_numbers(read: Read) -> None:
    page = ["The Harbour Post", "", "", "He said that the ferry would sail.", "", "", "Page 1"]

    assert read(pdf_of_lines(page)).text.split("\n\n") == ["The Harbour Post", page[3], "Page 1"]


def test_pdf_says_how_many_pages_hold_no_text(read: Read) -> None:
    assert read(pdf_of_lines([SHORT], [], [])).notes == (
        JOINED,
        "2 of 3 pages hold no text and were passed over.",
    )


@pytest.mark.parametrize("title", ["(anonymous)", "untitled", "Microsoft Word - draft7.docx", "draft7.pdf"])
def test_pdf_title_that_a_program_filled_in_is_left_out(read: Read, title: str) -> None:
    assert read(pdf_of_lines([SHORT], title=title)).title == ""


def test_pdf_without_text_is_refused(refusal: Callable[..., str]) -> None:
    assert refusal(pdf_of_lines([]), "scan.pdf") == SCANNED


def test_pdf_with_a_password_is_refused(refusal: Callable[..., str]) -> None:
    assert refusal(pdf_file([ENGLISH], password="secret")) == (
        "This PDF has a password: save a copy without one and upload that."
    )


def test_pdf_that_anyone_may_open_but_not_change_is_read(read: Read) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of_lines([SHORT]))))
    writer.encrypt(user_password="", owner_password="owner", algorithm="AES-256")
    output = io.BytesIO()
    writer.write(output)

    assert read(output.getvalue()).text == SHORT


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF\n", pdf_of_lines([SHORT])[:300]])
def test_pdf_that_is_broken_is_refused(refusal: Callable[..., str], content: bytes) -> None:
    assert refusal(content) == DAMAGED


def test_pdf_over_the_limit_of_characters_is_refused(refusal: Callable[..., str]) -> None:
    assert refusal(pdf_of_lines([SHORT] * 5), "a.pdf", Limits(article_characters=50)) == (
        "This article has more than 50 characters, which is the most that is read: "
        "split it and upload the parts."
    )


def _page_of(operators: bytes) -> bytes:
    """Return a PDF of one page with fonts that draws by these operators."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DecodedStreamObject, NameObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of_lines([SHORT]))))
    stream = DecodedStreamObject()
    stream.set_data(operators)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def test_pdf_over_the_limit_of_characters_is_not_read_to_its_end(
    refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.readers.pdf._MOST_OPERATIONS", 100)
    content = pdf_of_lines([SHORT], [SHORT] * 100)

    assert refusal(content) == INTRICATE
    assert refusal(content, "a.pdf", Limits(article_characters=5)) == (
        "This article has more than 5 characters, which is the most that is read: "
        "split it and upload the parts."
    )


def test_pdf_whose_letters_mean_nothing_is_refused(refusal: Callable[..., str]) -> None:
    assert refusal(_page_of(rb"BT /F1 12 Tf 72 700 Td (\000\000\000 said.) Tj ET")) == (
        "The letters of this PDF carry no meaning a program can read: run it through OCR, or paste the text."
    )


def test_pdf_page_that_unpacks_to_too_much_is_not_unpacked(refusal: Callable[..., str]) -> None:
    bomb = _page_of(b"q Q " * 6_000_000)
    tracemalloc.start()

    assert refusal(bomb) == DAMAGED

    assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    tracemalloc.stop()


def test_pdf_drawn_too_intricately_is_refused(
    refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.readers.pdf._MOST_OPERATIONS", 100)

    assert refusal(_page_of(b"q Q " * 100)) == INTRICATE


def test_pdf_of_too_many_pages_is_refused(
    refusal: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.readers.pdf._MOST_PAGES", 2)

    assert refusal(pdf_of_lines([SHORT], [SHORT], [SHORT])) == (
        "This PDF has 3 pages, and at most 2 are read: upload the articles."
    )
