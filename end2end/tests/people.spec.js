// People and their rights: added, changed by two at once, disabled, removed; the last administrator stays.
import { add, fresh, member, send } from "../support/people.js";
import { dataTime, expect, test } from "../support/test.js";

const asPerson = async (browser, baseURL, storageState) => (await browser.newContext({ baseURL, storageState })).newPage();

test("a person is added with a preset, and with levels of his own in some regions", async ({ page }) => {
  const name = fresh("preset");
  await page.goto("/people/new");
  await page.getByLabel("登录名").fill(name);
  await page.getByLabel("显示名称").fill("<b>张</b> 工");
  await expect(page.locator(".custom-levels"), "out of the way until asked for").toBeHidden();
  await expect(page.locator(".region-list")).toBeHidden();
  await page.getByRole("radio", { name: "工程师" }).check();
  await page.getByRole("button", { name: "添加" }).click();
  await expect(page.locator("#secret")).toHaveValue(/\/welcome\//);
  await page.goto(`/people?q=${name}`);
  const row = page.locator("#people tbody tr");
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("<b>张</b> 工");
  await expect(row).toContainText("工程师");
  await expect(row).toContainText("尚无密码");
  await row.getByRole("link").click();

  await page.getByRole("radio", { name: "自定组合" }).check();
  await page.getByLabel("调度", { exact: true }).selectOption("operate");
  await page.getByLabel("数据", { exact: true }).selectOption("view");
  await page.getByLabel("系统", { exact: true }).selectOption("none");
  await page.getByRole("radio", { name: "仅下列区域" }).check();
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("alert"), "no region was chosen").toBeFocused();
  const region = page.locator(".region-list .choice").nth(1);
  await region.getByRole("checkbox").check();
  await page.locator("#person [name=reason]").fill("调岗");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.locator(".done")).toContainText("权限立即生效");
  await expect(page.getByRole("radio", { name: "自定组合" })).toBeChecked();
  await expect(page.getByLabel("调度", { exact: true })).toHaveValue("operate");
  await expect(region.getByRole("checkbox")).toBeChecked();
  await expect(page.locator("#history")).toContainText("修改人员");
  await page.locator("#history summary").first().click();
  await expect(page.locator("#history")).toContainText("调岗");
});

test("a name that is taken, or is none, is refused with what was entered", async ({ page }) => {
  await page.goto("/people/new");
  await page.getByLabel("登录名").fill("ADMIN");
  await page.getByLabel("显示名称").fill("另一个");
  await page.getByRole("button", { name: "添加" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel("登录名")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("显示名称")).toHaveValue("另一个");
  await page.getByLabel("登录名").fill("a b<c>");
  await page.getByRole("button", { name: "添加" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByLabel("登录名")).toHaveValue("a b<c>");
});

test("of two administrators at one person the slower one sees what stands now", async ({ page, request, browser, baseURL }) => {
  const person = await add(request);
  const second = await member(request, { preset: "admin" });
  const other = await asPerson(browser, baseURL, second.state);
  for (const one of [page, other]) await one.goto(`/people/${person.id}`);
  await other.getByLabel("显示名称").fill("先保存的");
  await other.getByRole("radio", { name: "计费员" }).check();
  await other.getByRole("button", { name: "保存" }).click();
  await expect(other.locator(".done")).toBeVisible();
  await page.getByLabel("显示名称").fill("后保存的");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel("显示名称"), "nothing typed is lost").toHaveValue("后保存的");
  const rows = page.locator("#conflict tbody tr");
  await expect(rows.filter({ hasText: "显示名称" })).toContainText("先保存的");
  await expect(rows.filter({ hasText: "权限" })).toContainText("计费员");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.locator(".done")).toBeVisible();
  await expect(page.getByLabel("显示名称")).toHaveValue("后保存的");
  await send(request, `/people/${second.id}/remove`, { version: 1 }).catch(() => {});
  await other.context().close();
});

test("the last administrator stays, and says why", async ({ page, request, browser, baseURL }) => {
  // whoever is another administrator by now is no longer one
  for (const id of await administrators(page)) {
    await page.goto(`/people/${id}`);
    await page.locator(".confirm summary").click();
    await page.getByRole("button", { name: "确认删除" }).click();
    await expect(page.locator(".done")).toContainText("人员已删除。");
  }
  await page.goto("/people/1");
  await expect(page.locator("#person")).toContainText("这是您自己的账户");
  const buttons = {
    remove: async () => {
      await page.locator(".confirm summary").click();
      await page.getByRole("button", { name: "确认删除" }).click();
    },
    demote: async () => {
      await page.getByRole("radio", { name: "查看员" }).check();
      await page.getByRole("button", { name: "保存" }).click();
    },
    disable: async () => {
      await page.getByRole("checkbox", { name: "停用此账户" }).check();
      await page.getByRole("button", { name: "保存" }).click();
    },
  };
  for (const [what, press] of Object.entries(buttons)) {
    await page.goto("/people/1");
    await press();
    await expect(page.getByRole("alert"), what).toContainText("管理员");
    await expect(page.getByRole("alert"), what).toBeFocused();
  }
  await page.goto("/people?q=admin");
  await expect(page.locator("#people tbody tr").first()).toContainText("管理员");
});

/** Other administrators of everything that tests have left. */
async function administrators(page) {
  await page.goto("/people");
  const rows = page.locator("#people tbody tr").filter({ hasText: "管理员" }).filter({ hasNotText: "您自己" });
  const addresses = await rows.locator("th a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  return addresses.map((address) => Number(address.split("/").pop()));
}

test("whoever is removed is out at the next request, and his open page leaves", async ({ page, request, browser, baseURL }) => {
  const person = await member(request);
  const [live, idle] = [await asPerson(browser, baseURL, person.state), await asPerson(browser, baseURL, person.state)];
  await live.goto("/");
  await expect(dataTime(live)).toBeVisible();
  await idle.goto("/account");
  await page.goto(`/people/${person.id}`);
  await page.locator(".confirm summary").click();
  await page.getByRole("button", { name: "确认删除" }).click();
  await expect(page.locator(".done")).toContainText("人员已删除。");
  await idle.goto("/rankings");
  await expect(idle).toHaveURL(/\/login\?back=/);
  await expect(live).toHaveURL(/\/login/, { timeout: 30_000 });
  for (const one of [live, idle]) await one.context().close();
});

test("rights that are taken away are gone at the next request", async ({ page, request, browser, baseURL }) => {
  const person = await member(request, { preset: "engineer" });
  const own = await asPerson(browser, baseURL, person.state);
  await own.goto("/pipeline");
  await expect(own.locator("#verdict")).toBeVisible();
  await page.goto(`/people/${person.id}`);
  await page.getByRole("radio", { name: "查看员" }).check();
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.locator(".done")).toBeVisible();
  expect((await own.goto("/pipeline")).status()).toBe(403);
  await own.goto("/");
  await expect(own.locator(".frame-nav a[href='/pipeline']")).toHaveCount(0);
  expect((await own.goto("/people")).status()).toBe(403);
  await own.context().close();
});
