// Who is told: a receiver of one's own, its test, a route, signed messages, and the log with its reasons.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { alarms, loaded, raised, tidy } from "../support/alarms.js";
import { client, fresh } from "../support/people.js";
import { complaints, expect, test } from "../support/test.js";

const KEY = "shared secret of the test";

/** Takes messages as a customer's system would, and answers as told. */
class Receiver {
  constructor() {
    this.taken = [];
    this.status = 204;
    this.server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (part) => { body += part; }).on("end", () => {
        this.taken.push({ headers: request.headers, body });
        response.writeHead(this.status).end();
      });
    });
  }

  static async listen() {
    const receiver = new Receiver();
    await new Promise((resolve) => { receiver.server.listen(0, "127.0.0.1", resolve); });
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}/alarms?token=not-to-be-shown`;
    return receiver;
  }

  isSigned({ headers, body }) {
    const expected = createHmac("sha256", KEY).update(`${headers["loadline-timestamp"]}\n${body}`).digest("hex");
    return headers["loadline-signature"] === expected;
  }

  close() {
    return new Promise((resolve) => { this.server.close(resolve); this.server.closeAllConnections(); });
  }
}

let admin, receiver;

test.beforeAll(async () => {
  admin = await client({ storageState: JSON.parse(process.env.LOADLINE_SESSION) });
  receiver = await Receiver.listen();
});

test.afterAll(async () => {
  await receiver.close();
  await admin.dispose();
});

test("a receiver is added and tested, a route tells it of an alarm with a signature, and the log says why not", async ({ page }) => {
  test.setTimeout(120_000);
  const found = complaints(page);
  const [channel, route] = [fresh("接口"), fresh("路线")];
  await page.goto("/alarms/notices");
  const add = page.locator("#add-channel");
  await add.locator("summary").click();
  await add.getByLabel("名称").fill(channel);
  await add.getByLabel("网址").fill("http://169.254.0.1/secret");
  await add.getByRole("button", { name: "添加" }).click();
  await expect(page.getByRole("alert"), "hosts of this machine's own link are refused").toContainText(/\S/);
  await add.getByLabel("网址").fill(receiver.url);
  await add.getByLabel("签名密钥").fill(KEY);
  await add.getByRole("button", { name: "添加" }).click();
  const row = page.locator("#channels tbody tr").filter({ hasText: channel });
  await expect(row).toContainText("127.0.0.1");
  expect(await page.content(), "secrets are written once and never shown").not.toMatch(/not-to-be-shown|shared secret/);

  await row.getByRole("button", { name: `向 ${channel} 发送测试消息` }).click();
  await expect(page.locator("#tested")).toContainText(`测试消息已送达“${channel}”`);
  expect(receiver.taken).toHaveLength(1);
  expect(receiver.isSigned(receiver.taken[0])).toBe(true);

  const [region] = (await loaded(admin, 4)).slice(-1);
  const routes = page.locator("#add-route");
  await routes.locator("summary").click();
  await routes.getByLabel("名称").fill(route);
  for (const severity of ["紧急", "重要", "提示"]) await routes.getByRole("checkbox", { name: severity, exact: true }).uncheck();
  await routes.getByRole("checkbox", { name: "一般", exact: true }).check();
  await routes.getByRole("radio", { name: "仅下列区域" }).check();
  await routes.locator(`[name=region][value="${region}"]`).check();
  await routes.getByLabel("第 1 步").selectOption({ label: channel });
  await routes.getByLabel("冷却分钟").fill("30");
  await routes.getByLabel("合并等待秒数").fill("0");
  await routes.getByRole("button", { name: "添加" }).click();
  await expect(page.locator("#routes tbody tr").filter({ hasText: route })).toContainText(`${channel}：立即`);

  const one = await alarms(admin, 4);
  const told = one.alarms.find((alarm) => alarm.region_id === region);
  await expect.poll(() => receiver.taken.length, { timeout: 30_000 }).toBe(2);
  const message = receiver.taken[1];
  expect(receiver.isSigned(message)).toBe(true);
  expect(message.headers["content-type"]).toMatch(/^application\/json/);
  expect(message.body).toContain(one.name);
  expect(JSON.stringify(JSON.parse(message.body)), "only of the region of the route").toContain(told.region_name);

  await page.goto(`/alarms/${told.alarm_id}`);
  await expect(page.locator("#told")).toContainText(channel);
  await expect(page.locator("#told")).toContainText(/已送达/);

  // the same alarm again within the cool-down
  await tidy(admin, one);
  await raised(admin, one.id, 0);
  const again = await admin.post(`/api/v1/alarm-rules/${one.id}/enable`, { data: { version: one.version } });
  expect(again.status()).toBe(200);
  await page.goto(`/alarms/notices?alarm=${told.alarm_id}`);
  const log = page.locator("#notice-log tbody tr");
  await expect(log.filter({ hasText: "已送达" })).toHaveCount(1);
  await expect(async () => {
    await page.reload();
    await expect(log.filter({ hasText: "未发送" }).first()).toContainText(/冷却.*\d\d:\d\d/, { timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await page.locator("#notice-log [name=outcome]").selectOption("skipped");
  await page.locator("#notice-log button[type=submit]").click();
  await expect(page).toHaveURL(/outcome=skipped/);
  await expect(log.filter({ hasText: "已送达" })).toHaveCount(0);
  expect(receiver.taken).toHaveLength(2);
  await tidy(admin, one);
  expect(found.filter((line) => !/\b422\b/.test(line))).toEqual([]);
});

test("a receiver that answers 500 is shown with its answer", async ({ page }) => {
  const channel = fresh("坏接口");
  receiver.status = 500;
  await page.goto("/alarms/notices");
  const add = page.locator("#add-channel");
  await add.locator("summary").click();
  await add.getByLabel("名称").fill(channel);
  await add.getByLabel("网址").fill(receiver.url);
  await add.getByRole("button", { name: "添加" }).click();
  await page.getByRole("button", { name: `向 ${channel} 发送测试消息` }).click();
  await expect(page.locator("#tested")).toContainText(channel);
  await expect(page.locator("#tested")).toContainText(/500|未能送达|仍在/);
  receiver.status = 204;
  const row = page.locator("#channels tbody tr").filter({ hasText: channel });
  await row.locator("summary").click();
  await row.locator(".danger").click();
  await expect(page.locator("#channels")).not.toContainText(channel);
});
