// When the stream breaks the page says so in words, keeps its numbers, and heals by itself.
import { Wire } from "../support/proxy.js";
import { Server } from "../support/server.js";
import { dataTime, expect, nextDataTime, test } from "../support/test.js";

const DOWN = /数据流中断，自 \d\d:\d\d:\d\d 起，正在重试/;

const withWire = test.extend({
  wire: async ({ baseURL }, use) => {
    const wire = await Wire.to(baseURL);
    await use(wire);
    await wire.close();
  },
});

for (const [path, words] of [["/", ".frame-status .stream"], ["/wall", "#wall-band"]]) {
  withWire(`${path} says that the stream is down, and comes back`, async ({ page, wire }) => {
    await page.goto(wire.url + path);
    await page.evaluate(() => { globalThis.untouched = true; });
    const moved = await nextDataTime(page, await dataTime(page).textContent());
    wire.cut();
    await expect(page.locator(words)).toHaveText(DOWN, { timeout: 20_000 });
    await expect(page.locator(words)).toBeVisible();
    await expect(dataTime(page), "the last numbers stay").toBeVisible();
    const stood = await dataTime(page).textContent();
    expect(stood >= moved).toBe(true);
    wire.mend();
    await nextDataTime(page, stood);
    if (path === "/") await expect(page.locator(words)).not.toHaveText(DOWN);
    else await expect(page.locator(words)).toBeHidden();
    expect(await page.evaluate(() => globalThis.untouched === true), "no reload was needed").toBe(true);
  });
}

withWire("a silent connection is noticed and replaced", async ({ page, wire }) => {
  // The page's own clock, turned forward by hand: half a minute of silence, then another.
  await page.clock.install();
  await page.goto(`${wire.url}/`);
  await nextDataTime(page, await dataTime(page).textContent());
  wire.hold();
  await page.clock.runFor(35_000);
  await expect(page.locator(".frame-status .stream")).toHaveText(DOWN);
  const stood = await dataTime(page).textContent();
  await page.clock.runFor(30_000);
  await nextDataTime(page, stood);
  await expect(page.locator(".frame-status .stream")).not.toHaveText(DOWN);
});

test("an open wall heals itself after the server was killed and started again", async ({ page }) => {
  test.setTimeout(300_000);
  const server = await Server.create(0.2);
  try {
    await server.start();
    await page.setViewportSize({ width: 1920, height: 1080 });
    await page.goto(server.printed("/wall/"));
    // a busy machine may answer late at first; then the page asks again
    await expect(dataTime(page)).toHaveText(/^\d\d:\d\d:\d\d$/, { timeout: 60_000 });
    await server.kill();
    await expect(page.locator("#wall-band")).toHaveText(DOWN, { timeout: 20_000 });
    await expect(page.locator("#wall-now .wall-digits")).toHaveText(/\d/);
    const stood = await dataTime(page).textContent();
    await server.start();
    await expect(page.locator("#wall-band")).toBeHidden({ timeout: 60_000 });
    await expect(dataTime(page)).not.toHaveText(stood, { timeout: 60_000 });
  } finally {
    await server.stop();
  }
});
