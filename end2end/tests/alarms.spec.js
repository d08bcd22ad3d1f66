// The operators' desk: alarms come in live, are acknowledged, assigned, set aside and told apart from what others do.
import { act, alarms, definition, loaded, raised, rule, tidy } from "../support/alarms.js";
import { client, fresh, member } from "../support/people.js";
import { complaints, expect, test, view } from "../support/test.js";

const made = [];
let admin;

test.beforeAll(async () => {
  admin = await client({ storageState: JSON.parse(process.env.LOADLINE_SESSION) });
});

test.afterAll(async () => {
  for (const one of made) await tidy(admin, one);
  await admin.dispose();
});

/** Alarms of a rule of this test. */
async function standing(count, more) {
  const one = await alarms(admin, count, more);
  made.push(one);
  return one;
}

const rows = (page) => page.locator("#desk-list tr[data-alarm]");
const row = (page, alarm) => page.locator(`#desk-list tr[data-alarm="${alarm.alarm_id}"]`);
const states = (page) => rows(page).locator(".alarm-state");
const selection = (page) => page.locator("#desk-selection");

test("a new alarm is on the desk, in the strip of another page and on the wall without reloading", async ({ page, context, browser, baseURL }) => {
  const off = await rule(admin, definition(await loaded(admin, 1), { severity: "critical" }), { enable: false });
  made.push(off);
  const [other, hall] = [await context.newPage(), await (await browser.newContext({ baseURL, storageState: JSON.parse(process.env.LOADLINE_SESSION) })).newPage()];
  await page.goto(`/alarms?rule=${off.id}`);
  await other.goto("/rankings");
  await hall.goto("/wall");
  for (const one of [page, other, hall]) await one.evaluate(() => { globalThis.untouched = true; });
  await expect(page.locator("#desk-list")).toContainText("没有符合筛选条件的告警");
  const badge = other.locator(".alarm-badge.alarm-critical b");
  const before = Number(await badge.textContent());
  const enabled = await admin.post(`/api/v1/alarm-rules/${off.id}/enable`, { data: { version: off.version } });
  expect(enabled.status()).toBe(200);
  await expect(rows(page)).toHaveCount(1, { timeout: 30_000 });
  await expect(rows(page)).toContainText(off.name);
  await expect(states(page)).toHaveText(/未确认/);
  await expect(badge).toHaveText(String(before + 1));
  await expect(other.locator(".alarm-newest")).toContainText(off.name);
  await expect(other.locator("#alarm-said"), "a screen reader hears of it").toContainText(off.name);
  await expect(hall.locator("#wall-alarms")).toContainText(off.name);
  for (const one of [page, other, hall]) expect(await one.evaluate(() => globalThis.untouched === true)).toBe(true);

  await other.locator(".alarm-badge.alarm-critical").click();
  await expect(other).toHaveURL(/\/alarms\?severity=critical$/);
  await row(other, (await raised(admin, off.id, 1))[0]).getByRole("checkbox").check();
  await other.getByRole("button", { name: "确认", exact: true }).click();
  await expect(other.locator(".done")).toContainText("告警已确认。");
  await expect(states(page), "the first page sees it").toHaveText(/已确认/);
  await expect(hall.locator("#wall-alarms")).not.toContainText(off.name);
  await hall.context().close();
});

test("a selection is acknowledged with one comment, assigned, and its history says who, when and why", async ({ page }) => {
  const one = await standing(3);
  const comment = fresh("已通知检修");
  await page.goto(`/alarms?rule=${one.id}`);
  await rows(page).nth(0).getByRole("checkbox").check();
  await rows(page).nth(1).getByRole("checkbox").check();
  await expect(selection(page).locator("[data-chosen]")).toHaveText("2");
  await page.getByLabel("备注").fill(comment);
  await page.getByRole("button", { name: "确认", exact: true }).click();
  await expect(page.locator(".done")).toContainText("告警已确认。");
  await expect(page, "the filter stays").toHaveURL(new RegExp(`rule=${one.id}`));
  await expect(states(page).filter({ hasText: "已确认" })).toHaveCount(2);
  await expect(states(page).filter({ hasText: "未确认" })).toHaveCount(1);

  const acknowledged = rows(page).filter({ hasText: "已确认" }).first();
  await acknowledged.getByRole("checkbox").check();
  await page.getByLabel("指派给").fill("nobody-of-this-name");
  await page.getByRole("button", { name: "指派", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("没有这个人");
  await expect(acknowledged.getByRole("checkbox"), "the choice is not lost").toBeChecked();
  await page.getByLabel("指派给").fill("admin");
  await page.getByRole("button", { name: "指派", exact: true }).click();
  await expect(page.locator(".done")).toContainText("告警已指派。");
  await expect(acknowledged).toContainText("admin");

  await acknowledged.locator(".alarm-link").click();
  const history = page.locator("#alarm-history tbody tr");
  for (const [event, words] of [["发生", ""], ["确认", comment], ["指派", ""]]) {
    const entry = history.filter({ has: page.locator("td:nth-child(2)", { hasText: event }) }).first();
    await expect(entry).toContainText(/\d\d:\d\d:\d\d/);
    await expect(entry).toContainText(event === "发生" ? "系统" : "admin");
    if (words) await expect(entry).toContainText(words);
  }
  await expect(page.locator("#alarm-around svg").first()).toBeVisible();
});

test("nothing chosen is said, and so is a reason that is missing", async ({ page }) => {
  const one = await standing(1);
  await page.goto(`/alarms?rule=${one.id}`);
  await page.getByRole("button", { name: "确认", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("请先选择至少一条告警");
  await rows(page).getByRole("checkbox").check();
  await page.getByRole("button", { name: "搁置", exact: true }).click();
  await expect(page.locator("#acted, .problem").first()).toContainText("必须填写原因");
  await page.goto(`/alarms?rule=${one.id}`);
  await expect(states(page)).toHaveText(/未确认/);
});

test("shelved with a reason it stands aside until then, and comes back by hand", async ({ page }) => {
  const one = await standing(1);
  await page.goto(`/alarms?rule=${one.id}`);
  await rows(page).getByRole("checkbox").check();
  await page.getByLabel("搁置时长").selectOption("30");
  await page.getByLabel("搁置原因").fill("传感器检修至中午");
  await page.getByRole("button", { name: "搁置", exact: true }).click();
  await expect(page.locator(".done")).toContainText("告警已搁置");
  await expect(rows(page)).toHaveCount(0);
  await page.getByRole("link", { name: "已搁置与停用" }).click();
  const shelved = page.locator("#aside-shelved tbody tr").filter({ hasText: one.name });
  await expect(shelved).toContainText("传感器检修至中午");
  await expect(shelved).toContainText("admin");
  await expect(shelved).toContainText(/\d\d:\d\d:\d\d.*(剩余 (29|30) 分)/);
  await shelved.getByRole("link", { name: one.name }).click();
  await expect(page.locator("#alarm-now")).toContainText("已搁置");
  await page.getByRole("button", { name: "取消搁置" }).click();
  await expect(page.locator(".done")).toContainText("已取消搁置");
  await expect(page.locator("#alarm-now"), "whoever takes it off has seen it").toContainText("已确认");
  await expect(page.locator("#alarm-history tbody tr").filter({ hasText: "传感器检修至中午" })).toContainText("admin");
});

test("out of service needs a day of review, and stands aside until somebody returns it", async ({ page }) => {
  const one = await standing(1);
  await page.goto(`/alarms/${one.alarms[0].alarm_id}`);
  const fold = page.locator("#alarm-forms details").filter({ hasText: "停用（检修等）" });
  await fold.locator("summary").click();
  await fold.getByLabel("停用原因").fill("变电站改造");
  await fold.getByLabel("复核日期").fill("2099-12-31");
  await fold.getByRole("button", { name: "停用" }).click();
  await expect(page.locator(".done")).toContainText("停用");
  await page.goto("/alarms/set-aside");
  const out = page.locator("#aside-out-of-service tbody tr").filter({ hasText: one.name });
  for (const words of ["2099-12-31", "变电站改造", "admin"]) await expect(out).toContainText(words);
  await page.goto(`/alarms/${one.alarms[0].alarm_id}`);
  await page.getByRole("button", { name: "恢复使用" }).click();
  await expect(page.locator(".done")).toContainText("已恢复使用");
  await page.goto("/alarms/set-aside");
  await expect(page.locator("#aside-out-of-service")).not.toContainText(one.name);
});

test("an address with a filter shows the same alarms to somebody else", async ({ page, browser, baseURL }) => {
  const one = await standing(3);
  await act(admin, one.alarms[0], "ack");
  await page.goto("/alarms");
  await page.locator("#filter [name=rule]").selectOption({ label: one.name });
  await page.locator("#filter [name=state]").selectOption("UNACK");
  await page.locator("#filter [name=severity]").selectOption("critical,high,medium");
  await page.locator("#filter button[type=submit]").click();
  await expect(page).toHaveURL(/severity=.*state=.*rule=/);
  await expect(rows(page)).toHaveCount(2);
  const shown = await rows(page).evaluateAll((all) => all.map((each) => each.dataset.alarm));
  const viewer = await member(admin, { preset: "viewer" });
  const context = await browser.newContext({ baseURL, storageState: viewer.state });
  const other = await context.newPage();
  await other.goto(page.url());
  expect(await rows(other).evaluateAll((all) => all.map((each) => each.dataset.alarm))).toEqual(shown);
  await expect(selection(other), "who may only look is offered nothing").toHaveCount(0);
  await expect(other.locator("input[type=checkbox]")).toHaveCount(0);
  await other.locator(".alarm-link").first().click();
  await expect(other.locator("#alarm-history")).toBeVisible();
  await expect(other.locator("#alarm-forms, #alarm-buttons button")).toHaveCount(0);
  await context.close();
});

test("of two who act on one alarm the second is told who was first", async ({ page, browser, baseURL }) => {
  const one = await standing(1);
  const colleague = await member(admin, { preset: "operator", display_name: "李 伟" });
  const context = await browser.newContext({ baseURL, storageState: colleague.state });
  await view(context, { lang: "en" });
  const second = await context.newPage();
  const address = `/alarms?rule=${one.id}`;
  await page.goto(address);
  await second.goto(address);
  await rows(second).getByRole("checkbox").check();
  await second.getByLabel("Comment", { exact: true }).fill("on my way");
  // the second page does not hear of the first in time
  await second.evaluate(() => { document.querySelector("[data-live=desk-list]").removeAttribute("data-live"); });
  await rows(page).getByRole("checkbox").check();
  await page.getByRole("button", { name: "确认", exact: true }).click();
  await expect(page.locator(".done")).toContainText("告警已确认。");
  await second.getByRole("button", { name: "Acknowledge", exact: true }).click();
  await expect(second.locator("#acted")).toContainText(/admin was first: acknowledged at \d\d:\d\d:\d\d/);
  await expect(second.locator("#acted")).toContainText(one.name);
  await expect(second.getByLabel("Comment", { exact: true }), "what was typed is kept").toHaveValue("on my way");
  await context.close();
});

test("choice, focus and a comment half typed survive what happens meanwhile", async ({ page }) => {
  const one = await standing(3);
  const found = complaints(page);
  await page.goto(`/alarms?rule=${one.id}`);
  const [kept, changed] = [one.alarms[0], one.alarms[1]];
  await row(page, kept).getByRole("checkbox").check();
  const comment = page.getByLabel("备注");
  await comment.focus();
  await page.keyboard.type("检修班已出");
  await act(admin, changed, "ack");
  await expect(row(page, changed).locator(".alarm-state")).toHaveText(/已确认/);
  await page.keyboard.type("发，预计半小时");
  await expect(comment).toBeFocused();
  await expect(comment).toHaveValue("检修班已出发，预计半小时");
  await expect(row(page, kept).getByRole("checkbox")).toBeChecked();
  await expect(selection(page).locator("[data-chosen]")).toHaveText("1");
  await row(page, one.alarms[2]).getByRole("checkbox").focus();
  await act(admin, one.alarms[2], "assign", { assignee: "admin" });
  await expect(row(page, one.alarms[2])).toContainText("admin");
  await expect(row(page, one.alarms[2]).getByRole("checkbox")).toBeFocused();
  await page.getByRole("button", { name: "确认", exact: true }).click();
  await expect(page.locator(".done")).toContainText("告警已确认。");
  expect(found).toEqual([]);
});

test("an alarm whose rule is switched off returns while it is looked at, and says why", async ({ page }) => {
  const one = await alarms(admin, 1);
  await page.goto(`/alarms/${one.alarms[0].alarm_id}`);
  await expect(page.locator("#alarm-now")).toContainText("未确认");
  await tidy(admin, one);
  await expect(page.locator("#alarm-now")).not.toContainText("未确认", { timeout: 30_000 });
  await expect(page.locator("#alarm-history tbody tr").first()).toContainText("规则已停用");
});
