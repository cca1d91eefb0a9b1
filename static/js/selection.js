/* From a selection in the article to half-open offsets in code points, as the server counts them. */

/** Count code points: the browser counts UTF-16 units, where an emoji is two. */
const codePoints = (text) => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

const textOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest("p.text");

/** The offset of a boundary point inside the text of one paragraph. */
const offsetIn = (paragraph, node, offset) => {
  const range = document.createRange();
  range.selectNodeContents(paragraph);
  range.setEnd(node, offset);
  return Number(paragraph.dataset.start) + codePoints(range.toString());
};

/**
 * The selected stretch as { start, end }, or null where nothing of the article is selected.
 * A selection that starts or ends between paragraphs reaches to the nearest text inside it.
 */
export const selectedSpan = (article) => {
  const selection = window.getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const touched = [...article.querySelectorAll("p.text")].filter((paragraph) => range.intersectsNode(paragraph));
  if (touched.length === 0) return null;
  const [first, last] = [touched[0], touched[touched.length - 1]];
  const start = textOf(range.startContainer) === first
    ? offsetIn(first, range.startContainer, range.startOffset)
    : Number(first.dataset.start);
  const end = textOf(range.endContainer) === last
    ? offsetIn(last, range.endContainer, range.endOffset)
    : Number(last.dataset.start) + codePoints(last.textContent);
  return end > start ? { start, end } : null;
};
