// Numbers move in place: no reload, no jump, nothing taken out of the reader's hands.
import { PAGES } from "../support/pages.js";
import { dataTime, expect, nextDataTime, test } from "../support/test.js";

const byName = (name) => PAGES.find((entry) => entry.name === name);
const mark = (page) => page.evaluate(() => { globalThis.untouched = true; });
const isMarked = (page) => page.evaluate(() => globalThis.untouched === true);

test("data time and windows go on without a reload", async ({ page }) => {
  await page.goto("/");
  await mark(page);
  const newest = page.locator("#windows tbody tr:first-child th");
  const [time, window] = [await dataTime(page).textContent(), await newest.textContent()];
  await nextDataTime(page, time);
  await expect(newest).not.toHaveText(window, { timeout: 30_000 });
  expect(await newest.textContent() > window, "windows are added, not taken away").toBe(true);
  expect(await isMarked(page)).toBe(true);
});

for (const name of ["dashboard", "region", "pipeline", "wall"]) {
  test(`${name}: nothing jumps while numbers change`, async ({ page, open }) => {
    await page.addInitScript(() => {
      globalThis.shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          if (entry.hadRecentInput) continue;
          const who = entry.sources.map((source) => source.node?.className ?? source.node?.nodeName);
          globalThis.shifts.push({ value: entry.value, who });
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await open(byName(name));
    const live = name === "region" ? "windows" : name === "pipeline" ? "chain" : name === "wall" ? "wall-head" : "status";
    await countUpdates(page, live);
    // The pipeline may show nothing new for a while, but its stages' counts move with each commit.
    await expect.poll(() => page.evaluate(() => globalThis.updates), { timeout: 45_000 }).toBeGreaterThanOrEqual(3);
    const shifts = await page.evaluate(() => globalThis.shifts);
    const sum = shifts.reduce((total, shift) => total + shift.value, 0);
    expect(sum, JSON.stringify(shifts)).toBeLessThan(0.05);
  });
}

/** Counts data times shown from now on, or replacements of a block on pages without one. */
async function countUpdates(page, id) {
  await page.evaluate((live) => {
    globalThis.updates = 0;
    let last = document.querySelector(`[data-live="${live}"]`);
    new MutationObserver(() => {
      const now = document.querySelector(`[data-live="${live}"]`);
      if (now !== last) { last = now; globalThis.updates += 1; }
    }).observe(document.getElementById("main").parentElement, { subtree: true, childList: true });
  }, id);
}

test("focus and opened details survive an update", async ({ page }) => {
  await page.goto("/");
  const summary = page.locator("#windows details summary");
  await summary.click();
  await expect(page.locator("#windows details")).toHaveAttribute("open");
  const link = page.locator("#regions tbody a").first();
  const address = await link.getAttribute("href");
  await link.focus();
  await countUpdates(page, "windows");
  await expect.poll(() => page.evaluate(() => globalThis.updates), { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  await expect(page.locator("#windows details")).toHaveAttribute("open");
  expect(await page.evaluate(() => document.activeElement.getAttribute("href"))).toBe(address);
});

test("focus follows its row when the order changes", async ({ page }) => {
  await page.goto("/");
  const turned = await page.locator("#regions").evaluate((block) => {
    const copy = block.cloneNode(true);
    const rows = [...copy.querySelectorAll("tbody tr:not(.total)")].reverse();
    const body = copy.querySelector("tbody");
    rows.forEach((row) => body.insertBefore(row, body.querySelector("tr.total")));
    return copy.outerHTML;
  });
  // Another page of the same server, whose stream says only this.
  const body = `event: fragments\ndata: ${JSON.stringify([{ id: "regions", html: turned }])}\n\n`;
  let go;
  const gate = new Promise((resolve) => { go = resolve; });
  await page.route("**/events?*", async (route) => { await gate; await route.fulfill({ contentType: "text/event-stream", body }); });
  await page.reload();
  const link = page.locator("#regions tbody a").first();
  const address = await link.getAttribute("href");
  await link.focus();
  go();
  await expect(page.locator("#regions tbody a").first()).not.toHaveAttribute("href", address);
  expect(await page.evaluate(() => document.activeElement.getAttribute("href"))).toBe(address);
});

test("the server's clock ticks, not the browser's", async ({ page }) => {
  // A browser that is wrong by a day still shows the server's time.
  await page.addInitScript(() => {
    const real = Date.now;
    Date.now = () => real() + 86_400_000 + 3_600_000;
  });
  await page.goto("/");
  const clock = page.locator("[data-clock]");
  const first = await clock.textContent();
  await expect(clock).not.toHaveText(first);
  const seconds = (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  const apart = seconds(await clock.textContent()) - seconds(await dataTime(page).textContent());
  expect((apart + 86_400) % 86_400).toBeLessThan(60);
});
