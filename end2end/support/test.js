// The test of this suite: knows where the server is and listens for what a browser complains about.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test as base, expect } from "@playwright/test";
import { resolve } from "./pages.js";
import { NOBODY } from "./people.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const GRAVE = new Set(["moderate", "serious", "critical"]);

/** Everything that goes wrong on a page from now on. */
export function complaints(page) {
  const found = [];
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") found.push(message.text()); });
  page.on("pageerror", (error) => found.push(String(error)));
  page.on("response", (response) => { if (response.status() >= 400) found.push(`${response.status()} ${response.url()}`); });
  page.on("requestfailed", (request) => {
    // Leaving a page ends its event stream.
    const left = request.url().includes("/events") && request.failure()?.errorText === "net::ERR_ABORTED";
    if (!left) found.push(`${request.failure()?.errorText} ${request.url()}`);
  });
  return found;
}

export const test = base.extend({
  baseURL: async ({}, use) => use(process.env.LOADLINE_URL),
  /** Signed in as the administrator, unless a test says `test.use({ storageState: NOBODY })`. */
  storageState: async ({}, use) => use(JSON.parse(process.env.LOADLINE_SESSION)),
  /** Opens a page of the list, with its numbers filled in and in its own size. */
  open: async ({ page, request }, use) => {
    await use(async (entry, on = page) => {
      if (entry.viewport) await on.setViewportSize(entry.viewport);
      if (entry.isNobodys) await on.context().clearCookies({ name: "loadline" });
      return on.goto(await resolve(entry.path, request));
    });
  },
});

/** Remembers a view as the switches on the page do. */
export async function view(context, choice) {
  await context.addCookies(Object.entries(choice).map(([name, value]) => ({ name, value, url: process.env.LOADLINE_URL })));
}

/** Accessibility problems that keep somebody from using the page. */
export async function barriers(page) {
  await page.evaluate(AXE);
  const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return result.violations
    .filter((violation) => GRAVE.has(violation.impact))
    .map((violation) => `${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 4).map((node) => node.target.join(" ")).join(" | ")}`);
}

export const dataTime = (page) => page.locator(".data-time time, .wall-data-time time").first();

/** Waits until data time has moved; gives the new one. */
export async function nextDataTime(page, since) {
  await expect(dataTime(page)).not.toHaveText(since ?? "", { timeout: 30_000 });
  return dataTime(page).textContent();
}

export { NOBODY, expect };
