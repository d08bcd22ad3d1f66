// Language, theme and filters: remembered, and carried by addresses.
import { expect, test } from "../support/test.js";

test("the language is switched and remembered", async ({ page, context }) => {
  await page.goto("/rankings?grain=hour");
  await page.getByRole("link", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page).toHaveURL(/grain=hour/);
  await page.goto("/peaks");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator(".frame-nav")).toContainText("Overview");
  expect((await context.cookies()).find((cookie) => cookie.name === "lang")).toMatchObject({ value: "en", path: "/" });
  await page.getByRole("link", { name: "中文" }).click();
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
});

test("live updates come in the chosen language", async ({ page }) => {
  await page.goto("/?lang=en");
  const before = await page.locator(".data-time time").textContent();
  await expect(page.locator(".data-time time")).not.toHaveText(before, { timeout: 30_000 });
  await expect(page.locator(".data-time .label")).toHaveText("Data time");
});

test("the theme is switched and remembered", async ({ page }) => {
  await page.goto("/");
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const grey = await ground();
  await page.getByRole("link", { name: "深色" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.goto("/pipeline");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await ground()).not.toBe(grey);
  await page.getByRole("link", { name: "灰", exact: true }).click();
  expect(await ground()).toBe(grey);
});

test("an address with filters shows the same rows to somebody else", async ({ page, browser, baseURL, storageState }) => {
  await page.goto("/rankings");
  // Yesterday is closed: its rows do not change between the two visits.
  await page.locator("#filter a[rel=prev]").click();
  await expect(page).toHaveURL(/at=/);
  const region = page.locator("select[name=region]");
  const [value, name] = await region.locator("option").nth(2).evaluate((option) => [option.value, option.textContent]);
  await region.selectOption(value);
  await page.locator("select[name=usage_type]").selectOption("居民");
  await page.locator("#filter button[type=submit]").click();
  await expect(page).toHaveURL(new RegExp(`at=.*region=${value}.*usage_type=`));
  const accounts = "#ranking tbody td:nth-child(4)";
  const rows = await page.locator(accounts).allTextContents();
  expect(rows.length).toBeGreaterThan(1);
  expect(new Set(await page.locator("#ranking tbody td:nth-child(5)").allTextContents())).toEqual(new Set(["居民"]));
  expect(new Set(await page.locator("#ranking tbody td:nth-child(6)").allTextContents())).toEqual(new Set([name]));
  await expect(page.locator("#ranking tbody td:nth-child(3)").first()).toHaveText(/\*$/);

  const other = await browser.newContext({ baseURL, storageState });
  const shared = await other.newPage();
  await shared.goto(page.url());
  expect(await shared.locator(accounts).allTextContents()).toEqual(rows);
  await expect(shared.locator("select[name=region]")).toHaveValue(value);
  await expect(shared.locator("select[name=usage_type]")).toHaveValue("居民");
  await other.close();
});

for (const [address, name, value, expected] of [
  ["/rankings?grain=week", "grain", "week", "month"],
  ["/rankings?page=0", "page", "0", "1"],
  ["/regions/1?day=2026-13-40", "day", "2026-13-40", "-"],
  ["/wall?layout=4x3", "layout", "4x3", "16x9"],
  ["/peaks?scale=huge", "scale", "huge", "absolute"],
  ["/exports/rollup.csv?grain=week", "grain", "week", "month"],
  ["/exports/regions.csv?from=yesterday", "from", "yesterday", "2"],
]) {
  test(`a wrong ${name} in ${address} is named with what is expected`, async ({ page }) => {
    const response = await page.goto(address);
    expect(response.status()).toBe(400);
    for (const part of [name, value, expected]) await expect(page.locator("main")).toContainText(part);
  });
}
