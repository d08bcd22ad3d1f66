// A whole session by keyboard alone: sign in, add a person, hand over the link, leave; come in, look around, tidy up.
import { fresh, signIn } from "../support/people.js";
import { PASSWORD } from "../support/server.js";
import { NOBODY, expect, test } from "../support/test.js";

test.use({ storageState: NOBODY });

const MOST_STOPS = 150;

/** Goes on until something that fits has the focus, which must be seen. */
async function tabTo(page, selector) {
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate((wanted) => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return {
        isThere: element.matches(wanted),
        isSeen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
          && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
      };
    }, selector);
    if (!at.isThere) continue;
    expect(at.isSeen, `the focus on ${selector} is seen`).toBe(true);
    return;
  }
  throw new Error(`${selector} was not reached with ${MOST_STOPS} tabs from ${page.url()}`);
}

async function choose(page, selector) {
  await tabTo(page, selector);
  await page.keyboard.press("Enter");
}

async function menu(page, selector) {
  await choose(page, ".frame-person");
  await expect(page.locator("#person-menu")).toBeVisible();
  await choose(page, selector);
}

test("a whole session works by keyboard alone", async ({ page, context }) => {
  test.setTimeout(120_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const name = fresh("keys");
  await page.goto("/login");
  await expect(page.getByLabel("登录名")).toBeFocused();
  await page.keyboard.type("admin");
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.locator(".frame-person")).toHaveText("admin");

  await menu(page, "#person-menu a[href='/people']");
  await expect(page).toHaveURL(/\/people$/);
  await choose(page, "a[href='/people/new']");
  await expect(page.getByLabel("登录名")).toBeFocused();
  await page.keyboard.type(name);
  await tabTo(page, "[name=display_name]");
  await page.keyboard.type("夜班 值班长");
  await tabTo(page, "[name=preset]:checked");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "值班员" })).toBeChecked();
  await choose(page, "#person .main-button");

  await expect(page.locator("#secret")).toBeFocused();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.press("ControlOrMeta+C");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/\/welcome\/[\w-]{43}$/);
  await menu(page, "form[action='/logout'] button");
  await expect(page).toHaveURL(/\/login\?done=logged-out$/);
  await expect(page.getByRole("status")).toContainText("您已退出。");

  await page.goto(link);
  await expect(page.locator("[name=password]")).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/account\?done=welcome$/);
  await expect(page.locator("#may")).toContainText("查看用户电话");

  await signIn({ name });
  await page.reload();
  await expect(page.locator("#sessions tbody tr")).toHaveCount(2);
  await choose(page, "form[action='/account/logins/end-others'] button");
  await expect(page.locator(".done")).toContainText("其他登录已全部结束。");
  await expect(page.locator("#sessions tbody tr")).toHaveCount(1);
});

test("the menu opens, is walked through, and closes by keyboard, and the focus comes back", async ({ page }) => {
  await page.goto("/login");
  await page.getByLabel("登录名").fill("admin");
  await page.getByLabel("密码").fill(PASSWORD);
  await page.getByLabel("密码").press("Enter");
  const [button, opened] = [page.locator(".frame-person"), page.locator("#person-menu")];
  await button.focus();
  await page.keyboard.press("Enter");
  await expect(opened).toBeVisible();
  const inside = [];
  for (const one of await opened.locator("a, button").all()) {
    await page.keyboard.press("Tab");
    await expect(one).toBeFocused();
    inside.push((await one.getAttribute("href")) ?? "leave");
  }
  expect(inside).toEqual(["/account", "/people", "/tenants", "/tokens", "/audit", "leave"]);
  await page.keyboard.press("Escape");
  await expect(opened).toBeHidden();
  await expect(button).toBeFocused();
  // numbers that change meanwhile do not close it
  await page.keyboard.press("Enter");
  const age = page.locator(".frame-status .data-time time");
  await expect(age).not.toHaveText(await age.textContent(), { timeout: 30_000 });
  await expect(opened).toBeVisible();
});
