// What a page shows can be taken along as a file, with the page's filters.
import { readFile } from "node:fs/promises";
import { PAGES, resolve } from "../support/pages.js";
import { expect, test } from "../support/test.js";

const HEADS = {
  rollup: "region_id,grain,period_start,",
  rankings: "user_id,user_name,region_id,",
  peaks: "region_id,stat_day,",
  regions: "region_id,region_name,stat_date,",
  dead_letters: "dead_letter_id,received_at,",
  silent_meters: "user_id,user_name,usage_type,region_id,",
  user_readings: "consumption_id,user_id,",
};
const TIMES = ["period_start", "stat_day", "stat_date", "consumption_date"];
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Rows as objects; none of these columns holds a quoted line break. */
function rowsOf(text) {
  const [head, ...lines] = text.split("\r\n").filter(Boolean);
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, at) => [names[at], cell])));
}

async function take(page, link) {
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  const bytes = await readFile(await download.path());
  return { bytes, file: download.suggestedFilename(), url: new URL(download.url()) };
}

for (const entry of PAGES.filter((one) => ["region", "user", "rankings", "peaks", "pipeline"].includes(one.name))) {
  test(`${entry.name}: its files have the head, the mark and the filters`, async ({ page, open }) => {
    await open(entry);
    const links = page.locator('a[href^="/exports/"]');
    const addresses = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    expect(addresses.length).toBeGreaterThan(0);
    for (const at of new Set(addresses.map((address) => addresses.indexOf(address)))) {
      // the addresses follow data time, their order stays
      const { bytes, file, url } = await take(page, links.nth(at));
      const address = url.pathname + url.search;
      const name = /exports\/(\w+)\.csv/.exec(url.pathname)[1];
      expect(file).toMatch(new RegExp(`^loadline-${name}.*\\.csv$`));
      expect(bytes.subarray(0, 3).equals(BYTE_ORDER_MARK), `${name} starts with the byte order mark`).toBe(true);
      const text = bytes.subarray(3).toString("utf8");
      expect(text.startsWith(HEADS[name]), text.slice(0, 80)).toBe(true);
      const rows = rowsOf(text);
      if (!["dead_letters", "silent_meters"].includes(name)) expect(rows.length, address).toBeGreaterThan(0);
      for (const filter of ["region_id", "user_id"]) {
        const wanted = url.searchParams.get(filter);
        if (wanted) expect(new Set(rows.map((row) => row[filter])), address).toEqual(new Set(rows.length ? [wanted] : []));
      }
      const column = TIMES.find((one) => rows[0]?.[one] !== undefined);
      const [from, to] = ["from", "to"].map((one) => url.searchParams.get(one)?.replace("T", " "));
      const times = rows.map((row) => row[column]);
      if (from) expect(times.filter((time) => time.padEnd(19, " 00:00:00") < from), `${address} from`).toEqual([]);
      if (to) expect(times.filter((time) => time >= to), `${address} to`).toEqual([]);
    }
  });
}

test("a filtered ranking and its file hold the same customers", async ({ page, request }) => {
  const region = await resolve("{region}", request);
  await page.goto(`/rankings?region=${region}`);
  await page.locator("#filter a[rel=prev]").click();
  await expect(page).toHaveURL(/at=/);
  const shown = await page.locator("#ranking tbody td:nth-child(4)").allTextContents();
  const { bytes } = await take(page, page.locator("#ranking a.csv"));
  const rows = rowsOf(bytes.subarray(3).toString("utf8"));
  expect(rows.slice(0, shown.length).map((row) => row.user_id)).toEqual(shown);
});
