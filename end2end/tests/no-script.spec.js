// Without JavaScript the pages are complete and ask again by themselves.
import { PAGES } from "../support/pages.js";
import { dataTime, expect, nextDataTime, test } from "../support/test.js";

test.use({ javaScriptEnabled: false });

for (const entry of PAGES) {
  test(`${entry.name} is complete without JavaScript`, async ({ page, open }) => {
    expect((await open(entry)).status()).toBe(200);
    for (const block of entry.blocks) {
      await expect(page.locator(`#${block}`), block).toBeVisible();
      await expect(page.locator(`#${block}`), block).toHaveText(/\S/);
    }
    const reload = page.locator('head meta[http-equiv="refresh"]');
    // what somebody types must stay
    if (entry.isForm) await expect(reload).toHaveCount(0);
    else await expect(reload).toHaveAttribute("content", /^\d+$/);
  });
}

test("the page refreshes itself", async ({ page }) => {
  await page.goto("/");
  const before = await dataTime(page).textContent();
  const again = page.waitForRequest((request) => new URL(request.url()).pathname === "/", { timeout: 30_000 });
  await again;
  await nextDataTime(page, before);
});
