// The large screen: exact boxes, nothing scrolls, nothing is cut off, everything is readable from afar.
import { STANDARD, WIDE, overlaps, texts } from "../support/boxes.js";
import { NOBODY, complaints, dataTime, expect, nextDataTime, test } from "../support/test.js";

const FORMATS = [
  { name: "16:9", path: "/wall", size: { width: 1920, height: 1080 }, boxes: STANDARD },
  { name: "32:9", path: "/wall?layout=32x9", size: { width: 3840, height: 1080 }, boxes: WIDE },
];
const SMALLEST_PX = 24, ROW_PX = 28, HEADLINE_PX = 128;
const SEAM = { left: 1912, right: 1928 };

// Blocks are replaced all the time: everything is looked up and measured in one go.
const boxOf = (page, selector) => page.evaluate((wanted) => {
  const { x, y, width, height } = document.querySelector(wanted).getBoundingClientRect();
  return [x, y, width, height];
}, selector);
const scrolls = (page) => page.evaluate(() => {
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
  return { x: scrollWidth - clientWidth, y: scrollHeight - clientHeight, bars: [innerWidth - clientWidth, innerHeight - clientHeight] };
});
const NO_SCROLL = { x: 0, y: 0, bars: [0, 0] };

function expectBox(actual, wanted, name) {
  wanted.forEach((value, at) => expect(Math.abs(actual[at] - value), `${name}: ${actual} instead of ${wanted}`).toBeLessThanOrEqual(1));
}

for (const { name, path, size, boxes } of FORMATS) {
  test(`${name}: fills the screen, and each block stands in its box`, async ({ page }) => {
    await page.setViewportSize(size);
    await page.goto(path);
    expectBox(await boxOf(page, ".page-wall"), [0, 0, size.width, size.height], "root");
    expect(await scrolls(page)).toEqual(NO_SCROLL);
    for (const [id, box] of Object.entries(boxes)) expectBox(await boxOf(page, `#${id}`), box, id);
  });

  for (const lang of ["zh", "en"]) {
    test(`${name}: text is large, whole and nowhere over another, ${lang}`, async ({ page }) => {
      await page.setViewportSize(size);
      await page.goto(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
      const all = await page.evaluate(texts);
      expect(all.length).toBeGreaterThan(60);
      const named = (one) => `${one.block}: “${one.text}” ${one.size.toFixed(1)} px${one.cutBy ? ` cut by ${one.cutBy}` : ""}`;
      expect.soft(all.filter((one) => one.size < SMALLEST_PX - 0.05).map(named), "small").toEqual([]);
      expect.soft(all.filter((one) => one.cutBy).map(named), "cut off").toEqual([]);
      expect.soft(overlaps(all), "overlapping").toEqual([]);
      const sizeOf = (selector) => page.evaluate((wanted) => [...document.querySelectorAll(wanted)].map((one) => parseFloat(getComputedStyle(one).fontSize)), selector);
      expect(Math.min(...(await sizeOf(".wall-digits span")))).toBeGreaterThanOrEqual(HEADLINE_PX);
      expect(Math.min(...(await sizeOf(".wall-row .num")))).toBeGreaterThanOrEqual(ROW_PX);
    });
  }
}

test("32:9: nothing crosses the seam of the panels", async ({ page }) => {
  await page.setViewportSize(FORMATS[1].size);
  await page.goto(FORMATS[1].path);
  const crossing = await page.evaluate((seam) => [...document.querySelectorAll(".page-wall *")]
    .filter((element) => element.checkVisibility() && !element.matches("h1"))
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && box.left < seam.right && box.right > seam.left;
    })
    .map((element) => element.id || element.getAttribute("class") || element.tagName), SEAM);
  expect(crossing).toEqual([]);
  const texted = await page.evaluate(texts);
  expect(texted.filter((one) => one.box.left < SEAM.right && one.box.right > SEAM.left)).toEqual([]);
});

test("other screens are letterboxed", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 1024 });
  await page.goto("/wall");
  expectBox(await boxOf(page, ".page-wall"), [0, 152, 1280, 720], "root");
  expectBox(await boxOf(page, "#wall-curve"), [496, 336, 928, 672].map((px, at) => px / 1.5 + (at === 1 ? 152 : 0)), "curve");
  expect(await scrolls(page)).toEqual(NO_SCROLL);
  await page.setViewportSize({ width: 3840, height: 1080 });
  expectBox(await boxOf(page, ".page-wall"), [960, 0, 1920, 1080], "root on two panels");
});

test("nothing on the wall moves or takes input", async ({ page }) => {
  await page.setViewportSize(FORMATS[0].size);
  await page.goto("/wall");
  await expect(page.locator("main :is(a, button, input, select, marquee, [tabindex])")).toHaveCount(0);
  const slow = await page.evaluate(() => [...document.querySelectorAll("main *")].filter((element) => {
    const style = getComputedStyle(element);
    const longest = Math.max(...style.transitionDuration.split(",").map(parseFloat));
    return longest > 0.3 || style.animationName !== "none";
  }).length);
  expect(slow).toBe(0);
});

test("names on the wall are masked", async ({ page }) => {
  await page.setViewportSize(FORMATS[0].size);
  await page.goto("/wall");
  const names = await page.locator("#wall-users .name").allTextContents();
  expect(names.length).toBe(8);
  expect(names.filter((name) => !name.includes("*"))).toEqual([]);
});

test.describe("the link that the server prints", () => {
  test.use({ storageState: NOBODY });

  for (const { name, size, boxes } of FORMATS) {
    test(`${name}: is the whole wall, alive, for a screen that never signs in`, async ({ page, context }) => {
      const found = complaints(page);
      await page.setViewportSize(size);
      await page.goto(`${process.env.LOADLINE_WALL}?layout=${name.replace(":", "x")}`);
      for (const [id, box] of Object.entries(boxes)) expectBox(await boxOf(page, `#${id}`), box, id);
      expect(await scrolls(page)).toEqual(NO_SCROLL);
      await nextDataTime(page, await dataTime(page).textContent());
      await expect(page.locator("#wall-band")).toBeHidden();
      const names = await page.locator("#wall-users .name").allTextContents();
      expect(names.filter((one) => !one.includes("*")), "all names are masked").toEqual([]);
      expect(await context.cookies()).toEqual([]);
      expect(found).toEqual([]);
    });
  }

  test("a key that is not right shows no numbers and says so", async ({ page }) => {
    const wrong = process.env.LOADLINE_WALL.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    expect((await page.goto(wrong)).status()).toBe(401);
    await expect(page.getByRole("alert")).toContainText("无效或已失效");
    await expect(page.locator("[data-live], a[href='/rankings']")).toHaveCount(0);
  });
});
