// Pictures of every page in both themes and languages, and of the wall's formats, under `screens/`.
import * as alarms from "../support/alarms.js";
import { PAGES } from "../support/pages.js";
import { add, client, member, send } from "../support/people.js";
import { complaints, dataTime, expect, test, view } from "../support/test.js";

const LANGS = ["zh", "en"];
const THEMES = ["grey", "dark"];
const SIZES = { narrow: { width: 390, height: 844 }, wide: { width: 1920, height: 1080 } };

let viewer;

/** What the lists of an installation in use hold. */
test.beforeAll(async () => {
  if (viewer) return;
  const admin = await client({ storageState: JSON.parse(process.env.LOADLINE_SESSION) });
  const names = ["城东供电所", "高新园区供电有限责任公司"];
  for (const [at, name] of names.entries()) await send(admin, "/tenants", { code: `t${at + 1}`, name });
  const html = await (await admin.get("/tenants")).text();
  const [tenant] = [...html.matchAll(/action="\/tenants\/(\d+)"/g)].map((found) => found[1]).sort((a, b) => a - b);
  for (const region of [1, 2, 3]) await send(admin, "/tenants/regions", { region_id: region, tenant_id: tenant });
  await add(admin, { name: "li.wei", display_name: "李伟", preset: "operator" });
  await add(admin, { name: "chen", display_name: "陈 工（夜班）", preset: "engineer", regions: "some", region: [4, 5, 6, 7, 8, 9] });
  await add(admin, {
    name: "very-long-name-of-a-person-who-signs-in-with-all-of-it-64-chars", display_name: "Maximiliane von Hohenfels-Waldburg-Zeil",
    preset: "custom", dispatch: "operate", billing: "view", data: "manage", system: "view",
  });
  viewer = await member(admin, { name: "wang.fang", display_name: "王芳", tenant_id: tenant });
  for (const [name, more] of [["计量系统 每日导出", {}], ["日报", { expires: "2099-12-31", tenant_id: tenant }], ["旧的", {}]]) {
    await send(admin, "/tokens", { name, preset: "viewer", tenant_id: "", regions: "all", expires: "", ...more }, 200);
  }
  await send(admin, "/tokens/3/revoke", { reason: "更换" });
  await send(admin, "/walls", { name: "调度大厅", layout: ["16x9", "32x9"], tenant_id: tenant, regions: "some", region: [1, 2], expires: "" }, 200);
  await duty(admin);
  await admin.dispose();
});

/** Alarms in every state that people bring about, who is told of them, and who is on duty. */
async function duty(admin) {
  const rules = [
    ["主变负荷越限", "Transformer load over its limit", "critical", 1], ["馈线负荷偏高", "Feeder load is high", "high", 3],
    ["小时电量超计划，须与调度计划核对后再处理", "Energy of the hour beyond the plan: compare with the schedule", "medium", 4],
    ["负荷偏低", "Low load", "low", 2],
  ];
  const key = "a key of the receiver";
  await send(admin, "/alarms/channels", { name: "值班平台", kind: "webhook", address: "http://127.0.0.1:9/hook", target: "", key, lang: "zh", enabled: "1" });
  const [, channel] = /alarms\/channels\/(\d+)\/test/.exec(await (await admin.get("/alarms/notices")).text());
  await send(admin, "/alarms/routes", {
    name: "紧急与重要", severity: ["critical", "high"], regions: "all", weekday: [0, 1, 2, 3, 4, 5, 6], from: "00:00", to: "24:00",
    holidays: "as_usual", "step-0": channel, cooldown: 15, dedup: 5, group_wait: 0, enabled: "1",
  });
  const made = [];
  for (const [name_zh, name_en, severity, count] of rules) made.push(await alarms.alarms(admin, count, { name_zh, name_en, severity }));
  const [, high, medium, low] = made.map((one) => one.alarms);
  await alarms.act(admin, high[0], "ack", { comment: "已通知检修班" });
  await alarms.act(admin, high[1], "assign", { assignee: "li.wei" });
  await alarms.act(admin, medium[0], "shelve", { reason: "电表更换，至中午", minutes: 120 });
  await alarms.act(admin, medium[1], "shelve", { reason: "known: the meter of the north feeder is being replaced until noon", minutes: 30 });
  await send(admin, `/alarms/${low[0].alarm_id}/act`, {
    act: "out_of_service", reason: "变电站改造", review_on: "2099-12-31", version: low[0].version, back: "/alarms",
  });
}

async function shoot(page, name, fullPage) {
  await page.evaluate(() => document.fonts.ready);
  if (await page.locator("[data-live]").count()) await expect(dataTime(page)).toBeVisible();
  await page.screenshot({ path: `screens/${name}.png`, fullPage });
}

for (const entry of PAGES) {
  for (const lang of LANGS) {
    for (const theme of THEMES) {
      test(`${entry.name} ${lang} ${theme}`, async ({ page, context, open }) => {
        await view(context, { lang, theme });
        const found = complaints(page);
        await open(entry);
        await shoot(page, `${entry.name}-${lang}-${theme}`, !entry.viewport);
        expect(found).toEqual([]);
      });
    }
  }
  if (entry.viewport) continue;
  for (const [size, viewport] of Object.entries(SIZES)) {
    test(`${entry.name} ${size}`, async ({ page, open }) => {
      await open({ ...entry, viewport });
      await shoot(page, `${entry.name}-${size}`, true);
    });
  }
}

test("wall letterboxed", async ({ page, open }) => {
  await open({ ...PAGES.find((entry) => entry.name === "wall"), viewport: { width: 1280, height: 1024 } });
  await shoot(page, "wall-1280x1024", false);
});

for (const [name, lang, size] of [["laptop", "en", { width: 1366, height: 768 }], ["narrow", "zh", SIZES.narrow], ["wide", "en", SIZES.wide]]) {
  test(`what a tenant's viewer sees, ${name}`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({ baseURL, storageState: viewer.state, viewport: size });
    await view(context, { lang });
    const page = await context.newPage();
    await page.goto("/");
    await page.locator(".frame-person").click();
    await shoot(page, `viewer-${name}`, false);
    await context.close();
  });
}

test("what is shown once, and what went wrong", async ({ page }) => {
  await page.goto("/tokens");
  await page.locator("#add-token").getByLabel("名称").fill("临时");
  await page.locator("#add-token .main-button").click();
  await shoot(page, "tokens-once", true);
  await page.goto("/people/new");
  await page.getByLabel("登录名").fill("li.wei");
  await page.getByLabel("显示名称").fill("李伟");
  await page.getByRole("radio", { name: "自定组合" }).check();
  await page.getByRole("radio", { name: "仅下列区域" }).check();
  await page.locator(".region-list input").first().check();
  await page.getByRole("button", { name: "添加" }).click();
  await shoot(page, "person-new-wrong", true);
  await page.goto("/audit");
  await page.getByRole("button", { name: "核验整条链" }).click();
  await page.locator(".entry summary").first().click();
  await shoot(page, "audit-verified", true);
  await page.goto("/nowhere");
  await shoot(page, "nowhere", true);
});
