// Rules: made in the form with and without scripts, refused with the reason, tried over stored numbers, compared.
import { alarms, definition, loaded, post, rule, tidy } from "../support/alarms.js";
import { client, fresh } from "../support/people.js";
import { complaints, expect, test } from "../support/test.js";

let admin;

test.beforeAll(async () => {
  admin = await client({ storageState: JSON.parse(process.env.LOADLINE_SESSION) });
});

test.afterAll(() => admin.dispose());

const problemOf = (page, field) => page.locator(`[data-problem-of="${field}"]`);

/** What a rule needs before it may be enabled. */
async function rationalise(page) {
  await page.getByLabel("可能原因").fill("负荷增长");
  await page.getByLabel("不处理的后果").fill("设备过热");
  await page.getByLabel("处置措施").fill("转移负荷");
  await page.getByLabel("处置时限").fill("15");
  await page.getByLabel("责任单位").fill("调度");
}

test("while a rule is typed its faults come and go, and it reads as a sentence", async ({ page }) => {
  const found = complaints(page);
  const name = fresh("日电量");
  await page.goto("/alarms/rules/new");
  for (const empty of await page.locator(".field-problem").all()) await expect(empty).toBeEmpty();
  expect(await page.locator(".field-problem").evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().height > 0).length), "empty places show nothing").toBe(0);

  const threshold = page.locator("#rule-c0_threshold");
  await page.locator("#rule-c0_metric").selectOption("completeness_percent");
  await page.locator("#rule-c0_comparison").selectOption(">");
  await threshold.fill("100");
  await expect(problemOf(page, "c0_threshold")).toContainText(/\S/);
  await expect(threshold).toHaveAttribute("aria-invalid", "true");
  await expect(problemOf(page, "c0_threshold")).toBeVisible();
  await page.locator("#rule-c0_comparison").selectOption("<");
  await threshold.fill("85");
  await expect(problemOf(page, "c0_threshold")).toBeEmpty();
  await expect(threshold).not.toHaveAttribute("aria-invalid");
  await expect(page.locator("[data-rule-sentence]")).toHaveText(/采集完整率 < 85 %/);

  await page.locator("#rule-c0_metric").selectOption("window_kwh");
  await expect(page.locator('[data-note-of="c0_metric"]')).toContainText("不代表功率");
  await page.locator("#rule-c0_metric").selectOption("day_kwh");
  await expect(page.locator('[data-note-of="c0_metric"]')).toBeEmpty();
  await threshold.fill("十");
  await expect(problemOf(page, "c0_threshold")).toContainText("请输入数字");
  await threshold.fill("120");

  await page.getByLabel("名称（中文）").fill(name);
  await page.getByRole("button", { name: "保存，暂不启用" }).last().click();
  await expect(page.locator(".done")).toContainText(/\S/);
  await expect(page.locator("h1")).toContainText(name);
  await expect(page.locator("#actions")).toContainText("未启用");

  // kept without its record, but not enabled
  await page.getByRole("button", { name: "启用", exact: true }).click();
  await expect(page.locator(".problem").first()).toContainText(/\S/);
  await expect(page.locator("#actions")).toContainText("未启用");
  await rationalise(page);
  await page.locator("#rule-form").getByRole("button", { name: "保存", exact: true }).last().click();
  await expect(page.locator("#versions tbody tr")).toHaveCount(2);
  await expect(page.locator("#versions tbody tr").first(), "what it changed").toContainText("处置措施：无 → 转移负荷");
  await page.getByRole("button", { name: "启用", exact: true }).click();
  await expect(page.locator("#actions")).toContainText("已启用");
  await page.getByRole("button", { name: "停用", exact: true }).click();
  await expect(page.locator("#actions")).toContainText("未启用");
  expect(found.filter((line) => !/\b422\b/.test(line))).toEqual([]);
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a rule is made, its faults stand beside their fields, and what was entered stays", async ({ page }) => {
    const name = fresh("静默");
    await page.goto("/alarms/rules/new");
    await page.getByLabel("名称（中文）").fill(name);
    await page.locator("#rule-c0_metric").selectOption("load_change_percent");
    await page.locator("#rule-c0_threshold").fill("30");
    await page.locator("#rule-c0_deadband").fill("0");
    await page.getByRole("button", { name: "增加一行条件" }).click();
    await expect(page.locator("#rule-c2_metric"), "one more row").toHaveCount(1);
    await expect(page.getByLabel("名称（中文）")).toHaveValue(name);
    await page.getByRole("button", { name: "保存并启用" }).click();
    await expect(page.getByRole("alert")).toContainText(/\S/);
    await expect(problemOf(page, "c0_span")).toContainText("回看");
    await expect(problemOf(page, "cause")).toContainText(/\S/);
    await expect(page.locator("#rule-c0_threshold")).toHaveValue("30");
    await page.locator("#rule-c0_span").fill("15");
    await rationalise(page);
    await page.getByRole("button", { name: "保存并启用" }).click();
    await expect(page.locator("#actions")).toContainText("已启用");
    await expect(page.locator("#what")).toContainText("15 分钟内负荷变化 ≥ 30 %");
    await page.getByRole("button", { name: "停用", exact: true }).click();
    await expect(page.locator("#actions")).toContainText("未启用");
  });

  test("a window sum carries its warning also where nothing checks while typing", async ({ page }) => {
    const one = await rule(admin, definition(await loaded(admin, 1), {
      conditions: [{ metric: "window_kwh", comparison: ">", threshold: "300" }],
    }), { enable: false });
    await page.goto(`/alarms/rules/${one.id}`);
    await expect(page.locator("#rule-form")).toContainText("不代表功率");
  });
});

test("a rule is tried over stored numbers, and two versions are compared", async ({ page }) => {
  const listed = await loaded(admin, 2);
  const one = await rule(admin, definition(listed), { enable: false });
  const never = definition(listed, { name_zh: one.name, conditions: [{ metric: "load_now_kw", comparison: ">=", threshold: "9000000" }] });
  await post(admin, `/api/v1/alarm-rules/${one.id}`, { version: 1, definition: never, note: "核定新限额" });
  await page.goto(`/alarms/rules/${one.id}`);
  const versions = page.locator("#versions tbody tr");
  await expect(versions.first()).toContainText("核定新限额");
  await expect(versions.first()).toContainText(/1 kW.*→.*9,000,000 kW/);
  await expect(versions.last()).toContainText("第一个版本");

  const ask = page.locator("#try");
  await ask.getByLabel("试运行版本").selectOption("1");
  await ask.getByLabel("对比版本").selectOption("2");
  const today = await ask.getByLabel("到（不含）").inputValue();
  await ask.getByLabel("从", { exact: true }).fill(new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10));
  await ask.getByRole("button", { name: "开始试运行" }).click();
  await expect(page).toHaveURL(/\/alarms\/trials\/\d+$/);
  await expect(page.locator("#result"), "the page asks again by itself").toContainText("会告警 2 次", { timeout: 45_000 });
  await expect(page.locator("#result")).toContainText("在此期间不会告警");
  await expect(page.locator("#timeline svg")).toBeVisible();
  const rows = page.locator("section").filter({ hasText: "逐次列表" }).first().locator("tbody tr");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText(/\d\d:\d\d/);
});

test("what stands in the form is tried without being saved", async ({ page }) => {
  await page.goto("/alarms/rules/new");
  await page.getByLabel("名称（中文）").fill("草稿");
  await page.locator("#rule-c0_metric").selectOption("hour_kwh");
  await page.locator("#rule-c0_threshold").fill("1");
  await page.locator("#rule-c0_deadband").fill("0");
  await page.getByRole("button", { name: "用已存数据试运行以上内容" }).click();
  await expect(page).toHaveURL(/\/alarms\/trials\/\d+$/);
  await expect(page.locator("#result")).toContainText(/会告警 \d+ 次/, { timeout: 45_000 });
  const known = await (await admin.get("/api/v1/alarm-rules")).json();
  expect(known.items.some((each) => each.definition.name_zh === "草稿")).toBe(false);
});

test("a rule that changes while somebody edits it is not overwritten", async ({ page }) => {
  const one = await alarms(admin, 1, { severity: "low" });
  await page.goto(`/alarms/rules/${one.id}`);
  const changed = definition(await loaded(admin, 1), { name_zh: one.name, severity: "low", on_delay_s: 30 });
  await post(admin, `/api/v1/alarm-rules/${one.id}`, { version: 1, definition: changed });
  await page.getByLabel("处置措施").fill("另一种处置");
  await page.locator("#rule-form").getByRole("button", { name: "保存", exact: true }).last().click();
  await expect(page.locator("#rule-problem")).toBeFocused();
  await expect(page.locator("#rule-form")).toContainText(/admin/);
  await expect(page.getByLabel("处置措施"), "what was typed is kept").toHaveValue("另一种处置");
  await tidy(admin, { id: one.id, version: 2 });
});

test("a holiday is put into the calendar and taken out", async ({ page }) => {
  const name = fresh("节");
  await page.goto("/alarms/rules");
  const block = page.locator("#holidays");
  await block.locator("input[type=date]").fill("2031-10-01");
  await block.getByLabel("名称").fill(name);
  await block.getByRole("button", { name: "添加节假日" }).click();
  await expect(block).toContainText(name);
  await block.locator("tr", { hasText: name }).getByRole("button").click();
  await expect(page.locator("#holidays")).not.toContainText(name);
});
