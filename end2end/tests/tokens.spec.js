// Keys for programs and walls: shown once, good for what they say, worthless once revoked.
import { client, fresh } from "../support/people.js";
import { NOBODY, complaints, dataTime, expect, nextDataTime, test } from "../support/test.js";

/** Fills in a form of the page and gives what it shows once. */
async function made(page, form, name) {
  await page.locator(form).getByLabel("名称").fill(name);
  await page.locator(`${form} .main-button`).click();
  const secret = page.locator("#secret");
  await expect(secret).toBeFocused();
  return secret.inputValue();
}

async function revoke(page, block, name) {
  await page.goto("/tokens");
  const row = page.locator(`${block} tbody tr`).filter({ hasText: name });
  await row.locator("summary").click();
  await row.locator("[name=reason]").fill("试验结束");
  await row.locator(".danger").click();
  await expect(page.locator(".done")).toContainText("已撤销");
  await expect(row).toContainText("已撤销");
}

test("a token is shown once, reads what it may, and nothing once it is revoked", async ({ page }) => {
  const name = fresh("token");
  await page.goto("/tokens");
  const token = await made(page, "#add-token", name);
  expect(token).toMatch(/^ll_[\w-]{43}$/);
  await page.goto("/tokens");
  await expect(page.locator("#tokens")).toContainText(name);
  expect(await page.content()).not.toContain(token);

  const program = await client({ extraHTTPHeaders: { authorization: `Bearer ${token}` } });
  const status = async (path) => (await program.get(path, { maxRedirects: 0 })).status();
  expect((await (await program.get("/api/v1/regions")).json()).items.length).toBeGreaterThan(1);
  expect([await status("/exports/peaks.csv"), await status("/")]).toEqual([200, 200]);
  expect([await status("/people"), await status("/tokens"), await status("/pipeline")], "a viewer's token").toEqual([403, 403, 403]);
  await page.goto("/tokens");
  await expect(page.locator("#tokens tbody tr").filter({ hasText: name })).toContainText("127.0.0.1");
  await revoke(page, "#tokens", name);
  expect([await status("/api/v1/regions"), await status("/"), await status("/exports/peaks.csv")]).toEqual([401, 401, 401]);
  await program.dispose();
});

test("a wall needs no sign-in, shows only its regions and layouts, and goes dark when it is revoked", async ({ page, browser, baseURL }) => {
  const name = fresh("wall");
  await page.goto("/tokens");
  const form = page.locator("#add-wall");
  await form.getByRole("radio", { name: "仅下列区域" }).check();
  const choice = form.locator(".region-list .choice").first();
  const region = (await choice.locator(".choice-text > span").first().textContent()).trim();
  await choice.getByRole("checkbox").check();
  const link = await made(page, "#add-wall", name);
  expect(link.startsWith(`${baseURL}/wall/`)).toBe(true);

  const context = await browser.newContext({ storageState: NOBODY, viewport: { width: 1920, height: 1080 } });
  const wall = await context.newPage();
  const found = complaints(wall);
  await wall.goto(link);
  await expect(wall.locator("#wall-regions")).toContainText(region);
  await nextDataTime(wall, await dataTime(wall).textContent());
  expect(found).toEqual([]);
  expect(await context.cookies()).toEqual([]);
  expect((await context.request.get(`${link}?layout=32x9`)).status(), "a layout that the link has not").toBe(404);
  for (const path of ["/", "/rankings", "/api/v1/regions"]) {
    expect((await context.request.get(baseURL + path, { maxRedirects: 0 })).status(), path).not.toBe(200);
  }

  const row = page.locator("#walls tbody tr").filter({ hasText: name });
  await page.goto("/tokens");
  await row.getByRole("button", { name: /^显示地址/ }).click();
  await expect(page.locator("#secret"), "a wall that lost its address gets it back").toHaveValue(link);
  await revoke(page, "#walls", name);
  await expect(wall.getByRole("alert")).toContainText("无效或已失效", { timeout: 30_000 });
  await expect(wall.locator("[data-live], .wall-digits")).toHaveCount(0);
  expect((await context.request.get(link)).status()).toBe(401);
  await context.close();
});

test("a form without a layout, or with a day gone by, says so", async ({ page }) => {
  await page.goto("/tokens");
  const form = page.locator("#add-wall");
  await form.getByLabel("名称").fill("没有版式");
  await form.getByRole("checkbox", { name: /16:9/ }).uncheck();
  await form.locator(".main-button").click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(form.getByLabel("名称")).toHaveValue("没有版式");
  await expect(page.locator("#add-token").getByLabel("名称"), "the other form is untouched").toHaveValue("");
  await form.getByRole("checkbox", { name: /16:9/ }).check();
  await form.locator("[name=expires]").evaluate((field) => { field.min = ""; field.value = "2016-01-11"; });
  await form.locator(".main-button").click();
  await expect(page.getByRole("alert")).toContainText("到期日必须在将来");
});
