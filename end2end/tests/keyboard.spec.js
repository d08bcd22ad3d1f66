// Everything can be reached and seen with the keyboard alone.
import { expect, test } from "../support/test.js";

/** What has the focus, and whether one sees that. */
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    href: element.getAttribute("href"),
    tag: element.tagName,
    block: element.closest("section")?.id ?? null,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
    inView: box.width > 0 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
  };
});

test("the first stop skips to the content", async ({ page }) => {
  await page.goto("/");
  await page.keyboard.press("Tab");
  expect(await focused(page)).toMatchObject({ href: "#main", outlined: true, inView: true });
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.getElementById("main").contains(document.activeElement))).toBe(true);
});

test("tab reaches navigation and tables in order, and focus is seen", async ({ page }) => {
  const MOST_STOPS = 60;
  await page.goto("/");
  const stops = [];
  while (stops.length < MOST_STOPS) {
    await page.keyboard.press("Tab");
    const stop = await focused(page);
    expect(stop, `stop ${stops.length + 1}`).toMatchObject({ outlined: true, inView: true });
    stops.push(stop);
    if (stop.block === "regions" && stop.href) break;
  }
  const addresses = stops.map((stop) => stop.href);
  const order = ["/", "/alarms", "/settlement", "/rankings", "/peaks", "/pipeline", "/search", "/wall"];
  expect(addresses.slice(2, 2 + order.length)).toEqual(order);
  expect(addresses.at(-1)).toMatch(/^\/regions\/\d+$/);
  await page.keyboard.press("Enter");
  await expect(page.locator("#region-head")).toBeVisible();
});

test("filters work without a mouse", async ({ page }) => {
  await page.goto("/rankings");
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("1");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=1/);
  await expect(page.locator("#ranking tbody tr").first()).toBeVisible();
});
