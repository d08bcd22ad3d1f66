// The record of who did what: found, opened, proved whole, taken along; and what is worth a line in it.
import { readFile } from "node:fs/promises";
import { resolve } from "../support/pages.js";
import { add, member } from "../support/people.js";
import { expect, test } from "../support/test.js";

const HEAD = "entry_no,";

test("entries are found and show what changed", async ({ page, request }) => {
  const person = await add(request, { preset: "operator" });
  await page.goto("/audit");
  await page.locator("[name=object]").fill(`account:${person.id}`);
  await page.locator("[name=action]").selectOption("account.add");
  await page.locator("[name=action]").press("Tab");
  await page.locator("#filter button").click();
  await expect(page).toHaveURL(/action=account\.add/);
  const entries = page.locator(".entry");
  await expect(entries).toHaveCount(1);
  await expect(entries.locator("summary")).toContainText(person.name);
  await expect(entries.locator("summary")).toContainText("admin");
  await expect(entries.locator(".entry-body")).toBeHidden();
  await entries.locator("summary").focus();
  await page.keyboard.press("Enter");
  await expect(entries.locator(".entry-body")).toContainText("值班员");
  await expect(entries.locator(".entry-body")).toContainText("127.0.0.1");
  await page.locator("[name=text]").fill("nothing has this in it");
  await page.locator("#filter button").click();
  await expect(page.locator("#entries")).toContainText("没有符合条件的记录。");
});

test("the chain is proved whole, and the record is taken along", async ({ page }) => {
  await page.goto("/audit?action=login.ok");
  await page.getByRole("button", { name: "核验整条链" }).click();
  await expect(page.locator("#verify .verdict")).toContainText(/^✓ 完整：[\d,]+ 条记录/);
  await expect(page.locator("#verify code")).toHaveText(/^\d+:[0-9a-f]{64}$/);
  await page.goto("/audit?action=login.ok");
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#entries a.csv").click()]);
  const text = await readFile(await download.path(), "utf8");
  const [head, ...lines] = text.replace("\ufeff", "").split("\r\n").filter(Boolean);
  expect(head.startsWith(HEAD), head).toBe(true);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => !line.includes("login.ok"))).toEqual([]);
});

test("a telephone number is shown on demand, once, and recorded", async ({ page, request, browser, baseURL }) => {
  const customer = await resolve("{user}", request);
  await page.goto(`/users/${customer}`);
  const block = page.locator("#telephone");
  await expect(block).not.toContainText(/\d{7}/);
  await block.locator("[name=reason]").fill("停电通知");
  await block.getByRole("button", { name: "查看电话" }).click();
  await expect(page.locator("#secret")).toHaveValue(/^[\d+ -]{7,}$/);
  const number = await page.locator("#secret").inputValue();
  await expect(block).toContainText("已记录");
  await page.goto(`/users/${customer}`);
  expect(await page.content(), "only this once").not.toContain(number);
  await page.goto(`/audit?action=telephone.view&object=customer:${customer}`);
  await page.locator(".entry summary").first().click();
  await expect(page.locator(".entry").first()).toContainText("停电通知");
  expect(await page.content()).not.toContain(number);

  const viewer = await member(request);
  const context = await browser.newContext({ baseURL, storageState: viewer.state });
  const own = await context.newPage();
  await own.goto(`/users/${customer}`);
  await expect(own.locator("#user-head")).toBeVisible();
  await expect(own.locator("#telephone")).toHaveCount(0);
  expect((await context.request.post(`/users/${customer}/telephone`, { form: { reason: "" } })).status()).toBe(403);
  await context.close();
});
