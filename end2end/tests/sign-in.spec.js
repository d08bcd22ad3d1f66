// Signing in: what goes wrong is said, what was wanted is reached, and nobody is kept from his work by others.
import { add, client, fresh, member, send, signIn } from "../support/people.js";
import { PASSWORD } from "../support/server.js";
import { NOBODY, dataTime, expect, test } from "../support/test.js";

test.use({ storageState: NOBODY });

// All tests ask from one address, which may fail 20 times in 15 minutes: these fail seven times.
const FREE_FAILURES = 4;

const admin = (playwright) => playwright.request.newContext({
  baseURL: process.env.LOADLINE_URL, storageState: JSON.parse(process.env.LOADLINE_SESSION),
});
const fill = async (page, name, password) => {
  await page.getByLabel("登录名").fill(name);
  await page.getByLabel("密码").fill(password);
  await page.getByLabel("密码").press("Enter");
};

test("a wrong password says so, keeps the name, and takes the focus to the problem", async ({ page }) => {
  await page.goto("/login");
  await expect(page.getByLabel("登录名")).toBeFocused();
  const name = fresh("unknown");
  await fill(page, name, "not the password");
  const problem = page.getByRole("alert");
  await expect(problem).toContainText("登录名或密码不正确。");
  await expect(problem).toBeFocused();
  await expect(page.getByLabel("登录名")).toHaveValue(name);
  await expect(page.getByLabel("密码")).toHaveValue("");
  await expect(page.getByLabel("密码")).toHaveAttribute("aria-describedby", await problem.getAttribute("id"));
});

for (const javaScriptEnabled of [true, false]) {
  test(`a page is asked for, then its reader, then it is there, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({ baseURL, javaScriptEnabled, storageState: NOBODY });
    const page = await context.newPage();
    await page.goto("/rankings?grain=hour");
    await expect(page).toHaveURL(/\/login\?back=/);
    await expect(page.locator(".frame, [data-live]"), "no navigation and no numbers").toHaveCount(0);
    if (!javaScriptEnabled) {
      await fill(page, fresh("unknown"), "not the password");
      await expect(page.getByRole("alert")).toContainText("登录名或密码不正确。");
      await expect(page.locator("input[name=back]")).toHaveValue("/rankings?grain=hour");
    }
    await fill(page, "admin", PASSWORD);
    await expect(page).toHaveURL(/\/rankings\?grain=hour$/);
    await expect(page.locator("#ranking")).toBeVisible();
    await context.close();
  });
}

test("a page of somebody else's making is not gone back to", async ({ page }) => {
  await page.goto("/login?back=https://example.org/");
  await expect(page.locator("input[name=back]")).toHaveValue("");
  await page.goto("/login?back=//example.org/");
  await expect(page.locator("input[name=back]")).toHaveValue("");
});

test("after several failures the next has to wait, and only for that name", async ({ page, playwright }) => {
  const request = await admin(playwright);
  const { name, id } = await add(request);
  const visitor = await client();
  for (let failed = 0; failed < FREE_FAILURES; failed++) await send(visitor, "/login", { name, password: "guess", back: "" }, 401);
  await visitor.dispose();
  await page.goto("/login?lang=en");
  const enter = async (who, password) => {
    await page.getByLabel("Name to sign in with").fill(who);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  await enter(name, "guess");
  await expect(page.getByRole("alert")).toContainText("Name or password is not right.");
  await enter(name, "guess");
  await expect(page.getByRole("alert")).toContainText("Wait before the next one");
  await enter("admin", PASSWORD);
  await expect(dataTime(page)).toBeVisible();
  const audit = await (await request.get("/audit?action=login.blocked")).text();
  expect(audit).toContain(`href="/people/${id}"`);
  await request.dispose();
});

test("language and theme come with the account", async ({ page, playwright, browser, baseURL }) => {
  const request = await admin(playwright);
  const person = await member(request);
  await request.dispose();
  const context = await browser.newContext({ baseURL, storageState: person.state });
  const own = await context.newPage();
  await own.goto("/account");
  await own.getByRole("radio", { name: "English" }).check();
  await own.getByRole("radio", { name: "深色" }).check();
  await own.locator("#preferences button").click();
  await expect(own.locator(".done")).toContainText("Language and theme are saved.");
  await context.close();

  await page.goto("/login");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await fill(page, person.name, PASSWORD);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("a one-time link is used once, and says so afterwards", async ({ page, playwright, browser, baseURL }) => {
  const request = await admin(playwright);
  const person = await add(request);
  await request.dispose();
  await page.goto(person.link);
  await expect(page.locator("#welcome")).toContainText(person.name);
  const enter = async (password, repeat) => {
    await page.getByLabel("新密码", { exact: true }).fill(password);
    await page.getByLabel("再输入一次新密码").fill(repeat);
    await page.getByRole("button", { name: "设置密码并登录" }).click();
  };
  await enter("short", "short");
  await expect(page.getByRole("alert")).toContainText("至少 12 个字符");
  await enter(`${person.name}1`, `${person.name}1`);
  await expect(page.getByRole("alert"), "the own name is easily guessed").toContainText("容易被猜到");
  await enter(PASSWORD, `${PASSWORD}!`);
  await expect(page.getByRole("alert")).toBeFocused();
  await enter(PASSWORD, PASSWORD);
  await expect(page).toHaveURL(/\/account\?done=welcome$/);
  await expect(page.locator(".done")).toContainText("密码已设置，您已登录。");
  const other = await (await browser.newContext({ baseURL })).newPage();
  await other.goto(person.link);
  await expect(other.getByRole("alert")).toContainText("此链接已使用、已过期或不完整。");
  await other.context().close();
});

test("a session that is ended elsewhere ends here", async ({ page, playwright, browser, baseURL }) => {
  const request = await admin(playwright);
  const person = await member(request);
  await request.dispose();
  const other = await browser.newContext({ baseURL, storageState: await signIn(person) });
  const live = await other.newPage();
  await live.goto("/");
  await expect(dataTime(live)).toBeVisible();
  const own = await browser.newContext({ baseURL, storageState: person.state });
  const account = await own.newPage();
  await account.goto("/account");
  await expect(account.locator("#sessions tbody tr")).toHaveCount(2);
  await account.getByRole("button", { name: /^结束 .* 的登录$/ }).click();
  await expect(account.locator(".done")).toContainText("登录已结束。");
  await expect(account.locator("#sessions tbody tr")).toHaveCount(1);
  // nobody touched it: its stream ended, it asked again, and it was sent away
  await expect(live).toHaveURL(/\/login/, { timeout: 30_000 });
  await expect(live.locator("[data-live]")).toHaveCount(0);
  await own.close();
  await other.close();
});
