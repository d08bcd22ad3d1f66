// On duty: figures beside their targets, the calendar of shifts, and hand-overs that two people sign.
import { act, alarms, desk, tidy } from "../support/alarms.js";
import { client, fresh, member } from "../support/people.js";
import { complaints, expect, test } from "../support/test.js";

let admin;

test.beforeAll(async () => {
  admin = await client({ storageState: JSON.parse(process.env.LOADLINE_SESSION) });
});

test.afterAll(() => admin.dispose());

test("figures stand beside their targets, per day, shift and month, and leave as a file", async ({ page }) => {
  const found = complaints(page);
  const [id, one] = [await desk(admin), await alarms(admin, 1)];
  await page.goto(`/alarms/performance?desk=${id}`);
  const figure = (name) => page.locator("#figures tbody tr").filter({ hasText: name });
  for (const [name, target] of [["平均每席位每 10 分钟", "≤ 1"], ["洪泛时间占比", "< 1 %"], ["抖动告警", "≤ 0"]]) {
    await expect(figure(name)).toContainText(target);
    await expect(figure(name)).toContainText(/达标|接近|未达标|无数据/);
  }
  await expect(page.locator("#per-ten-minutes svg")).toBeVisible();
  for (const span of ["班次", "月"]) {
    await page.locator("#filter").getByRole("link", { name: span, exact: true }).click();
    await expect(figure("平均每席位每 10 分钟")).toBeVisible();
  }
  const waits = page.waitForEvent("download");
  await page.getByRole("link", { name: /导出/ }).click();
  expect((await waits).suggestedFilename()).toMatch(/\.csv$/);
  await tidy(admin, one);
  expect(found).toEqual([]);
});

test("a desk gets its shifts, one is changed, and the calendar says who is on duty", async ({ page }) => {
  const name = fresh("城区台");
  await page.goto("/alarms/shifts");
  const add = page.locator("#add-desk, #desks").locator("details").filter({ hasText: "添加调度台" });
  await add.locator("summary").click();
  await add.getByLabel("名称").fill(name);
  await add.getByRole("button", { name: "添加" }).click();
  await expect(page.locator("#desks")).toContainText(name);
  await expect(page.locator("#calendar tbody tr")).toHaveCount(7);

  const series = page.locator("#add-series");
  const monday = (await page.locator("#calendar h2").textContent()).slice(0, 10);
  const sunday = new Date(Date.parse(monday) + 6 * 86_400_000).toISOString().slice(0, 10);
  await series.locator("summary").click();
  await series.getByRole("radio", { name: /两班/ }).check();
  await series.getByLabel("从", { exact: true }).fill(monday);
  await series.getByLabel("到（含）").fill(sunday);
  await series.getByLabel("班组").fill("王芳、李伟\n陈工");
  await series.getByRole("button", { name: "添加" }).click();
  const rows = page.locator("#calendar tbody tr");
  await expect(rows).toHaveCount(14);
  await expect(rows.filter({ hasText: "● 当班" })).toHaveCount(1);
  await rows.nth(1).getByRole("link", { name: /^修改/ }).click();
  const change = page.locator("#change-shift");
  await change.getByLabel("当班人员").fill("替班 周强");
  await change.getByRole("button", { name: "保存" }).click();
  await expect(rows.nth(1)).toContainText("替班 周强");
  await rows.nth(1).locator("summary").click();
  await rows.nth(1).locator(".danger").click();
  await expect(rows).toHaveCount(13);
});

test("a hand-over is signed by two people and stays as it was signed", async ({ page, browser, baseURL }) => {
  const [id, one] = [await desk(admin), await alarms(admin, 1)];
  await act(admin, one.alarms[0], "ack", { comment: "已通知检修" });
  const second = await member(admin, { preset: "operator" });
  await page.goto(`/alarms/handover?desk=${id}`);
  await expect(page.locator("#kept-open tbody tr").filter({ hasText: one.name }), "with its unit").toContainText(/\d kW ≥ 1 kW/);
  await page.getByLabel("交接事项").fill("南岸区 2 号线检修至 18:00\n注意负荷");
  await page.getByRole("button", { name: "开始交接班" }).click();
  await expect(page.locator(".handover-state")).toBeVisible();
  await page.getByRole("button", { name: "我交班，签名" }).click();
  await expect(page.locator(".handover-signatures")).toContainText(/✓ admin，\d{4}-/);
  await expect(page.getByRole("button", { name: "我接班，签名" }), "nobody signs both sides").toHaveCount(0);
  await expect(page.locator("textarea"), "what was signed is not changed").toHaveCount(0);

  const context = await browser.newContext({ baseURL, storageState: second.state });
  const other = await context.newPage();
  await other.goto(`/alarms/handover?desk=${id}`);
  await expect(other.locator(".handover-notes")).toContainText("南岸区 2 号线检修至 18:00");
  await other.getByRole("button", { name: "我接班，签名" }).click();
  await expect(other.locator(".handover-state")).toContainText("双方已签名");
  await expect(other.locator(".handover-signatures")).toContainText(new RegExp(`✓ ${second.name}，\\d{4}-`));
  const signed = other.url();
  await context.close();

  await tidy(admin, one);
  await page.goto(`/alarms/handover?desk=${id}`);
  await expect(page.locator("#past-handovers tbody tr")).toHaveCount(1);
  await page.locator("#past-handovers").getByRole("link").first().click();
  const kept = page.locator("#kept-open tbody tr").filter({ hasText: one.name });
  await expect(kept, "the alarm as it was, although it is over").toContainText("已确认");
  await expect(kept).toContainText("admin");
  expect(signed).toMatch(/handover/);
});
