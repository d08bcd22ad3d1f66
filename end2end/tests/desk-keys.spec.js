// The desk without a mouse: by its keys, and by Tab and Enter alone.
import { alarms, tidy } from "../support/alarms.js";
import { client } from "../support/people.js";
import { complaints, expect, test } from "../support/test.js";

const MOST_STOPS = 80;

let admin, made;

test.beforeAll(async () => {
  admin = await client({ storageState: JSON.parse(process.env.LOADLINE_SESSION) });
});

test.beforeEach(async ({ page }) => {
  made = await alarms(admin, 3, { severity: "low" });
  await page.goto(`/alarms?rule=${made.id}`);
});

test.afterEach(() => tidy(admin, made));
test.afterAll(() => admin.dispose());

const rows = (page) => page.locator("#desk-list tr[data-alarm]");
const current = (page) => page.locator("#desk-list tr[aria-current]");
const numbers = (page) => rows(page).evaluateAll((all) => all.map((row) => row.dataset.alarm));
const press = async (page, ...keys) => { for (const key of keys) await page.keyboard.press(key); };

/** What has the focus can be seen, and is not under anything. */
async function isSeen(page) {
  const at = await page.evaluate(() => {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return {
      what: element.outerHTML.slice(0, 120), outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
      onTop: element === top || element.contains(top) || (top?.contains(element) ?? false),
    };
  });
  expect(at).toMatchObject({ outlined: true, onTop: true });
}

test("j and k walk, x chooses, a acknowledges, and the line in hand stays", async ({ page }) => {
  const found = complaints(page);
  const all = await numbers(page);
  await press(page, "j");
  await expect(current(page)).toHaveAttribute("data-alarm", all[0]);
  await isSeen(page);
  await press(page, "j", "j", "j");
  await expect(current(page), "the last line is the last").toHaveAttribute("data-alarm", all[2]);
  await press(page, "k");
  await expect(current(page)).toHaveAttribute("data-alarm", all[1]);
  await isSeen(page);
  await press(page, "x", "ArrowDown", "Space");
  await expect(page.locator("[data-chosen]")).toHaveText("2");
  await press(page, "x", "k");
  await expect(page.locator("[data-chosen]")).toHaveText("1");
  await press(page, "a");
  await expect(page.locator(".done")).toContainText("告警已确认。");
  const state = (alarm) => page.locator(`tr[data-alarm="${alarm}"] .alarm-state`);
  await expect(state(all[1])).toHaveText(/已确认/);
  await expect(state(all[0])).toHaveText(/未确认/);

  // nothing chosen: the line in hand
  await press(page, "j", "a");
  await expect(page.locator("#desk-list .alarm-state", { hasText: "已确认" })).toHaveCount(2);
  expect(found).toEqual([]);
});

test("c comments, s shelves, both by Enter", async ({ page }) => {
  const [first, second] = await numbers(page);
  await press(page, "j", "c");
  await expect(page.getByLabel("备注")).toBeFocused();
  await page.keyboard.type("jaxs?/ 电话已打");
  await expect(page.locator("#desk-keys-help"), "in a field a key is a letter").toBeHidden();
  await press(page, "Escape");
  await expect(current(page).getByRole("checkbox"), "back in the list").toBeFocused();
  await press(page, "x", "c", "Enter");
  await expect(page.locator(".done")).toContainText("备注已保存。");
  await press(page, "j", "j", "x", "s");
  await expect(page.getByLabel("搁置原因")).toBeFocused();
  await page.keyboard.type("检修中");
  await press(page, "Enter");
  await expect(page.locator(".done")).toContainText("告警已搁置");
  expect(await numbers(page)).not.toContain(second);
  await page.goto(`/alarms/${first}`);
  await expect(page.locator("#alarm-history")).toContainText("jaxs?/ 电话已打");
});

test("? shows the keys, Escape closes them, / filters, Enter opens", async ({ page }) => {
  const help = page.locator("#desk-keys-help");
  await press(page, "?");
  await expect(help).toBeVisible();
  for (const words of ["下一条", "确认所选", "填写搁置原因", "跳到筛选", "打开当前告警"]) await expect(help).toContainText(words);
  await press(page, "Escape");
  await expect(help).toBeHidden();
  await press(page, "?", "?");
  await expect(help).toBeHidden();
  await press(page, "/");
  await expect(page.locator("#desk-text")).toBeFocused();
  await page.keyboard.type(made.name);
  await press(page, "Enter");
  await expect(page).toHaveURL(/q=/);
  await expect(rows(page)).toHaveCount(3);
  const all = await numbers(page);
  await press(page, "j", "j", "Enter");
  await expect(page).toHaveURL(new RegExp(`/alarms/${all[1]}$`));
  await press(page, "a");
  await expect(page.locator("#alarm-now")).toContainText("已确认");
  await press(page, "c");
  await expect(page.getByLabel("备注")).toBeFocused();
  await press(page, "Escape", "s");
  await expect(page.getByLabel("搁置原因")).toBeFocused();
});

test("Tab and Enter alone are enough", async ({ page }) => {
  async function tabTo(selector) {
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      await press(page, "Tab");
      await isSeen(page);
      if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
    }
    throw new Error(`${selector} was not reached`);
  }
  const [first] = await numbers(page);
  await tabTo("#desk-list input[type=checkbox]");
  await press(page, "Space");
  await expect(page.locator("[data-chosen]")).toHaveText("1");
  for (;;) {
    await press(page, "Shift+Tab");
    await isSeen(page);
    if (await page.evaluate(() => document.activeElement.value === "ack")) break;
  }
  await press(page, "Enter");
  await expect(page.locator(".done")).toContainText("告警已确认。");
  await expect(page.locator(`tr[data-alarm="${first}"] .alarm-state`)).toHaveText(/已确认/);
  await tabTo("#desk-keys button");
  await press(page, "Enter");
  await expect(page.locator("#desk-keys-help")).toBeVisible();
  await press(page, "Escape");
  await expect(page.locator("#desk-keys-help")).toBeHidden();
});

test("every line is reached when there are more than the screen holds", async ({ page }) => {
  await page.setViewportSize({ width: 1366, height: 420 });
  for (let step = 0; step < 3; step++) {
    await press(page, "j");
    await isSeen(page);
  }
  await press(page, "k", "k");
  await isSeen(page);
});
