// Each page answers, is complete, complains about nothing, and can be used by everybody.
import { PAGES, resolve } from "../support/pages.js";
import { barriers, complaints, expect, test, view } from "../support/test.js";

const PRODUCT = { zh: "载线 Loadline", en: "Loadline" };
const TAG = { zh: "zh-CN", en: "en" };

for (const entry of PAGES) {
  test(`${entry.name}: complete and without complaints`, async ({ page, open }) => {
    const found = complaints(page);
    const response = await open(entry);
    expect(response.status()).toBe(200);
    await expect(page).toHaveTitle(new RegExp(`${entry.zh ?? ".+"}.* · ${PRODUCT.zh}$`));
    await expect(page.locator("html")).toHaveAttribute("lang", TAG.zh);
    await expect(page.locator("h1")).toHaveCount(1);
    for (const block of entry.blocks) {
      await expect(page.locator(`#${block}`), block).toBeVisible();
      await expect(page.locator(`#${block}`), block).toHaveText(/\S/);
    }
    const ids = await page.locator("[id]").evaluateAll((all) => all.map((element) => element.id));
    expect(ids.filter((id, at) => ids.indexOf(id) !== at), "ids are unique").toEqual([]);
    const scripts = await page.evaluate(() => [...document.scripts].map((script) => [new URL(script.src).pathname, script.textContent]));
    const known = ["/style/live.js", ...(entry.scripts ?? [])].map((address) => [address, ""]);
    expect(scripts, "no script stands in the page").toEqual(known);
    const handlers = await page.evaluate(() => [...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith("on")));
    expect(handlers, "nor in its attributes").toEqual([]);
    expect(response.headers()["content-security-policy"]).toMatch(/script-src 'self'(;|$)/);
    await page.waitForLoadState("load");
    expect(found).toEqual([]);
  });

  for (const [lang, theme] of [["zh", "grey"], ["en", "dark"]]) {
    test(`${entry.name}: no barriers in ${lang}, ${theme}`, async ({ page, context, open }) => {
      await view(context, { lang, theme });
      await open(entry);
      await expect(page.locator("html")).toHaveAttribute("lang", TAG[lang]);
      await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
      if (entry[lang]) await expect(page).toHaveTitle(new RegExp(`^${entry[lang]}.* · ${PRODUCT[lang]}$`));
      if (lang === "en") expect(await labels(page), "only names stay Chinese").toEqual([]);
      expect(await barriers(page)).toEqual([]);
    });
  }
}

/** Labels that hold Chinese. Choices are names, and so are languages, regions and what people have typed. */
const labels = (page) => page.evaluate(() => [...document.querySelectorAll("h2, thead th, dt, label, legend, summary, button, caption")]
  .filter((label) => !label.closest(".region-list, #preferences"))
  .map((label) => {
    const copy = label.cloneNode(true);
    copy.querySelectorAll("select, .user-text").forEach((name) => name.remove());
    return copy.textContent;
  })
  .filter((text) => /\p{Script=Han}/u.test(text)));

test("every link leads somewhere, and every anchor to something", async ({ page, open, request }) => {
  const links = new Set();
  for (const entry of PAGES) {
    await open(entry);
    const found = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.href));
    const rows = { regions: 0, users: 0 };
    for (const link of found) {
      const kind = /\/(regions|users)\/\d+$/.exec(link)?.[1];
      // One row of a list stands for the others.
      if (kind && rows[kind]++ > 1) continue;
      links.add(link);
    }
  }
  const broken = [];
  for (const link of links) {
    const { pathname, search, hash } = new URL(link);
    const response = await request.get(pathname + search);
    const anchor = decodeURIComponent(hash.slice(1));
    if (response.status() !== 200) broken.push(`${response.status()} ${link}`);
    else if (anchor && !(await response.text()).includes(`id="${anchor}"`)) broken.push(`no ${hash} in ${pathname}`);
  }
  expect(broken).toEqual([]);
});

test("load now is compared with yesterday and last week", async ({ page }) => {
  await page.goto("/");
  for (const label of ["较昨日同时", "较上周同日同时"]) {
    const value = page.locator("#load-now .comparisons div", { hasText: label }).locator(".value");
    await expect(value, label).toHaveText(/^[↑↓→] ?[+−±]\d+\.\d %$/);
  }
});

test("a page that does not exist says so", async ({ page }) => {
  const response = await page.goto("/nowhere");
  expect(response.status()).toBe(404);
  await expect(page.getByRole("alert")).toHaveText("地址有误，或此页面已不存在。");
  await page.getByRole("link", { name: "返回总览" }).click();
  await expect(page.locator("#load-now")).toBeVisible();
});

test("a customer is found by number and opened", async ({ page, request }) => {
  const id = (await resolve("{user}", request));
  await page.goto("/search");
  await page.getByRole("searchbox").fill(id);
  await page.getByRole("searchbox").press("Enter");
  await page.locator(`#results a[href="/users/${id}"]`).click();
  await expect(page.locator("#user-head")).toContainText(id);
});
