"""The main job in a browser: an article in, its claims reviewed, the CSV out."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from annotations.choices import Role
from annotations.models import Article, Claim, UploadItem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pipeline]

TEXT = (
    "Tolls on the bridge\n\n“Tolls stay,” said Ana Lindqvist, the mayor, on Monday. "
    "“They pay for the road.”\n\n"
    "Bo Ek, who runs the ferry, said that he would sell it.\n"
)
DROP = """(files) => {
    const data = new DataTransfer();
    for (const [name, text] of files) data.items.add(new File([text], name));
    document.getElementById("drop-zone").dispatchEvent(
        new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(autouse=True)
def spool(settings: Any, tmp_path: Path) -> None:
    settings.SPOOL_DIR = tmp_path / "spool"


@pytest.fixture
def page(open_desk: Callable[..., Page]) -> Page:
    return open_desk(role=Role.EDITOR, username="edith", path="/upload")


def test_an_article_is_uploaded_reviewed_and_exported(page: Page) -> None:
    page.get_by_label("Or paste the text of one article").fill(TEXT)
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("link", name="Tolls on the bridge").click()

    first, second = Article.objects.get().claims.in_text_order()
    expect(page.locator(f"#claim-card-{first.pk}")).to_contain_text("Ana Lindqvist")
    expect(page.locator(f"#claim-card-{first.pk}")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator(f"#claim-card-{second.pk}")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#progress")).to_contain_text("All 2 claims decided")
    page.get_by_role("link", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download")).or_(
            page.get_by_role("link", name=re.compile("Download"))
        ).first.click()

    written = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written)))
    assert [(row["content"], row["speaker"], row["state"], row["editor"]) for row in rows] == [
        ("“Tolls stay,” […] “They pay for the road.”", "Ana Lindqvist", "accepted", "edith")
    ]


def test_dropped_files_each_get_a_row_with_its_outcome(page: Page) -> None:
    page.evaluate(DROP, [["tolls.txt", TEXT], ["empty.txt", ""], ["again.txt", TEXT]])
    expect(page.locator("#chosen-files")).to_contain_text("tolls.txt")
    page.get_by_role("button", name="Upload").click()

    expect(page.locator("#upload-rows")).to_contain_text("3 of 3 done")
    rows = [page.locator(f"#item-{item.pk}") for item in UploadItem.objects.order_by("pk")]
    for row, outcome in zip(rows, ["Ready for review", "This file is empty", "Already there"], strict=True):
        expect(row).to_contain_text(outcome)


def test_a_table_is_read_once_its_columns_are_confirmed(page: Page) -> None:
    rows = (
        "Headline,Body,When\r\nFerry,Bo Ek said that he would sell the old ferry on the lake.,2024-05-06\r\n"
    )
    page.evaluate(DROP, [["all.csv", rows]])
    page.get_by_role("button", name="Upload").click()
    page.get_by_label("Publication date").select_option("When")
    page.get_by_role("button", name="Read the rows").click()

    expect(page.get_by_role("link", name="Ferry")).to_be_visible()
    assert str(Article.objects.get().published_on) == "2024-05-06"


def test_two_clicks_on_upload_make_one_article(page: Page) -> None:
    page.get_by_label("Or paste the text of one article").fill(TEXT)
    page.get_by_role("button", name="Upload").dblclick()

    expect(page.locator("#upload-rows")).to_be_visible()
    assert Article.objects.count() == 1
    assert Claim.objects.count() == 2


def test_a_paragraph_turned_back_into_body_is_pre_annotated(page: Page) -> None:
    page.get_by_label("Or paste the text of one article").fill(
        TEXT + "\nRead more: the ferry is old, said Cleo Ros, a captain.\n"
    )
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("link", name="Tolls on the bridge").click()
    article = Article.objects.get()
    before = article.claims.count()
    paragraph = article.paragraphs.get(start__gt=len(TEXT) - 1)
    page.locator(f"#paragraph-{paragraph.index}").hover()
    page.locator(f"#paragraph-{paragraph.index} button").click()

    expect(page.locator(f"#paragraph-{paragraph.index}")).to_have_class(
        re.compile("region-body" if paragraph.region != "body" else "region-boilerplate")
    )
    assert article.claims.count() != before
