// Where the blocks of the wall stand, in pixels of its own format: x, y, width, height.

export const STANDARD = {
  "wall-head": [0, 0, 1920, 88],
  "wall-now": [496, 104, 928, 216],
  "wall-regions": [1440, 104, 456, 592],
  "wall-day": [24, 104, 456, 440],
  "wall-curve": [496, 336, 928, 672],
  "wall-attention": [1440, 712, 456, 296],
  "wall-users": [24, 560, 456, 448],
  "wall-alarms": [0, 1024, 1920, 56],
};

export const WIDE = {
  "wall-head": [0, 0, 1896, 88],
  "wall-head-2": [1944, 0, 1896, 88],
  "wall-day": [24, 104, 456, 904],
  "wall-now": [496, 104, 1400, 216],
  "wall-curve": [496, 336, 1400, 672],
  "wall-alarms": [0, 1024, 1896, 56],
  "wall-alarms-2": [1944, 1024, 1896, 56],
  "wall-regions": [1944, 104, 680, 904],
  "wall-heat": [2640, 104, 680, 440],
  "wall-users": [2640, 560, 680, 448],
  "wall-attention": [3336, 104, 480, 592],
  "wall-quality": [3336, 712, 480, 296],
};

/** Every visible text of the wall with its box, its size on the screen, and what cuts it off. Runs in the page. */
export function texts() {
  const root = document.querySelector(".page-wall");
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest(".sr-only, title, desc") || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    const svg = parent.closest("svg");
    const scale = svg ? svg.getScreenCTM().a : 1;
    found.push({
      text: node.data.trim(),
      block: parent.closest("[data-live], .block")?.id ?? "",
      isChart: Boolean(svg),
      size: parseFloat(getComputedStyle(parent).fontSize) * scale,
      box: { left: box.left, top: box.top, right: box.right, bottom: box.bottom },
      cutBy: cutter(parent, box),
    });
  }
  return found;

  /** The ancestor that hides a part of the text. Line height reaches a little beyond what is painted. */
  function cutter(parent, box) {
    const SLACK_X = 1, SLACK_Y = 6;
    for (let at = parent; at && at !== root.parentElement; at = at.parentElement) {
      if (!["hidden", "clip"].includes(getComputedStyle(at).overflowX)) continue;
      const edge = at.getBoundingClientRect();
      const inside = box.left >= edge.left - SLACK_X && box.right <= edge.right + SLACK_X
        && box.top >= edge.top - SLACK_Y && box.bottom <= edge.bottom + SLACK_Y;
      if (!inside) return at.id || at.getAttribute("class") || at.tagName;
    }
    return null;
  }
}

/** Pairs of texts that are painted over each other. */
export function overlaps(all) {
  const SLACK = 3;
  const pairs = [];
  for (const [at, one] of all.entries()) {
    for (const other of all.slice(at + 1)) {
      const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      // Boxes of lines touch; a third of a line is more than that.
      const line = Math.min(one.box.bottom - one.box.top, other.box.bottom - other.box.top);
      if (width > SLACK && height > line / 3) pairs.push(`${one.block}: “${one.text}” over “${other.text}”`);
    }
  }
  return pairs;
}
