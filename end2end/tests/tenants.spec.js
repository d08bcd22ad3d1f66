// Tenants: made, given regions, and kept apart. A person of a tenant sees its regions everywhere, and no other anywhere.
import { client, fresh, member } from "../support/people.js";
import { expect, test } from "../support/test.js";

let regions, own, tenant, person, code;

/** Adds a tenant with one region of its own, and a viewer who belongs to it. */
test.beforeAll(async ({ browser }) => {
  const baseURL = process.env.LOADLINE_URL;
  const state = { baseURL, storageState: JSON.parse(process.env.LOADLINE_SESSION) };
  const request = await client(state);
  regions = (await (await request.get("/api/v1/regions")).json()).items;
  const page = await (await browser.newContext(state)).newPage();
  code = fresh("t");
  tenant = `乡镇供电 ${code}`;
  await page.goto("/tenants");
  await page.locator("#add").getByLabel("名称").fill(tenant);
  await page.locator("#add").getByLabel("代码").fill(code);
  await page.getByRole("button", { name: "添加", exact: true }).click();
  await expect(page.locator(".done")).toContainText("租户已添加。");
  const free = page.locator("#regions-of form:not(.filter)").filter({ has: page.locator("option[value='']:checked") });
  const ids = await free.locator("[name=region_id]").evaluateAll((all) => all.map((field) => Number(field.value)));
  own = regions.find((region) => region.user_count > 20 && ids.includes(region.region_id));
  await page.goto(`/tenants?q=${own.region_id}`);
  const row = page.locator("#regions-of tbody tr").filter({ hasText: own.region_name });
  await row.getByRole("combobox").selectOption({ label: tenant });
  await row.getByRole("button").click();
  await expect(page.locator(".done")).toContainText("区域的归属已更改。");
  await expect(page.locator("#regions-of tbody tr"), "the filter stays").toHaveCount(1);
  const id = await page.locator("#regions-of select").inputValue();
  person = await member(request, { tenant_id: id, preset: "operator" });
  await page.context().close();
  await request.dispose();
});

const others = () => regions.filter((region) => region.region_id !== own.region_id);
const asViewer = async (browser) => (await browser.newContext({ baseURL: process.env.LOADLINE_URL, storageState: person.state })).newPage();

test("no page shows another region, and each says that it shows a part", async ({ browser }) => {
  const page = await asViewer(browser);
  for (const address of ["/", "/rankings", "/rankings?grain=month", "/peaks", "/search?q=1", `/regions/${own.region_id}`, "/wall", "/wall?layout=32x9", "/account"]) {
    expect((await page.goto(address)).status(), address).toBe(200);
    const text = await page.locator("body").textContent();
    expect(text, address).toContain(address.startsWith("/search") ? "1" : own.region_name);
    expect(others().filter((region) => text.includes(region.region_name)), address).toEqual([]);
    const links = await page.locator("a[href*='/regions/'], option").evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? one.value));
    expect(links.filter((link) => /\d/.test(link) && /regions/.test(link) && !link.includes(`/regions/${own.region_id}`)), address).toEqual([]);
    if (!address.startsWith("/wall")) {
      await expect(page.locator(".frame-scope")).toBeVisible();
      await expect(page.locator(".frame-footer .scope")).toContainText(tenant);
    }
  }
  await page.context().close();
});

test("what belongs to others does not exist, and what is about everything is not offered", async ({ browser }) => {
  const page = await asViewer(browser);
  const other = others()[0].region_id;
  const missing = 987_654;
  const [strange, none] = [await page.request.get(`/regions/${other}`), await page.request.get(`/regions/${missing}`)];
  expect([strange.status(), none.status()]).toEqual([404, 404]);
  const said = async (answer, id) => /role="alert"[^>]*>([^]*?)<\/p>/.exec(await answer.text())[1].replace(String(id), "?");
  expect(await said(strange, other), "the answer is the same").toBe(await said(none, missing));
  expect(await strange.text()).not.toContain(others()[0].region_name);
  const customers = await (await page.request.get(`/api/v1/rankings?region=${other}`)).text();
  expect(others().some((region) => customers.includes(region.region_name))).toBe(false);
  for (const [address, status] of [["/pipeline", 403], ["/people", 403], ["/tenants", 403], ["/tokens", 403], ["/audit", 403]]) {
    expect((await page.request.get(address)).status(), address).toBe(status);
  }
  await page.goto("/");
  await expect(page.locator(".frame a[href='/pipeline'], .frame a[href='/tenants'], .frame a[href='/people']")).toHaveCount(0);
  await page.context().close();
});

test("files, programs and streams hold his regions alone", async ({ browser }) => {
  const page = await asViewer(browser);
  const mine = String(own.region_id);
  // of one hour: all of it is tens of megabytes
  const known = await (await page.request.get("/api/v1/regions")).json();
  const to = known.data_time.slice(0, 19);
  const from = new Date(Date.parse(`${to}Z`) - 3_600_000).toISOString().slice(0, 19);
  const files = ["regions", "windows", "dashboard"].map((name) => [name, `?from=${from}&to=${to}`]);
  files.push(["rankings", "?grain=month"], ["rollup", "?grain=day"], ["peaks", ""], ["silent_meters", ""]);
  for (const [name, filter] of files) {
    const answer = await page.request.get(`/exports/${name}.csv${filter}`);
    expect(answer.status(), name).toBe(200);
    const text = await answer.text();
    const [head, ...lines] = text.replace("\ufeff", "").split("\r\n").filter(Boolean);
    const at = head.split(",").indexOf("region_id");
    if (name !== "silent_meters") expect(lines.length, name).toBeGreaterThan(0);
    if (at >= 0) expect(new Set(lines.map((line) => line.split(",")[at])), name).toEqual(new Set(lines.length ? [mine] : []));
    expect(others().filter((region) => text.includes(region.region_name)), name).toEqual([]);
  }
  expect(known.items.map((region) => region.region_id)).toEqual([own.region_id]);

  await page.goto("/");
  const first = await page.evaluate(() => new Promise((resolve) => {
    const stream = new EventSource("/events?path=%2F&lang=zh");
    stream.addEventListener("fragments", (event) => { stream.close(); resolve(event.data); });
  }));
  expect(first).toContain(own.region_name);
  expect(others().filter((region) => first.includes(region.region_name))).toEqual([]);
  await page.context().close();
});

test("a search finds his own customers only", async ({ page, browser }) => {
  const found = (csv) => csv.split("\r\n").slice(1).filter(Boolean).map((line) => line.split(","));
  const all = found(await (await page.request.get("/exports/rankings.csv?grain=month")).text());
  const strange = all.find((row) => row[2] !== String(own.region_id))[0];
  const known = all.find((row) => row[2] === String(own.region_id))[0];
  const viewer = await asViewer(browser);
  await viewer.goto(`/search?q=${known}`);
  await expect(viewer.locator(`#results a[href="/users/${known}"]`)).toBeVisible();
  await viewer.goto(`/search?q=${strange}`);
  await expect(viewer.locator(`#results a[href="/users/${strange}"]`)).toHaveCount(0);
  expect((await viewer.goto(`/users/${strange}`)).status()).toBe(404);
  await viewer.context().close();
});

test("a tenant in use stays, one without anything goes", async ({ page }) => {
  const unused = fresh("u");
  await page.goto("/tenants");
  await page.locator("#add").getByLabel("名称").fill("空租户");
  await page.locator("#add").getByLabel("代码").fill("NICHT GUT");
  await page.getByRole("button", { name: "添加", exact: true }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await page.locator("#add").getByLabel("代码").fill(unused);
  await page.getByRole("button", { name: "添加", exact: true }).click();
  await expect(page.locator(".done")).toBeVisible();
  const row = (wanted) => page.locator("#tenants tbody tr").filter({ hasText: wanted });
  await row(unused).getByRole("textbox").first().fill("改名的租户");
  await row(unused).getByRole("button", { name: "保存" }).click();
  await expect(page.locator(".done")).toContainText("租户已改名。");
  for (const [wanted, words] of [[code, page.getByRole("alert")], [unused, page.locator(".done")]]) {
    await row(wanted).locator("summary").click();
    await row(wanted).locator(".danger").click();
    await expect(words).toBeVisible();
  }
  await expect(row(unused)).toHaveCount(0);
  await expect(row(code)).toHaveCount(1);
});
