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
  const pen = document.createElement("canvas").getContext("2d");
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest(".sr-only, title, desc") || !parent.checkVisibility({ visibilityProperty: true })) continue;
    const svg = parent.closest("svg");
    const scale = svg ? svg.getScreenCTM().a : 1;
    const box = painted(node, parent, scale);
    // names that people gave end in dots where their line ends
    const named = parent.closest(".wall-name");
    if (named) box.right = Math.min(box.right, cutOf(named).right);
    if (box.right <= box.left) continue;
    found.push({
      text: node.data.trim(),
      block: parent.closest("[data-live], .block")?.id ?? "",
      isChart: Boolean(svg),
      size: parseFloat(getComputedStyle(parent).fontSize) * scale,
      box,
      cutBy: cutter(parent, box),
    });
  }
  return found;

  /** Where there is ink: the box of a line is higher than its letters. */
  function painted(node, parent, scale) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const { left, top, right } = range.getBoundingClientRect();
    const { fontWeight, fontSize, fontFamily } = getComputedStyle(parent);
    pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    const ink = pen.measureText(node.data.trim());
    const baseline = top + ink.fontBoundingBoxAscent * scale;
    return { left, right, top: baseline - ink.actualBoundingBoxAscent * scale, bottom: baseline + ink.actualBoundingBoxDescent * scale };
  }

  /** The nearest box that hides what is beyond it. */
  function cutOf(element) {
    let at = element;
    while (at !== root && getComputedStyle(at).textOverflow !== "ellipsis") at = at.parentElement;
    return at.getBoundingClientRect();
  }

  /** The ancestor that hides a part of the text. */
  function cutter(parent, box) {
    const SLACK = 1;
    for (let at = parent; at && at !== root.parentElement; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      const edge = at.getBoundingClientRect();
      const acrossIsWhole = overflowX === "visible" || (box.left >= edge.left - SLACK && box.right <= edge.right + SLACK);
      const downIsWhole = overflowY === "visible" || (box.top >= edge.top - SLACK && box.bottom <= edge.bottom + SLACK);
      if (!acrossIsWhole || !downIsWhole) return at.id || at.getAttribute("class") || at.tagName;
    }
    return null;
  }
}

/** Pairs of texts that are painted over each other. */
export function overlaps(all) {
  const SLACK = 1;
  const pairs = [];
  for (const [at, one] of all.entries()) {
    for (const other of all.slice(at + 1)) {
      const width = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const height = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (width > SLACK && height > SLACK) pairs.push(`${one.block}: “${one.text}” over “${other.text}”`);
    }
  }
  return pairs;
}
